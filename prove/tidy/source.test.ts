import { expect, test } from 'bun:test'
import { split } from './source'

const flat = (text: string): string => text.replace(/\s+/g, ' ').trim()

test('code, strings and comments are told apart', () => {
  const { code, strings, comments } = split(`const a = 'it // is' // so 'it' is\n/* and\n this */ run(a)`)
  expect(flat(code)).toBe('const a = run(a)')
  expect(flat(strings)).toBe("'it // is'")
  expect(flat(comments)).toBe("// so 'it' is /* and this */")
})

test('code inside a template is code, however deep', () => {
  const { code, strings } = split('f(`one ${a({ b: `two ${c}` })} three`)')
  expect(flat(code)).toBe('f( a({ b: c }) )')
  expect(flat(strings)).toBe('`one ${ `two ${ }` } three`')
})

test('a regular expression is no comment and opens no string', () => {
  const { code, comments } = split(`const a = /["'/*]/g.test(b) // yes\nconst c = d / e / f`)
  expect(flat(code)).toBe('const a = g.test(b) const c = d / e / f')
  expect(flat(comments)).toBe('// yes')
})

test('an apostrophe in the text of a page costs its own line only', () => {
  const { code } = split(`return <p>Don't</p>\nconst next = 1`)
  expect(code.split('\n')[1]).toBe('const next = 1')
})

test('what is taken out leaves blanks, so that lines and columns stay', () => {
  const text = "/* 👋 */ a\n'b\\'' + c"
  const { code } = split(text)
  expect(code).toHaveLength(text.length)
  expect(code.indexOf('c')).toBe(text.indexOf('c'))
})
