/** What goes in and out of the files' methods. */
import { z } from 'zod'
import { topic } from '../../protocol/ids'
import { words } from '../../protocol/text'

export const fileId = z.uuid()
/** One line, no path: shown to others and offered as the name to save under. */
export const fileName = words(200).regex(
  /^[^\p{Cc}\p{Zl}\p{Zp}/\\]+$/u,
  'a name without control characters and slashes',
)

export const createInput = z.object({ name: fileName, bytes: z.number().int().positive() })
export const createOutput = z.object({
  id: fileId,
  partBytes: z.number().int().describe('the most that one piece may have'),
})

export const receiveInput = z.object({
  file: fileId,
  owner: z.string(),
  offset: z.number().int().nonnegative(),
  bytes: z.number().int().positive(),
  part: z.string(),
  type: z.string().optional(),
})
export const receiveOutput = z.object({ offset: z.number().int(), complete: z.boolean() })

export const attachInput = z.object({
  files: z.array(fileId).max(50),
  topic,
  /** Other kinds of files are refused. */
  only: z.literal('image').optional(),
})
export const removeInput = z.object({ files: z.array(fileId).max(50), topic: topic.optional() })

export const linksInput = z.object({ files: z.array(fileId).max(200) })
export const link = z.object({
  id: fileId,
  name: z.string(),
  type: z.string(),
  bytes: z.number().int(),
  width: z.number().int().optional(),
  height: z.number().int().optional(),
  blur: z.string().optional().describe('a tiny image as a data address'),
  status: z.enum(['pending', 'ready', 'failed']),
  trouble: z.string().optional().describe('why it failed'),
  url: z.string().optional(),
  thumb: z.string().optional(),
})
export const links = z.object({ links: z.array(link) })

export const news = link.omit({ url: true, thumb: true, name: true })
