/** What the files of an installation need to know of it. */
import type { Storage } from './storage'

export interface FileMeans {
  storage: Storage
  /** Signs addresses. All nodes have the same. */
  secret: string
  limits: FileLimits
}

export interface FileLimits {
  imageBytes: number
  fileBytes: number
  /** The most pixels that an image may declare: it is refused before anything is decoded. */
  pixels: number
  /** What one person may have lying about that hangs on nothing yet. */
  looseFiles: number
  looseBytes: number
}

export const usualLimits: FileLimits = {
  imageBytes: 10 * 1024 * 1024,
  fileBytes: 25 * 1024 * 1024,
  pixels: 64_000_000,
  looseFiles: 100,
  looseBytes: 250 * 1024 * 1024,
}

/** The most bytes of one piece of an upload: it is held in memory while it comes in. */
export const partBytes = 1024 * 1024
