import { expect, test } from 'bun:test'
import { isPlaceholder, personName } from './model'

test('a name is one line of visible characters, of any script, spaces collapsed', () => {
  const good: [string, string][] = [
    ['Budi', 'Budi'],
    ['  Budi   Santoso ', 'Budi Santoso'],
    ['Nguyê\u0303n', 'Nguyễn'],
    ['李雷', '李雷'],
    ['🎓', '🎓'],
    ['😀'.repeat(60), '😀'.repeat(60)],
    ["O'Neil-Łukasz (A)", "O'Neil-Łukasz (A)"],
  ]
  for (const [typed, name] of good) expect(personName.parse(typed)).toBe(name)
})

test('a name that shows nothing, too much or something else than it is, is none', () => {
  const bad = [
    '',
    '   ',
    'x'.repeat(61),
    '😀'.repeat(61),
    'a\nb',
    'a\tb',
    'a\u0000b',
    'a\u202eb',
    '\u200b',
    'a\u2028b',
    '\ud800',
    7,
    null,
  ]
  for (const name of bad) expect(personName.safeParse(name).success, JSON.stringify(name)).toBe(false)
})

test('addresses of guests and of users made for tokens are told from real ones', () => {
  for (const kept of ['a@user.alun.invalid', 'a@alun.invalid', ' A@GUEST.ALUN.INVALID '])
    expect(isPlaceholder(kept)).toBe(true)
  for (const real of ['a@alun.test', 'a@notalun.invalid', 'alun.invalid@kampus.test'])
    expect(isPlaceholder(real)).toBe(false)
})
