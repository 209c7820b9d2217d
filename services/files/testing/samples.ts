/** Files as people have them: photos that know where they were taken, films of phones, and what only pretends. */
import sharp from 'sharp'

/** A place that must not come out anywhere: its degrees stand in the photo's own data. */
export async function geotagged(width = 1200, height = 800): Promise<Uint8Array> {
  const plain = sharp({ create: { width, height, channels: 3, background: { r: 30, g: 120, b: 200 } } })
  const exif = {
    IFD0: { Copyright: 'SECRET-OWNER', Model: 'SECRET-CAMERA' },
    IFD3: { GPSLatitudeRef: 'S', GPSLatitude: '6/1 53/1 2/1', GPSLongitudeRef: 'E', GPSLongitude: '107/1 36/1 3/1' },
  }
  const bytes = await plain
    .withExif(exif)
    .withMetadata({ orientation: 6 })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">SECRET-XMP</x:xmpmeta>')
    .jpeg()
    .toBuffer()
  return new Uint8Array(bytes)
}

/** Whether anything of a photo's own data is left, by its words or by its blocks. */
export async function tellsWhere(bytes: Uint8Array): Promise<boolean> {
  const { exif, xmp, iptc, icc } = await sharp(bytes).metadata()
  const text = Buffer.from(bytes).toString('latin1')
  return (
    exif !== undefined ||
    xmp !== undefined ||
    iptc !== undefined ||
    icc !== undefined ||
    /SECRET|Exif|EXIF|GPS/.test(text)
  )
}

export async function png(width: number, height: number): Promise<Uint8Array> {
  const image = sharp({ create: { width, height, channels: 4, background: { r: 0, g: 0, b: 0, alpha: 0.5 } } })
  return new Uint8Array(await image.png().toBuffer())
}

/** A gif of some pictures. */
export async function moving(width: number, height: number, pages: number): Promise<Uint8Array> {
  const raw = Buffer.alloc(width * height * pages * 3)
  for (let page = 0; page < pages; page++)
    raw.fill(page * 40, page * width * height * 3, (page + 1) * width * height * 3)
  const image = sharp(raw, { raw: { width, height: height * pages, channels: 3, pageHeight: height } })
  return new Uint8Array(await image.gif().toBuffer())
}

/** Says that it has `width` times `height` pixels, in a few bytes. */
export async function bomb(width: number, height: number): Promise<Uint8Array> {
  const bytes = Buffer.from(await png(8, 8))
  bytes.writeUInt32BE(width, 16)
  bytes.writeUInt32BE(height, 20)
  const crc = Bun.hash.crc32(bytes.subarray(12, 29))
  bytes.writeUInt32BE(crc, 29)
  return new Uint8Array(bytes)
}

const box = (type: string, ...content: Buffer[]): Buffer => {
  const body = Buffer.concat(content)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + body.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, body])
}

/** A film's skeleton, with the place where phones put it. */
export function film(): Uint8Array {
  const where = box('udta', box('\xa9xyz', Buffer.from('\x00\x15\x15\xc7SECRET-06.9147+107.6098/')))
  const keys = box('meta', Buffer.from('SECRET com.apple.quicktime.location.ISO6709'))
  const moov = box(
    'moov',
    box('mvhd', Buffer.alloc(100)),
    box('trak', box('tkhd', Buffer.alloc(84)), where),
    where,
    keys,
  )
  return new Uint8Array(
    Buffer.concat([box('ftyp', Buffer.from('mp42\0\0\0\0mp42isom')), moov, box('mdat', Buffer.from('the stream'))]),
  )
}
