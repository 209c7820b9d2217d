/** What is said to people, in both languages: what happened, and what to do. */
import type { Text } from '../../protocol/errors'

export const noSuchItem: Text = {
  en: 'There is no such found thing. Look at the list again.',
  id: 'Barang temuan itu tidak ada. Lihat kembali daftarnya.',
}
export const ownItem: Text = {
  en: 'You found this yourself, so it cannot be yours.',
  id: 'Anda sendiri yang menemukannya, jadi bukan milik Anda.',
}
export const alreadyClaimed: Text = {
  en: 'Somebody else has said that it is theirs. If the finder declines, you can claim it.',
  id: 'Orang lain sudah mengakuinya. Jika penemu menolak, Anda bisa mengakuinya.',
}
export const notClaimed: Text = {
  en: 'Nobody has claimed it, or it was given back already.',
  id: 'Belum ada yang mengakuinya, atau sudah dikembalikan.',
}
export const notYours: Text = {
  en: 'Only who found it can say whose it is.',
  id: 'Hanya penemunya yang bisa menentukan pemiliknya.',
}

export const proof = (who: string, words: string): Text => ({
  en: `${who} says it is theirs: ${words}`,
  id: `${who} mengaku pemiliknya: ${words}`,
})

export const told = {
  claimed: (who: string): Text => ({ en: `${who} says it is theirs`, id: `${who} mengaku pemiliknya` }),
  returned: (who: string): Text => ({ en: `${who} says it is yours`, id: `${who} setuju itu milik Anda` }),
  declined: (who: string): Text => ({ en: `${who} doubts it is yours`, id: `${who} ragu itu milik Anda` }),
}
