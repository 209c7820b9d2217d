/** What every service that can be searched takes and gives, so that one box asks all of them. */
import { z } from 'zod'
import { words } from './text'

export const searchInput = z.object({
  q: words(200).transform((text) => text.trim()),
  limit: z.coerce.number().int().min(1).max(50).default(10),
})

export const hit = z.object({
  id: z.string(),
  title: z.string(),
  /** Where it is, or what it is about; nothing that the title says. */
  about: z.string().optional(),
  /** When it is, or when something last happened to it. */
  at: z.string(),
})
export const searchOutput = z.object({ hits: z.array(hit) })

export type SearchInput = z.infer<typeof searchInput>
export type Hit = z.infer<typeof hit>
export type SearchOutput = z.infer<typeof searchOutput>
