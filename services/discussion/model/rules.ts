/** Words that a channel doesn't want, found in what somebody writes. Pure. */
import { literally } from '../../../protocol/pattern'

/**
 * Whether the words stand in the text as words of their own, whatever their case, accents or width. A `*` at either end
 * takes in what grows there: `judi*` finds `judionline`.
 */
export function matches(words: string, text: string): boolean {
  const [open, close] = [words.startsWith('*'), words.endsWith('*')]
  const wanted = plain(words.replaceAll('*', ' ')).trim()
  if (wanted === '') return false
  const body = wanted.split(/\s+/u).map(literally).join('\\s+')
  const before = open ? '' : '(?<![\\p{L}\\p{N}])'
  const after = close ? '' : '(?![\\p{L}\\p{N}])'
  return new RegExp(`${before}${body}${after}`, 'u').test(plain(text))
}

/** Invisible characters and accents are the commonest way around. */
const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}]/gu, '')
    .toLowerCase()
