/** What people are told when something is refused. */
export const noSuchDrop = {
  en: 'There is no such drop.',
  id: 'Drop ini tidak ada.',
}
export const noSuchClaim = {
  en: 'There is no such claim, or it is not yours.',
  id: 'Klaim ini tidak ada, atau bukan milik Anda.',
}
export const noSuchCode = {
  en: 'No drop that you look after has given out this code. Check it letter by letter.',
  id: 'Kode ini tidak ada pada drop yang Anda kelola. Periksa huruf demi huruf.',
}
export const guestsNot = {
  en: 'This drop is for people with an account here. Sign in and try again.',
  id: 'Drop ini untuk pemilik akun di sini. Silakan masuk lalu coba lagi.',
}
export const noLobby = {
  en: 'This drop has no lobby: it is first come, first served.',
  id: 'Drop ini tidak memakai lobi: siapa cepat, dia dapat.',
}
export const lobbyAfterOpening = {
  en: 'lobbyAt: the lobby has to open before the drop does.',
  id: 'lobbyAt: lobi harus dibuka sebelum drop dibuka.',
}
export const belowTaken = (taken: number) => ({
  en: `${taken} units are sold or held, so the stock can't be lower than that.`,
  id: `${taken} unit sudah terjual atau ditahan, jadi stok tidak bisa kurang dari itu.`,
})
export const notYours = {
  en: 'Only who made the drop and admins may do this.',
  id: 'Hanya pembuat drop dan admin yang boleh melakukan ini.',
}
export const needsLobby = {
  en: 'first: only a lobby can serve some people first. Choose mode "lobby".',
  id: 'first: hanya lobi yang bisa mendahulukan sebagian orang. Pilih mode "lobby".',
}
export const noSuchClass = {
  en: 'first: there is no such class.',
  id: 'first: kelas ini tidak ada.',
}
export const rehearsing = {
  en: 'A rehearsal of this drop is going on. Wait until it is over, or put it away.',
  id: 'Gladi drop ini sedang berlangsung. Tunggu sampai selesai, atau hapus dulu.',
}
export const noRehearsal = {
  en: 'This is no rehearsal: it stays.',
  id: 'Ini bukan gladi: tidak bisa dihapus.',
}
/** Lines in the drop's thread. */
export const moments = {
  opened: { en: 'The drop is open.', id: 'Drop dibuka.' },
  paused: { en: 'The drop is paused.', id: 'Drop dijeda.' },
  resumed: { en: 'The drop goes on.', id: 'Drop dilanjutkan.' },
  sold_out: { en: 'Everything is taken.', id: 'Semua sudah terambil.' },
  closed: { en: 'The drop is closed.', id: 'Drop ditutup.' },
}
/** What people are told of a claim that changed without them. */
export const told = {
  offered: (title: string, seconds: number) => ({
    title: { en: `It is your turn: ${title}`, id: `Giliran Anda: ${title}` },
    body: {
      en: `A place came free for you. Take it within ${minutes(seconds)} min, or it goes to the next in line.`,
      id: `Ada yang tersedia untuk Anda. Ambil dalam ${minutes(seconds)} mnt, atau giliran berikutnya yang mendapat.`,
    },
  }),
  drawn: (title: string, seconds: number) => ({
    title: { en: `You were drawn: ${title}`, id: `Anda terpilih: ${title}` },
    body:
      seconds === 0
        ? {
            en: 'It is yours. The code for pickup is on the page.',
            id: 'Sudah milik Anda. Kode pengambilan ada di halaman.',
          }
        : {
            en: `It is kept for you for ${minutes(seconds)} min. Confirm it before then.`,
            id: `Disimpan untuk Anda selama ${minutes(seconds)} mnt. Konfirmasikan sebelum itu.`,
          },
  }),
  released: (title: string) => ({
    title: { en: `Closed: ${title}`, id: `Ditutup: ${title}` },
    body: {
      en: 'The organiser closed the drop before your turn came. You are not in line any more.',
      id: 'Penyelenggara menutup drop sebelum giliran Anda. Anda tidak mengantre lagi.',
    },
  }),
  expired: (title: string) => ({
    title: { en: `Time ran out: ${title}`, id: `Waktu habis: ${title}` },
    body: {
      en: 'It was not confirmed in time and went back. You can try again while there is some left.',
      id: 'Tidak dikonfirmasi pada waktunya dan dikembalikan. Anda bisa mencoba lagi selama masih ada.',
    },
  }),
}
export const closed = {
  en: 'This drop is closed. What was claimed before stays as it is.',
  id: 'Drop ini sudah ditutup. Yang sudah diklaim tetap berlaku.',
}
export const look = { en: 'Take it', id: 'Ambil' }
export const decline = { en: 'No, thanks', id: 'Tidak, terima kasih' }
export const declined = {
  en: 'It goes to the next in line.',
  id: 'Diberikan ke antrean berikutnya.',
}

/** An offer of a drop that sells at once stands for five. */
const minutes = (seconds: number): number => Math.max(1, Math.round((seconds || 300) / 60))
