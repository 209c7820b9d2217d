import { expect, test } from 'bun:test'
import { matches } from './rules'

const found = (words: string, ...texts: string[]) => texts.filter((text) => matches(words, text))

test('words are found as words of their own, whatever their case, accents or width', () => {
  expect(found('judi', 'Ada JUDI di sini', 'jűdi', 'ｊｕｄｉ', 'judionline', 'perjudian')).toEqual([
    'Ada JUDI di sini',
    'jűdi',
    'ｊｕｄｉ',
  ])
})

test('a star takes in what grows there', () => {
  expect(found('judi*', 'judionline', 'perjudian')).toEqual(['judionline'])
  expect(found('*judi*', 'judionline', 'perjudian')).toEqual(['judionline', 'perjudian'])
})

test('words may hold any sign, and mean it', () => {
  expect(found('judi-online', 'main judi-online yuk', 'judi online')).toEqual(['main judi-online yuk'])
  expect(found('a.b', 'a.b', 'axb')).toEqual(['a.b'])
  for (const sign of '\\^$.+?()[]{}|/-&#@!"\'%=<>~`,;:_') expect(matches(`x${sign}y`, `say x${sign}y now`)).toBe(true)
})

test('words that are nothing but stars, spaces or accents find nothing', () => {
  for (const words of ['*', ' ', '\u0301', '* *']) expect(matches(words, 'anything at all')).toBe(false)
})
