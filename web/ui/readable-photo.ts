/**
 * Photos as the server reads them. iPhones keep theirs as HEIC, which only Apple's programs decode: a browser of theirs makes
 * a JPEG of it here, anywhere else its owner is told what to do.
 */
const longest = 4096

/** Nothing for a photo that can't be read here, nor there. */
export async function readablePhoto(file: File): Promise<File | undefined> {
  const head = new Uint8Array(await file.slice(4, 12).arrayBuffer())
  const isHeic = /^ftyp(hei[cmsx]|hev[cmsx]|mif1|msf1)/.test(String.fromCharCode(...head))
  return isHeic ? asJpeg(file).catch(() => undefined) : file
}

/** @throws where this browser can't decode it. */
async function asJpeg(file: File): Promise<File> {
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, longest / Math.max(picture.width, picture.height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.round(picture.width * scale)
  canvas.height = Math.round(picture.height * scale)
  canvas.getContext('2d')!.drawImage(picture, 0, 0, canvas.width, canvas.height)
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.9))
  if (!blob) throw new Error('no JPEG came of it')
  const { name, lastModified } = file
  return new File([blob], name.replace(/\.hei[cf]$/i, '.jpg'), { type: 'image/jpeg', lastModified })
}
