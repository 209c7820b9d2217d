import { expect, test } from 'bun:test'
import { parse, type Block, type Inline } from './markdown'

/** As one would say it: `strong(…)`. */
const say = (part: Inline): string => {
  if (part.kind === 'text' || part.kind === 'mention') return part.kind === 'text' ? part.text : `mention(${part.text})`
  if (part.kind === 'code') return `code(${part.text})`
  const inner = part.parts.map(say).join('')
  return part.kind === 'link' ? `link(${part.href}|${inner})` : `${part.kind}(${inner})`
}
const tell = (block: Block): string => {
  if (block.kind === 'paragraph') return block.parts.map(say).join('')
  if (block.kind === 'code') return `pre(${block.text})`
  if (block.kind === 'quote') return `quote(${block.blocks.map(tell).join(';')})`
  return `${block.ordered ? `ol${block.start}` : 'ul'}(${block.items.map((item) => item.map(say).join('')).join(';')})`
}
const told = (text: string, names: string[] = []): string => parse(text, names).map(tell).join(' | ')

test('emphasis, code and quotes are what people write, and sums and names stay as they are', () => {
  expect(told('**bold** and *slanted* and _too_ and ~~gone~~ and `x * y`')).toBe(
    'strong(bold) and em(slanted) and em(too) and strike(gone) and code(x * y)',
  )
  expect(told('2 * 3 * 4, snake_case_name, a*b*c')).toBe('2 * 3 * 4, snake_case_name, a*b*c')
  expect(told('**a *b* c**')).toBe('strong(a em(b) c)')
  expect(told('> one\n> two\nthree')).toBe('quote(one\ntwo) | three')
  expect(told('before\n```js\nlet **a**\n```\nafter')).toBe('before | pre(let **a**) | after')
  expect(told('- one\n- *two*\n\n3. three\n4. four')).toBe('ul(one;em(two)) | ol3(three;four)')
})

test('links lead to the web and nowhere else', () => {
  expect(told('see https://alun.test/a?b=c.')).toBe('see link(https://alun.test/a?b=c|https://alun.test/a?b=c).')
  expect(told('[here](https://alun.test)')).toBe('link(https://alun.test|here)')
  for (const text of ['[x](javascript:alert(1))', '[x](data:text/html,y)', 'ftp://alun.test', '[x](/c/general)']) {
    expect(told(text)).toBe(text)
  }
})

test('HTML is text', () => {
  const text = '<img src=x onerror=alert(1)> <b>no</b> &lt;'
  expect(parse(text)).toEqual([{ kind: 'paragraph', parts: [{ kind: 'text', text }] }])
})

test('those who are mentioned are marked, the longer name first, and nobody inside a word', () => {
  expect(told('@Rina Dewi, @rina and mail@Rina.id', ['Rina', 'Rina Dewi'])).toBe(
    'mention(@Rina Dewi), mention(@rina) and mail@Rina.id',
  )
})

test('a name may hold any sign', () => {
  expect(told('@Nur-Aini (TI-2), @Nur', ['Nur-Aini (TI-2)', 'Nur'])).toBe('mention(@Nur-Aini (TI-2)), mention(@Nur)')
})

test('a text made to be slow is read as quickly as any other', () => {
  const begun = performance.now()
  for (const part of ['*a ', '_a', '[', '> ', '`', '**', '~~x', '- ']) parse(part.repeat(8000 / part.length))
  expect(performance.now() - begun).toBeLessThan(3000)
})
