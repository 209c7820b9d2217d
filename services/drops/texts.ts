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
