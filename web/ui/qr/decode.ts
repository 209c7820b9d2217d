/** Reads a QR code from a picture: with the browser's own reader where there is one, else with one that is loaded then. */

interface Reader {
  detect(source: ImageBitmapSource): Promise<{ rawValue: string }[]>
}

interface ReaderClass {
  new (options: { formats: string[] }): Reader
  getSupportedFormats(): Promise<string[]>
}

export type Decode = (
  source: CanvasImageSource & ImageBitmapSource,
  width: number,
  height: number,
) => Promise<string | undefined>

/** A picture of more pixels is scaled down: a code that fills a good part of it is still read, and much sooner. */
const widest = 1280

export async function decoder(): Promise<Decode> {
  const own = (globalThis as { BarcodeDetector?: ReaderClass }).BarcodeDetector
  const formats = (await own?.getSupportedFormats().catch(() => [])) ?? []
  if (own && formats.includes('qr_code')) {
    const reader = new own({ formats: ['qr_code'] })
    return async (source) => (await reader.detect(source))[0]?.rawValue
  }
  const { default: read } = await import('jsqr')
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d', { willReadFrequently: true })!
  return (source, width, height) => {
    const scale = Math.min(1, widest / Math.max(width, height))
    canvas.width = Math.round(width * scale)
    canvas.height = Math.round(height * scale)
    context.drawImage(source, 0, 0, canvas.width, canvas.height)
    const pixels = context.getImageData(0, 0, canvas.width, canvas.height)
    return Promise.resolve(read(pixels.data, pixels.width, pixels.height)?.data || undefined)
  }
}

export async function decodeFile(file: Blob): Promise<string | undefined> {
  const bitmap = await createImageBitmap(file)
  try {
    const decode = await decoder()
    return await decode(bitmap, bitmap.width, bitmap.height)
  } finally {
    bitmap.close()
  }
}
