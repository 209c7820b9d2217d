/**
 * What becomes of an upload before anybody may have it. Images are decoded and encoded anew, so that nothing but pixels
 * is left of them: no place where they were taken, no hidden second file. Films and sound keep their streams and lose
 * what stands around them. The original is served to nobody.
 */
import type { Sharp } from 'sharp'
import type { Served, Variant } from './model'
import { scrubBoxes } from './clean/boxes'
import { Unreadable } from './clean/unreadable'
import type { Kind } from './sniff'

export { Unreadable } from './clean/unreadable'

export interface Cleaned {
  variants: Partial<Record<Variant, { type: string; bytes: Uint8Array }>>
  width?: number
  height?: number
  blur?: string
}

const longestFull = 2560
const longestThumb = 480
const blurWidth = 24
const mostAnimated = 1280

/** @throws Unreadable for what is broken, or is not what it claims to be: trying again would not help. */
export async function clean(bytes: Uint8Array, { type, family }: Kind, mostPixels: number): Promise<Cleaned> {
  if (family === 'image') return cleanImage(bytes, mostPixels)
  const isBoxes = type === 'video/mp4' || type === 'audio/mp4'
  return { variants: { full: { type, bytes: isBoxes ? scrubBoxes(bytes) : bytes } } }
}

async function cleanImage(bytes: Uint8Array, mostPixels: number): Promise<Cleaned> {
  // Loaded where it is needed: a node that works on no jobs never does.
  const { default: sharp } = await import('sharp')
  sharp.cache(false)
  const open = (animated: boolean): Sharp =>
    sharp(bytes, { limitInputPixels: mostPixels, failOn: 'error', animated }).autoOrient()
  try {
    const { width, height, pages = 1 } = await sharp(bytes, { limitInputPixels: mostPixels }).metadata()
    const moves = pages > 1 && pages * width * height <= mostPixels
    const longest = moves ? mostAnimated : longestFull
    const fit = { fit: 'inside', withoutEnlargement: true } as const
    const full = await open(moves)
      .resize(longest, longest, fit)
      .webp({ quality: 80 })
      .toBuffer({ resolveWithObject: true })
    const thumb = await open(false).resize(longestThumb, longestThumb, fit).webp({ quality: 74 }).toBuffer()
    const blur = await open(false).resize(blurWidth, blurWidth, fit).webp({ quality: 30 }).toBuffer()
    const webp = (data: Buffer) => ({ type: 'image/webp', bytes: new Uint8Array(data) })
    return {
      variants: { full: webp(full.data), thumb: webp(thumb) },
      ...{ width: full.info.width, height: full.info.pageHeight ?? full.info.height },
      blur: `data:image/webp;base64,${blur.toString('base64')}`,
    }
  } catch (error) {
    throw new Unreadable('the image could not be decoded', { cause: error })
  }
}

export function servedOf({ variants }: Cleaned): Served {
  const entries = Object.entries(variants).map(([variant, { type, bytes }]) => [variant, { type, bytes: bytes.length }])
  return Object.fromEntries(entries) as Served
}
