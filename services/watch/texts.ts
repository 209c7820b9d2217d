export const notHere = {
  en: 'Things are broken on purpose in a demonstration only. Start one with --demo.',
  id: 'Hanya dalam demonstrasi sesuatu boleh dirusak dengan sengaja. Nyalakan dengan --demo.',
}
export const whichNode = { en: 'Say which node.', id: 'Sebutkan simpul yang mana.' }
export const tooSoon = {
  en: 'This was done a moment ago. Let the cluster mend first, then try again.',
  id: 'Ini baru saja dilakukan. Biarkan klaster pulih dulu, lalu coba lagi.',
}
export const stillSelling = {
  en: 'A sale to bots is going on, or has only just ended. Try again in a moment.',
  id: 'Penjualan ke bot masih berlangsung, atau baru saja selesai. Coba lagi sebentar lagi.',
}
export const stillProving = {
  en: 'A proof is running, or has only just ended. Try again in a moment.',
  id: 'Pembuktian masih berjalan, atau baru saja selesai. Coba lagi sebentar lagi.',
}
export const noSuchJob = {
  en: 'This job is not among the failed ones any more. Somebody may have settled it already.',
  id: 'Pekerjaan ini tidak lagi ada di antara yang gagal. Mungkin sudah ada yang menanganinya.',
}
