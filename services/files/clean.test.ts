import { describe, expect, test } from 'bun:test'
import sharp from 'sharp'
import { errorOf } from '../../prove/testing/until'
import { clean, Unreadable, type Cleaned } from './clean'
import { sniff } from './sniff'
import { bomb, film, geotagged, moving, png, tellsWhere } from './testing/samples'

const cleaned = (bytes: Uint8Array, mostPixels = 64_000_000): Promise<Cleaned> =>
  clean(bytes, sniff(bytes)!, mostPixels)
const full = ({ variants }: Cleaned): Uint8Array => variants.full!.bytes

describe('an image', () => {
  test('loses where and by whom it was taken, in every variant, and keeps which way is up', async () => {
    const photo = await geotagged(1200, 800)
    expect(await tellsWhere(photo)).toBe(true)
    const { variants, width, height, blur } = await cleaned(photo)
    for (const { bytes, type } of Object.values(variants)) {
      expect(type).toBe('image/webp')
      expect(await tellsWhere(bytes)).toBe(false)
    }
    // It was lying on its side.
    expect([width, height]).toEqual([800, 1200])
    expect(await sharp(variants.thumb!.bytes).metadata()).toMatchObject({ width: 320, height: 480 })
    expect(blur).toStartWith('data:image/webp;base64,')
    expect(blur!.length).toBeLessThan(600)
    expect(await tellsWhere(Buffer.from(blur!.split(',')[1]!, 'base64'))).toBe(false)
  })

  test('is made no larger, and a huge one smaller', async () => {
    expect(await cleaned(await png(40, 30))).toMatchObject({ width: 40, height: 30 })
    expect(await cleaned(await png(4000, 1000))).toMatchObject({ width: 2560, height: 640 })
  })

  test('that moves goes on moving, as long as all its pictures together are not too many', async () => {
    const gif = await moving(60, 40, 5)
    expect((await sharp(full(await cleaned(gif))).metadata()).pages).toBe(5)
    expect(await cleaned(gif)).toMatchObject({ width: 60, height: 40 })
    expect((await sharp(full(await cleaned(gif, 5000))).metadata()).pages ?? 1).toBe(1)
  })

  test('that declares more pixels than are allowed is not decoded, a broken one is told so', async () => {
    expect(await errorOf(cleaned(await bomb(60_000, 60_000)))).toBeInstanceOf(Unreadable)
    expect(await errorOf(cleaned(await png(400, 300), 100_000))).toBeInstanceOf(Unreadable)
    const photo = await geotagged()
    expect(await errorOf(cleaned(photo.subarray(0, photo.length >> 1)))).toBeInstanceOf(Unreadable)
  })

  test('with something hidden behind it loses that too', async () => {
    const hidden = Buffer.concat([await geotagged(), Buffer.from('PK\x03\x04 SECRET <script>alert(1)</script>')])
    expect(Buffer.from(full(await cleaned(hidden))).includes('script')).toBe(false)
  })
})

describe('a film', () => {
  test('loses where it was recorded, and nothing in it moves', async () => {
    const bytes = full(await cleaned(film()))
    const text = Buffer.from(bytes).toString('latin1')
    expect(text).not.toContain('SECRET')
    expect(text).toEndWith('the stream')
    expect(bytes.length).toBe(film().length)
    for (const kept of ['ftyp', 'moov', 'mvhd', 'trak', 'tkhd', 'mdat']) expect(text).toContain(kept)
  })

  test('whose boxes do not add up is told so', async () => {
    const broken = film()
    broken[25] = 0xff
    expect(await errorOf(cleaned(broken))).toBeInstanceOf(Unreadable)
    expect(await errorOf(cleaned(film().subarray(0, -3)))).toBeInstanceOf(Unreadable)
  })
})

test('other files are left as they are', async () => {
  const words = new TextEncoder().encode('name;price\nrice;2')
  expect(await cleaned(words)).toEqual({ variants: { full: { type: 'text/plain', bytes: words } } })
})
