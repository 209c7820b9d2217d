/** What goes in and out of the methods, and what the topic carries. */
import { z } from 'zod'
import { position } from '../../protocol/event'
import { id } from '../../protocol/ids'
import { words } from '../../protocol/text'

const person = z.object({ id: z.string(), name: z.string() })

export const item = z.object({
  id,
  what: z.string(),
  place: z.string(),
  photo: z.string().nullable(),
  photoStatus: z.enum(['ready', 'failed']).optional(),
  state: z.enum(['open', 'claimed', 'returned']),
  finder: person,
  claimer: person.nullable(),
  thread: z.string().nullable(),
  at: z.string(),
})

export const postInput = z.object({ what: words(120), place: words(120), photo: z.uuid().optional() })
export const claimInput = z.object({ item: id, proof: words(400) })
export const itemOnly = z.object({ item: id })
export const changed = z.object({ item })
export const list = z.object({ items: z.array(item), position })

export const events = {
  posted: changed,
  claimed: changed,
  declined: changed,
  returned: changed,
  file: z.looseObject({}),
}
