/** What people read when something can't be done, in both languages. */
export const noSuchChannel = {
  en: 'There is no such channel, or you are not in it.',
  id: 'Kanal itu tidak ada, atau Anda bukan anggotanya.',
}
export const noSuchMessage = {
  en: 'That message is not in this channel.',
  id: 'Pesan itu tidak ada di kanal ini.',
}
export const announcementsOnly = {
  en: 'Only teachers, organisers and admins may post announcements here.',
  id: 'Hanya dosen, penyelenggara, dan admin yang boleh menulis pengumuman di sini.',
}
export const openToAll = {
  en: 'This channel is open to everyone; nobody needs an invitation.',
  id: 'Kanal ini terbuka untuk semua; tidak perlu undangan.',
}
export const noSuchReply = {
  en: 'The message you reply to is not in this channel.',
  id: 'Pesan yang Anda balas tidak ada di kanal ini.',
}
export const putAway = {
  en: 'This channel is archived: it can be read, and nothing more is said in it.',
  id: 'Kanal ini diarsipkan: dapat dibaca, tetapi tidak dapat ditulisi lagi.',
}
export const timedOut = {
  en: 'A moderator has asked you to pause here. You can read along, and write again later.',
  id: 'Moderator meminta Anda jeda dulu di sini. Anda tetap bisa membaca dan boleh menulis lagi nanti.',
}
export const unwanted = (words: string) => ({
  en: `This channel does not want “${words.replaceAll('*', '')}”. Say it in other words.`,
  id: `Kanal ini tidak menerima “${words.replaceAll('*', '')}”. Silakan pakai kata lain.`,
})
export const reachesMany = (people: number) => ({
  en: `This would notify ${people} people. Send it again with confirm if that is what you want.`,
  id: `Ini akan memberi tahu ${people} orang. Kirim lagi dengan konfirmasi bila memang itu maksud Anda.`,
})
export const tooMany = (people: number) => ({
  en: `This would notify ${people} people. Only teachers, organisers, admins and moderators may address so many.`,
  id: `Ini akan memberi tahu ${people} orang. Hanya dosen, penyelenggara, admin, dan moderator yang boleh menyapa sebanyak itu.`,
})
export const ownersDecide = {
  en: 'The owners of this channel decide this.',
  id: 'Hal ini diputuskan oleh pemilik kanal.',
}
export const noSuchPerson = {
  en: 'One of these people is not here.',
  id: 'Salah satu orang ini tidak ada di sini.',
}
export const keptOut = {
  en: 'One of them is banned here. A moderator can lift the ban first.',
  id: 'Salah satunya dilarang masuk. Moderator perlu mencabut larangan itu dulu.',
}
export const cannotLeave = {
  en: 'They are not in this channel.',
  id: 'Orang itu bukan anggota kanal ini.',
}
export const authorsEdit = {
  en: 'Only who wrote a message can edit it.',
  id: 'Hanya penulisnya yang dapat menyunting pesan.',
}
export const authorsRemove = {
  en: 'A message is removed by who wrote it, or by a moderator.',
  id: 'Pesan dihapus oleh penulisnya, atau oleh moderator.',
}
export const sayWhy = {
  en: 'reason: say why you remove what somebody else wrote.',
  id: 'reason: sebutkan alasan menghapus tulisan orang lain.',
}
export const enoughEmoji = {
  en: 'There are enough different reactions here. Add yours to one of them.',
  id: 'Sudah cukup banyak jenis reaksi di sini. Pilih salah satunya.',
}
export const noPins = {
  en: 'As many messages as fit are pinned. Unpin one first.',
  id: 'Jumlah pesan tersemat sudah penuh. Lepas salah satunya dulu.',
}
export const moderatorsOnly = {
  en: 'The moderators of this channel do this.',
  id: 'Hal ini dilakukan oleh moderator kanal.',
}
export const noSuchFlag = {
  en: 'There is no such report, or it is not yours to decide.',
  id: 'Laporan itu tidak ada, atau bukan wewenang Anda.',
}
export const notThisOne = {
  en: 'You may not do this to yourself or to someone who has more say here.',
  id: 'Anda tidak dapat melakukannya pada diri sendiri atau pada orang yang wewenangnya lebih tinggi di sini.',
}
export const nothingAsked = {
  en: 'q: say what to look for, or in which channel.',
  id: 'q: sebutkan apa yang dicari, atau di kanal mana.',
}
