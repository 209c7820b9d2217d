export const notHere = {
  en: 'Things are broken on purpose in a demonstration only. Start one with --demo.',
  id: 'Hanya dalam demonstrasi sesuatu boleh dirusak dengan sengaja. Nyalakan dengan --demo.',
}
export const whichNode = { en: 'Say which node.', id: 'Sebutkan simpul yang mana.' }
export const noSuchJob = {
  en: 'This job is not among the failed ones any more. Somebody may have settled it already.',
  id: 'Pekerjaan ini tidak lagi ada di antara yang gagal. Mungkin sudah ada yang menanganinya.',
}
