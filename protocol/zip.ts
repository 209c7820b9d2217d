/** Some files in one (PKWARE APPNOTE 6.3, the part of it that everything reads): deflated, names in UTF-8, no dates. */

export interface Packed {
  path: string
  text: string
}

interface Entry {
  name: Uint8Array
  body: Uint8Array
  bytes: number
  sum: number
}

const version = 20
const namesInUtf8 = 0x0800
const deflated = 8
/** 1 January 1980, the first day there is: the same files make the same archive. */
const date = 0x0021

/** The archive. Up to 4 GB and 65,535 files: more is a fault. */
export async function zip(files: readonly Packed[]): Promise<Uint8Array<ArrayBuffer>> {
  const entries = await Promise.all(files.map(pack))
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let at = 0
  const add = (...blocks: Uint8Array[]): void => {
    for (const block of blocks) at += block.length
    parts.push(...blocks)
  }
  for (const entry of entries) {
    directory.push(numbers([4, 0x02014b50], [2, version], ...headOf(entry), [2, 0], [2, 0], [2, 0], [4, 0], [4, at]))
    directory.push(entry.name)
    add(numbers([4, 0x04034b50], ...headOf(entry)), entry.name, entry.body)
  }
  const begin = at
  add(...directory)
  const count = entries.length
  add(numbers([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, at - begin], [4, begin], [2, 0]))
  return joined(parts, at)
}

async function pack({ path, text }: Packed): Promise<Entry> {
  const content = new TextEncoder().encode(text)
  const stream = new Blob([content]).stream().pipeThrough(new CompressionStream('deflate-raw'))
  const body = new Uint8Array(await new Response(stream).arrayBuffer())
  return { name: new TextEncoder().encode(path), body, bytes: content.length, sum: crc32(content) }
}

type Number = readonly [bytes: 2 | 4, value: number]

/** What a file's own header and its entry in the directory have in common. */
const headOf = ({ name, body, bytes, sum }: Entry): Number[] => [
  ...([
    [2, version],
    [2, namesInUtf8],
    [2, deflated],
    [2, 0],
    [2, date],
  ] as const),
  ...([
    [4, sum],
    [4, body.length],
    [4, bytes],
    [2, name.length],
    [2, 0],
  ] as const),
]

/** Little-endian. */
function numbers(...all: readonly Number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(all.reduce((sum, [bytes]) => sum + bytes, 0)))
  let at = 0
  for (const [bytes, value] of all) {
    if (bytes === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
    at += bytes
  }
  return new Uint8Array(view.buffer)
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1
  return sum
})

/** ISO 3309, as the format wants it. */
function crc32(bytes: Uint8Array): number {
  let sum = 0xffffffff
  for (const byte of bytes) sum = table[(sum ^ byte) & 0xff]! ^ (sum >>> 8)
  return (sum ^ 0xffffffff) >>> 0
}
