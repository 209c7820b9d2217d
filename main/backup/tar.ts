/**
 * Tar, as POSIX.1-1988 has it ("ustar"), and no more of it than a backup needs: files whose names we made ourselves.
 * Any `tar` can look into what is written here.
 */
import { StartFailure } from '../../cluster/failure'

export interface Entry {
  name: string
  body: Buffer
}

const block = 512
const mostBytes = 2 ** 30

/** One file as it stands in the archive. @throws for a name that does not fit. */
export function* packed({ name, body }: Entry): Generator<Buffer> {
  yield header(name, body.length)
  yield body
  yield Buffer.alloc((block - (body.length % block)) % block)
}

/** What ends an archive. */
export const archiveEnd = Buffer.alloc(2 * block)

function header(name: string, size: number): Buffer {
  const head = Buffer.alloc(block)
  const [prefix, rest] = halves(name)
  head.write(rest, 0, 'utf8')
  head.write('0000600\0', 100)
  head.write('0000000\x000000000\0', 108)
  head.write(`${size.toString(8).padStart(11, '0')}\0`, 124)
  head.write(
    `${Math.floor(Date.now() / 1000)
      .toString(8)
      .padStart(11, '0')}\0`,
    136,
  )
  head.write('        0', 148)
  head.write('ustar\x0000', 257)
  head.write(prefix, 345, 'utf8')
  head.write(`${sumOf(head).toString(8).padStart(6, '0')}\0 `, 148)
  return head
}

function halves(name: string): [string, string] {
  if (Buffer.byteLength(name) <= 100) return ['', name]
  for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1)) {
    const [prefix, rest] = [name.slice(0, at), name.slice(at + 1)]
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(rest) <= 100) return [prefix, rest]
  }
  throw new Error(`the name ${name} is too long for a tar archive`)
}

/** Of all bytes, those of the sum itself taken for spaces. */
function sumOf(head: Buffer): number {
  let sum = 8 * 32
  for (let at = 0; at < block; at++) if (at < 148 || at >= 156) sum += head[at]!
  return sum
}

/** The files of an archive, one at a time. @throws StartFailure when it is damaged or cut off. */
export async function* unpacked(source: AsyncIterable<Buffer>): AsyncGenerator<Entry> {
  const bytes = new Reader(source)
  for (;;) {
    const head = await bytes.take(block)
    if (head.every((byte) => byte === 0)) return
    const sum = Number.parseInt(text(head, 148, 8), 8)
    if (text(head, 257, 5) !== 'ustar' || sum !== sumOf(head)) throw damaged()
    const [size, prefix, rest] = [Number.parseInt(text(head, 124, 12), 8), text(head, 345, 155), text(head, 0, 100)]
    if (!(size >= 0 && size <= mostBytes)) throw damaged()
    const body = await bytes.take(size)
    await bytes.take((block - (size % block)) % block)
    yield { name: prefix === '' ? rest : `${prefix}/${rest}`, body }
  }
}

const text = (head: Buffer, at: number, length: number): string =>
  head.toString('utf8', at, at + length).replace(/[\0 ]*(\0.*)?$/s, '')

const damaged = (): StartFailure => new StartFailure('the backup is damaged or cut off: take another one')

/** A stream from which a given number of bytes is taken at a time. */
class Reader {
  private readonly iterator: AsyncIterator<Buffer>
  private chunks: Buffer[] = []
  private held = 0

  constructor(source: AsyncIterable<Buffer>) {
    this.iterator = source[Symbol.asyncIterator]()
  }

  async take(length: number): Promise<Buffer> {
    while (this.held < length) {
      const next = await this.iterator.next().catch(() => undefined)
      if (!next || next.done) throw damaged()
      this.chunks.push(next.value)
      this.held += next.value.length
    }
    const all = this.chunks.length === 1 ? this.chunks[0]! : Buffer.concat(this.chunks)
    this.chunks = [all.subarray(length)]
    this.held = all.length - length
    return all.subarray(0, length)
  }
}
