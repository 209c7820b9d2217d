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
