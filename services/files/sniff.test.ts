import { describe, expect, test } from 'bun:test'
import { sniff } from './sniff'
import { bomb, film, geotagged, moving, png } from './testing/samples'

const text = (words: string): Uint8Array => new TextEncoder().encode(words)
const raw = (latin1: string): Uint8Array => new Uint8Array(Buffer.from(latin1.padEnd(64, '\0'), 'latin1'))

describe('a file is what its first bytes say', () => {
  const cases: [string, Uint8Array | Promise<Uint8Array>, object | undefined][] = [
    ['a photo', geotagged(1200, 800), { type: 'image/jpeg', pixels: 960_000 }],
    ['a drawing', png(20, 30), { type: 'image/png', pixels: 600 }],
    ['a bomb', bomb(60_000, 60_000), { type: 'image/png', pixels: 3_600_000_000 }],
    ['a moving picture', moving(10, 20, 3), { type: 'image/gif', pixels: 200 }],
    ['a film', film(), { type: 'video/mp4', family: 'video' }],
    ['a document', raw('%PDF-1.7'), { type: 'application/pdf', family: 'document' }],
    ['an office document', raw('PK\x03\x04'), { type: 'application/zip' }],
    ['a voice', raw('OggS'), { type: 'audio/ogg', family: 'sound' }],
    ['a voice of a phone', raw('\0\0\0\x18ftypM4A \0\0'), { type: 'audio/mp4', family: 'sound' }],
    ['words', text('Halo, apa kabar? 🎓\nname;price\n1;2'), { type: 'text/plain' }],
    ['a page', text('  <!DOCTYPE html><p>hi'), undefined],
    ['a drawing that is a program', text('<?xml version="1.0"?><svg onload="alert(1)"/>'), undefined],
    ['words with a script in them', text('hello <script>alert(1)</script>'), undefined],
    ['a script of a shell', text('#!/bin/sh\nrm -rf .'), undefined],
    ['a program', raw('\x7fELF\x02'), undefined],
    ['a program of Windows', raw('MZ\x90\0'), undefined],
    ['a picture that cannot be decoded here', raw('\0\0\0\x18ftypheic'), undefined],
    ['a document with something before it', raw('junk%PDF-1.7\x01'), undefined],
  ]
  for (const [name, bytes, kind] of cases) {
    test(`${name} is ${kind ? 'known' : 'refused'}`, async () => {
      const found = sniff(await bytes)
      if (kind) expect(found).toMatchObject(kind)
      else expect(found).toBeUndefined()
    })
  }

  test('the pixels of every image format are found without decoding', async () => {
    const { default: sharp } = await import('sharp')
    const plain = sharp({ create: { width: 321, height: 123, channels: 4, background: 'red' } })
    const made = [
      plain.clone().webp(),
      plain.clone().webp({ lossless: true }),
      plain.clone().jpeg({ progressive: true }),
    ]
    for (const image of made) expect(sniff(await image.toBuffer())?.pixels).toBe(321 * 123)
  })

  test('words may be cut in the middle of a character', () => {
    expect(sniff(text('kampus 🎓').subarray(0, -2))).toMatchObject({ type: 'text/plain' })
    expect(sniff(new Uint8Array([0x41, 0xff, 0xfe, 0x41, 0x42, 0x43, 0x44]))).toBeUndefined()
  })
})
