/**
 * A TypeScript text in three parts, so that a rule about words can say where it means them. Not a parser: it knows
 * comments, strings, templates and (by what stands before the slash) regular expressions, which is all that rules need.
 * Whatever is taken out leaves blanks, so that lines and columns stay what they were.
 */
export interface Source {
  /** Without comments and without what strings say. */
  code: string
  /** What strings and templates say. */
  strings: string
  /** What comments say. */
  comments: string
}

export function split(text: string): Source {
  return new Splitter(text).run()
}

type Part = keyof Source

class Splitter {
  private at = 0
  private readonly parts: Record<Part, string[]>
  /** For each template we are in: how many braces of code are open inside its `${…}`. */
  private readonly braces: number[] = []

  constructor(private readonly text: string) {
    // By code unit, so that positions are those of the text.
    const blank = (): string[] => text.replace(/[^\n]/g, ' ').split('')
    this.parts = { code: blank(), strings: blank(), comments: blank() }
  }

  run(): Source {
    if (this.text.startsWith('#!')) this.take('comments', this.lineEnd())
    while (this.at < this.text.length) this.step()
    const { code, strings, comments } = this.parts
    return { code: code.join(''), strings: strings.join(''), comments: comments.join('') }
  }

  private step(): void {
    const { text, at } = this
    const char = text[at]!
    if (text.startsWith('//', at)) return this.take('comments', this.lineEnd())
    if (text.startsWith('/*', at)) return this.take('comments', this.after('*/', at + 2))
    if (char === '/' && this.regexMayStart()) return this.take('strings', this.regexEnd())
    if (char === "'" || char === '"') return this.take('strings', this.stringEnd(char))
    if (char === '`') return this.template(at + 1)
    if (this.braces.length > 0 && (char === '{' || char === '}')) return this.brace(char)
    this.take('code', at + 1)
  }

  private brace(char: '{' | '}'): void {
    const open = this.braces.pop()!
    if (char === '}' && open === 0) return this.template(this.at + 1)
    this.braces.push(open + (char === '{' ? 1 : -1))
    this.take('code', this.at + 1)
  }

  /** From inside a template to its end, or to the next `${`. */
  private template(from: number): void {
    const { text } = this
    for (let i = from; i < text.length; i++) {
      if (text[i] === '\\') i++
      else if (text[i] === '`') return this.take('strings', i + 1)
      else if (text.startsWith('${', i)) {
        this.braces.push(0)
        return this.take('strings', i + 2)
      }
    }
    this.take('strings', text.length)
  }

  private stringEnd(quote: string): number {
    const { text } = this
    let i = this.at + 1
    // A string ends with its line; so does a mistake of ours, such as an apostrophe in a page's text.
    while (i < text.length && text[i] !== quote && text[i] !== '\n') i += text[i] === '\\' ? 2 : 1
    return text[i] === quote ? i + 1 : i
  }

  private regexMayStart(): boolean {
    const before = this.text.slice(Math.max(0, this.at - 20), this.at).trimEnd()
    return before === '' || /[(,=:[!&|?{};+*%~^-]$|=>$|\b(return|typeof|case|in|of|do|else|throw)$/.test(before)
  }

  private regexEnd(): number {
    const { text } = this
    let inClass = false
    let i = this.at + 1
    for (; i < text.length && text[i] !== '\n' && (inClass || text[i] !== '/'); i++) {
      if (text[i] === '\\') i++
      else if (text[i] === '[') inClass = true
      else if (text[i] === ']') inClass = false
    }
    return i + 1
  }

  private lineEnd(): number {
    const end = this.text.indexOf('\n', this.at)
    return end < 0 ? this.text.length : end
  }

  private after(what: string, from: number): number {
    const found = this.text.indexOf(what, from)
    return found < 0 ? this.text.length : found + what.length
  }

  private take(part: Part, end: number): void {
    for (; this.at < Math.min(end, this.text.length); this.at++) this.parts[part][this.at] = this.text[this.at]!
  }
}
