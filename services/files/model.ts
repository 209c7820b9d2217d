/** Files as data: what pages and other services know of them. */
import type { z } from 'zod'
import type * as schemas from './schemas'

export type FileLink = z.infer<typeof schemas.link>
/** The input of the internal command `files.attach`. */
export type Attach = z.infer<typeof schemas.attachInput>
/** What topics carry when a file is ready or failed: `{ kind: 'file', file }`. Addresses are asked for with `files.links`. */
export type FileNews = z.infer<typeof schemas.news>

/** Variants that are served. Those that are no images have only `full`. */
export const variants = ['full', 'thumb'] as const
export type Variant = (typeof variants)[number]

export type State = 'uploading' | 'pending' | 'ready' | 'failed' | 'gone'

/** What is served of a file, by variant. */
export type Served = Partial<Record<Variant, { type: string; bytes: number }>>
