/**
 * The Markdown that people write in messages: emphasis, code, quotes, lists, links. It becomes data, never HTML, so
 * there is nothing to sanitise: what isn't one of these stays the text it is. Pure.
 */
import { literally } from '../../protocol/pattern'

export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong'; parts: Inline[] }
  | { kind: 'em'; parts: Inline[] }
  | { kind: 'strike'; parts: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'link'; href: string; parts: Inline[] }
  | { kind: 'mention'; text: string }

export type Block =
  | { kind: 'paragraph'; parts: Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] }

const deepest = 4

/** @param names of those whom the message mentions. */
export function parse(text: string, names: readonly string[] = [], depth = 0): Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length;) {
    const block = fence(lines, at) ?? quote(lines, at, names, depth) ?? list(lines, at, names) ?? blank(lines, at)
    if (block) {
      if (block.block) blocks.push(block.block)
      at = block.end
      continue
    }
    const end = paragraphEnd(lines, at, depth)
    blocks.push({ kind: 'paragraph', parts: inline(lines.slice(at, end).join('\n'), names) })
    at = end
  }
  return blocks
}

interface Taken {
  block?: Block
  end: number
}

const blank = (lines: readonly string[], at: number): Taken | undefined =>
  lines[at]!.trim() === '' ? { end: at + 1 } : undefined

function fence(lines: readonly string[], at: number): Taken | undefined {
  if (!lines[at]!.startsWith('```')) return undefined
  const close = lines.findIndex((line, nth) => nth > at && line.trimEnd() === '```')
  const end = close < 0 ? lines.length : close
  return { block: { kind: 'code', text: lines.slice(at + 1, end).join('\n') }, end: Math.min(lines.length, end + 1) }
}

const quoted = /^> ?/

function quote(lines: readonly string[], at: number, names: readonly string[], depth: number): Taken | undefined {
  if (!quoted.test(lines[at]!) || depth >= deepest) return undefined
  const end = endOf(lines, at, (line) => quoted.test(line))
  const inner = lines.slice(at, end).map((line) => line.replace(quoted, ''))
  return { block: { kind: 'quote', blocks: parse(inner.join('\n'), names, depth + 1) }, end }
}

const bullet = /^\s{0,3}[-*] +(?=\S)/
const numbered = /^\s{0,3}(\d{1,4})[.)] +(?=\S)/

function list(lines: readonly string[], at: number, names: readonly string[]): Taken | undefined {
  const mark = [bullet, numbered].find((one) => one.test(lines[at]!))
  if (!mark) return undefined
  const end = endOf(lines, at, (line) => mark.test(line))
  const items = lines.slice(at, end).map((line) => inline(line.replace(mark, ''), names))
  const start = Number(numbered.exec(lines[at]!)?.[1] ?? 1)
  return { block: { kind: 'list', ordered: mark === numbered, start, items }, end }
}

function endOf(lines: readonly string[], at: number, belongs: (line: string) => boolean): number {
  let end = at
  while (end < lines.length && belongs(lines[end]!)) end++
  return end
}

function paragraphEnd(lines: readonly string[], at: number, depth: number): number {
  const starts = (line: string): boolean =>
    line.trim() === '' ||
    line.startsWith('```') ||
    (depth < deepest && quoted.test(line)) ||
    bullet.test(line) ||
    numbered.test(line)
  let end = at + 1
  while (end < lines.length && !starts(lines[end]!)) end++
  return end
}

// The earliest of these wins. Marks hug what they mark: `2 * 3 * 4` stays a sum.
const token =
  /`+(?<code>[^`\n]+)`+|\*\*(?<strong>\S(?:.*?\S)?)\*\*|(?<![\p{L}\p{N}*])\*(?<star>[^\s*](?:[^*]*?[^\s*])?)\*(?!\*)|(?<![\p{L}\p{N}_])_(?<under>[^\s_](?:[^_]*?[^\s_])?)_(?![\p{L}\p{N}_])|~~(?<strike>\S(?:.*?\S)?)~~|\[(?<label>[^[\]\n]+)\]\((?<href>https?:\/\/[^\s()<>"]+)\)|(?<address>https?:\/\/[^\s<>"]+)/su

function inline(text: string, names: readonly string[], depth = 0): Inline[] {
  const parts: Inline[] = []
  let rest = text
  while (rest !== '') {
    const match = depth < deepest ? token.exec(rest) : null
    const found = match && marked(match, names, depth)
    if (!match || !found) {
      const upto = match ? match.index + match[0].length : rest.length
      parts.push(...mentions(rest.slice(0, upto), names))
      rest = rest.slice(upto)
      continue
    }
    if (match.index > 0) parts.push(...mentions(rest.slice(0, match.index), names))
    parts.push(found.part)
    rest = rest.slice(match.index + found.length)
  }
  return parts
}

function marked(
  match: RegExpExecArray,
  names: readonly string[],
  depth: number,
): { part: Inline; length: number } | undefined {
  const { code, strong, star, under, strike, label, href, address } = match.groups!
  const inner = (text: string): Inline[] => inline(text, names, depth + 1)
  const whole = (part: Inline) => ({ part, length: match[0].length })
  if (code !== undefined) return whole({ kind: 'code', text: code })
  if (strong !== undefined) return whole({ kind: 'strong', parts: inner(strong) })
  if (strike !== undefined) return whole({ kind: 'strike', parts: inner(strike) })
  const em = star ?? under
  if (em !== undefined) return whole({ kind: 'em', parts: inner(em) })
  if (label !== undefined && URL.canParse(href!)) {
    return whole({ kind: 'link', href: href!, parts: [{ kind: 'text', text: label }] })
  }
  if (address === undefined) return undefined
  // A full stop or a bracket behind an address belongs to the sentence.
  const bare = address.replace(/[.,;:!?'")\]}*_~]+$/, '')
  if (!URL.canParse(bare)) return undefined
  return { part: { kind: 'link', href: bare, parts: [{ kind: 'text', text: bare }] }, length: bare.length }
}

function mentions(text: string, names: readonly string[]): Inline[] {
  if (names.length === 0 || !text.includes('@')) return [{ kind: 'text', text }]
  const either = names.toSorted((a, b) => b.length - a.length).map(literally)
  const parts: Inline[] = []
  let end = 0
  for (const match of text.matchAll(
    new RegExp(`(?<![\\p{L}\\p{N}_@./])@(?:${either.join('|')})(?![\\p{L}\\p{N}])`, 'giu'),
  )) {
    if (match.index > end) parts.push({ kind: 'text', text: text.slice(end, match.index) })
    parts.push({ kind: 'mention', text: match[0] })
    end = match.index + match[0].length
  }
  if (end < text.length) parts.push({ kind: 'text', text: text.slice(end) })
  return parts
}
