import { expect, test } from 'bun:test'
import type { Lang } from '../../protocol/errors'
import type { Say, Translation } from './catalogue'
import { sayIn } from './text'

const en = {
  close: 'Close',
  unread: { one: '{n} unread message', other: '{n} unread messages' },
  left: { one: '{n} character left', other: '{n} characters left' },
  said: '{name}: {text}',
} as const
const id: Translation<typeof en> = {
  close: 'Tutup',
  unread: { other: '{n} pesan belum dibaca' },
  left: { other: 'Sisa {n} karakter' },
  said: '{name}: {text}',
}
const say = (lang: Lang): Say<typeof en> => sayIn<typeof en>(lang, { en, id }[lang])

test('one and many differ in English, and need no difference in Indonesian', () => {
  expect([1, 2].map((n) => say('en')('unread', { n }))).toEqual(['1 unread message', '2 unread messages'])
  expect([1, 2].map((n) => say('id')('unread', { n }))).toEqual(['1 pesan belum dibaca', '2 pesan belum dibaca'])
})

test('numbers are written the way of the language', () => {
  expect(say('en')('left', { n: 7500 })).toBe('7,500 characters left')
  expect(say('id')('left', { n: 7500 })).toBe('Sisa 7.500 karakter')
})

test('a value that looks like a place for another value stays as it is', () => {
  expect(say('en')('said', { name: '{text}', text: '{name}' })).toBe('{text}: {name}')
})

test('a missing key, a missing value, a value too many and a missing translation do not compile', () => {
  // @ts-expect-error there is no such key
  void (() => say('en')('no.such.key'))
  // @ts-expect-error the text is missing
  void (() => say('en')('said', { name: 'Ani' }))
  // @ts-expect-error nothing is to be filled in
  void (() => say('en')('close', { n: 1 }))
  // @ts-expect-error a key is missing
  const half: Translation<typeof en> = { close: 'Tutup', unread: { other: '' }, left: { other: '' } }
  expect(half.close).toBe('Tutup')
})
