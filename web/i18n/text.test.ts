import { expect, test } from 'bun:test'
import { en } from './en'
import { id } from './id'
import { sayIn } from './text'

test('one and many differ in English, and need no difference in Indonesian', () => {
  expect([1, 2].map((n) => sayIn('en')('channels.unread', { n }))).toEqual(['1 unread message', '2 unread messages'])
  expect([1, 2].map((n) => sayIn('id')('channels.unread', { n }))).toEqual([
    '1 pesan belum dibaca',
    '2 pesan belum dibaca',
  ])
})

test('numbers are written the way of the language', () => {
  expect(sayIn('en')('write.left', { n: 7500 })).toBe('7,500 characters left')
  expect(sayIn('id')('write.left', { n: 7500 })).toBe('Sisa 7.500 karakter')
})

test('a value that looks like a place for another value stays as it is', () => {
  expect(sayIn('en')('talk.said', { name: '{text}', text: '{name}' })).toBe('{text}: {name}')
})

test('both languages fill in the same values in every text', () => {
  const names = (entry: unknown): string[] => [...new Set(JSON.stringify(entry).match(/\{\w+\}/g))].sort()
  for (const key of Object.keys(en) as (keyof typeof en)[]) {
    expect([key, ...names(id[key])]).toEqual([key, ...names(en[key])])
  }
})

test('a missing key, a missing value and a value too many do not compile', () => {
  const say = sayIn('en')
  // @ts-expect-error there is no such key
  void (() => say('no.such.key'))
  // @ts-expect-error the name is missing
  void (() => say('typing.one'))
  // @ts-expect-error nothing is to be filled in
  void (() => say('app.close', { n: 1 }))
  expect(say('app.close')).toBe('Close')
})
