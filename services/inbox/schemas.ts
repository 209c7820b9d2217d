/** What goes in and out of the inbox's methods, and what its topic carries. */
import { z } from 'zod'
import { position } from '../../protocol/event'
import { id, methodName } from '../../protocol/ids'
import { role } from '../../protocol/roles'
import { words } from '../../protocol/text'

export const text = z.object({ en: words(500), id: words(500) })

/** A path in the app. An address elsewhere would make a notification a way to lead people away. */
export const path = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[\x21-\x7e]*$/, 'a path in the app')

export const kind = z.string().regex(/^[a-z][a-z0-9]{0,31}(\.[a-z][a-z0-9_]{0,31})?$/, 'service.change')
/** A stable id of one change; shown once for each device that has it. */
export const tag = z.string().regex(/^[\x21-\x7e]{1,128}$/, '1 to 128 printable characters without spaces')

/**
 * What a press on an action does: the command, for whoever is signed in on the device, under a key made of the tag. With
 * `said` the device says so and stays where it is; without, the action's address opens. An address alone never acts, since
 * anybody can make somebody open one.
 */
const deed = z.object({
  command: methodName,
  input: z.record(z.string().max(32), z.string().max(64)),
  said: text.optional(),
})
/** `url` is for where the press itself can do nothing: no network, signed out, refused. */
export const action = z.object({ action: id, title: text, url: path, does: deed.optional() })

/** One notice goes to at most this many people; who tells more tells them in several. */
export const mostPeople = 5000

export const notice = z.object({
  to: z.array(id).max(mostPeople),
  kind,
  tag,
  title: text,
  body: text,
  url: path,
  urgent: z.boolean().optional(),
  mail: z.boolean().optional().describe('who has no device to be told on, and does not read it soon, is mailed'),
  actions: z.array(action).max(2).optional(),
})

export const notification = z.object({
  id: z.string(),
  kind: z.string(),
  tag: z.string(),
  title: text,
  body: text,
  url: z.string(),
  urgent: z.boolean(),
  actions: z.array(action),
  at: z.string(),
  read: z.boolean(),
})

export const listInput = z.object({
  before: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
  unread: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
    .optional()
    .describe('only what is not read yet'),
})
export const list = z.object({ notifications: z.array(notification), unread: z.number().int(), position })

export const readInput = z
  .object({
    ids: z.array(z.uuid()).min(1).max(200).optional(),
    upTo: z.uuid().optional().describe('this one and everything older'),
    url: path.optional().describe('everything that leads to this page'),
  })
  .refine(
    ({ ids, upTo, url }) => [ids, upTo, url].filter((one) => one !== undefined).length === 1,
    'one of ids, upTo, url',
  )
export const readOutput = z.object({ unread: z.number().int() })

/** `push`: bell and devices; `bell`: the bell alone; `off`: nothing. */
export const level = z.enum(['push', 'bell', 'off'])
export const wishes = z.object({
  levels: z.record(z.string().regex(/^[a-z][a-z0-9]{0,31}$/), level),
  /** Minutes of the day. */
  quiet: z.object({ from: z.number().int().min(0).max(1439), to: z.number().int().min(0).max(1439) }).nullable(),
  zone: z.string().regex(/^[A-Za-z0-9_+/-]{1,64}$/, 'a time zone such as Asia/Jakarta'),
})

export const wishInput = wishes.partial()

const base64url = (most: number) =>
  z
    .string()
    .regex(/^[\w-]+={0,2}$/)
    .max(most)

/** The address of one device at a push service. */
const endpoint = z.string().regex(/^[\x21-\x7e]{1,2000}$/, 'an address')

export const subscribeInput = z.object({
  endpoint,
  keys: z.object({ p256dh: base64url(200), auth: base64url(60) }),
  label: z.literal('').or(words(100)).default('').describe('what the device is called in the settings'),
  lang: z.enum(['en', 'id']).default('id'),
})
export const unsubscribeInput = z
  .object({ endpoint: endpoint.optional(), device: z.uuid().optional() })
  .refine(({ endpoint, device }) => (endpoint === undefined) !== (device === undefined), 'endpoint or device')

export const device = z.object({
  id: z.string(),
  label: z.string(),
  mark: z.string().describe('the first 16 hex digits of the SHA-256 of its endpoint: a browser knows itself by it'),
  at: z.string(),
  sentAt: z.string().optional(),
  trouble: z.string().optional(),
})

/** Events of `inbox:<user>` that the inbox itself tells. */
export const events = {
  notification: z.object({ notification: notification.omit({ at: true, read: true }) }),
  seen: z.object({ ids: z.array(z.string()).optional(), upTo: z.string().optional(), unread: z.number().int() }),
  /** The person's role changed: their clients ask for a new token. */
  role: z.object({ role }),
  /** What the person is in a class from now on; without a role they left it. */
  class: z.object({ class: z.string(), role: z.enum(['student', 'teacher']).optional() }),
}
