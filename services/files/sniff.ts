/**
 * What a file is, by its first bytes; its name and what the sender says of it count for nothing. What is not known is
 * refused: markup would run as a page, programs would run as programs. Images also tell how many pixels they declare, so
 * that a bomb is refused before anything is decoded.
 */
export type Family = 'image' | 'sound' | 'video' | 'document'

export interface Kind {
  type: string
  family: Family
  /** For the name under which it is saved. */
  ending: string
  /** Declared width times height; absent where it stands further back. */
  pixels?: number
}

/** Enough to know every kind by. */
export const headBytes = 4096

type Look = (head: Buffer) => Kind | undefined

const kind = (family: Family, type: string, ending: string): Kind => ({ family, type, ending })
const starts = (head: Buffer, text: string, at = 0): boolean =>
  head.subarray(at, at + text.length).toString('latin1') === text

const signatures: [magic: string, at: number, kind: Kind][] = [
  ['%PDF-', 0, kind('document', 'application/pdf', 'pdf')],
  ['PK\x03\x04', 0, kind('document', 'application/zip', 'zip')],
  ['\x1f\x8b\x08', 0, kind('document', 'application/gzip', 'gz')],
  ["7z\xbc\xaf'\x1c", 0, kind('document', 'application/x-7z-compressed', '7z')],
  ['\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 0, kind('document', 'application/x-ole-storage', 'doc')],
  ['{\\rtf', 0, kind('document', 'application/rtf', 'rtf')],
  ['OggS', 0, kind('sound', 'audio/ogg', 'ogg')],
  ['ID3', 0, kind('sound', 'audio/mpeg', 'mp3')],
  ['fLaC', 0, kind('sound', 'audio/flac', 'flac')],
]

const looks: readonly Look[] = [png, jpeg, gif, riff, boxes, matroska, mpeg, signature, plain]

/** Nothing for what is not accepted. `head` is the beginning of the file, 4 KB or more, or all of it. */
export function sniff(head: Uint8Array): Kind | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  for (const look of looks) {
    const found = look(bytes)
    if (found) return found
  }
  return undefined
}

function png(head: Buffer): Kind | undefined {
  if (!starts(head, '\x89PNG\r\n\x1a\n') || head.length < 24) return undefined
  return { ...kind('image', 'image/png', 'png'), pixels: head.readUInt32BE(16) * head.readUInt32BE(20) }
}

function gif(head: Buffer): Kind | undefined {
  if (!/^GIF8[79]a/.test(head.subarray(0, 6).toString('latin1')) || head.length < 10) return undefined
  return { ...kind('image', 'image/gif', 'gif'), pixels: head.readUInt16LE(6) * head.readUInt16LE(8) }
}

/** Walks the segments to the one that declares the size. */
function jpeg(head: Buffer): Kind | undefined {
  if (!starts(head, '\xff\xd8\xff')) return undefined
  const found = kind('image', 'image/jpeg', 'jpg')
  for (let at = 2; at + 9 < head.length && head[at] === 0xff;) {
    const marker = head[at + 1]!
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
    if (isFrame) return { ...found, pixels: head.readUInt16BE(at + 5) * head.readUInt16BE(at + 7) }
    at += marker === 0xff ? 1 : 2 + head.readUInt16BE(at + 2)
  }
  return found
}

function riff(head: Buffer): Kind | undefined {
  if (!starts(head, 'RIFF')) return undefined
  if (starts(head, 'WAVE', 8)) return kind('sound', 'audio/wav', 'wav')
  if (!starts(head, 'WEBP', 8) || head.length < 30) return undefined
  return { ...kind('image', 'image/webp', 'webp'), pixels: webpPixels(head) }
}

function webpPixels(head: Buffer): number | undefined {
  if (starts(head, 'VP8X', 12)) return (1 + head.readUIntLE(24, 3)) * (1 + head.readUIntLE(27, 3))
  if (starts(head, 'VP8 ', 12)) return (head.readUInt16LE(26) & 0x3fff) * (head.readUInt16LE(28) & 0x3fff)
  const bits = head.readUInt32LE(21)
  return starts(head, 'VP8L', 12) ? (1 + (bits & 0x3fff)) * (1 + ((bits >>> 14) & 0x3fff)) : undefined
}

/** ISO base media: what it is stands in its brand. HEIC can't be decoded here; phones send JPEG where that is asked for. */
function boxes(head: Buffer): Kind | undefined {
  if (!starts(head, 'ftyp', 4)) return undefined
  const brand = head.subarray(8, 12).toString('latin1')
  if (brand === 'avif') return kind('image', 'image/avif', 'avif')
  if (/^M4[AB] $/.test(brand)) return kind('sound', 'audio/mp4', 'm4a')
  if (/^(isom|iso[2-9]|mp4[12]|M4V |avc1|dash|MSNV|qt {2}|3gp.)$/.test(brand)) return kind('video', 'video/mp4', 'mp4')
  return undefined
}

/** Photos as iPhones keep them: licensed, and so decoded by Apple's own programs only. */
export const isHeic = (head: Uint8Array): boolean =>
  /^ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)/.test(Buffer.from(head.subarray(4, 12)).toString('latin1'))

function matroska(head: Buffer): Kind | undefined {
  if (!starts(head, '\x1a\x45\xdf\xa3')) return undefined
  return head.subarray(0, 64).includes('webm') ? kind('video', 'video/webm', 'webm') : undefined
}

/** A frame of layer III without a tag before it. */
function mpeg(head: Buffer): Kind | undefined {
  if (head.length < 4 || head[0] !== 0xff || (head[1]! & 0xe6) !== 0xe2) return undefined
  return kind('sound', 'audio/mpeg', 'mp3')
}

function signature(head: Buffer): Kind | undefined {
  return signatures.find(([magic, at]) => starts(head, magic, at))?.[2]
}

const markup = /<(!doctype|html|head|body|script|svg|iframe|object|embed|math|\?xml)\b/i

/** UTF-8 without control characters. Markup and scripts of a shell are words too, but not to those who open them. */
function plain(head: Buffer): Kind | undefined {
  const text = decode(head)
  if (text === undefined || /[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(text)) return undefined
  if (markup.test(text) || text.startsWith('#!')) return undefined
  return kind('document', 'text/plain', 'txt')
}

/** The last character may be cut. */
function decode(head: Buffer): string | undefined {
  const fatal = new TextDecoder('utf-8', { fatal: true })
  for (let cut = 0; cut < 4 && cut < head.length; cut++) {
    try {
      return fatal.decode(head.subarray(0, head.length - cut))
    } catch {
      // Cut one byte more.
    }
  }
  return undefined
}
