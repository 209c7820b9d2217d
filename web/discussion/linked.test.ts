import { expect, test } from 'bun:test'
import { partsOf } from './linked'

test('addresses become links, the sentence around them does not', () => {
  expect(partsOf('See (https://campus.example/a?b=c), please.')).toEqual([
    { text: 'See (' },
    { text: 'https://campus.example/a?b=c', href: 'https://campus.example/a?b=c' },
    { text: '), please.' },
  ])
})

test('nothing but http and https is a link', () => {
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'http://', 'plain words']) {
    expect(partsOf(text)).toEqual([{ text }])
  }
})
