import { z } from 'zod'

/** An id as we make them: UUIDs, or short names such as `general`. Safe in addresses, topics and file names. */
export const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/, 'letters, digits, _ and -, at most 64')

/** A client-made unique id of one intent. Printable, so that it can be a header; a UUIDv7 keeps the index compact. */
export const keyPattern = /^[\x21-\x7e]{1,128}$/
export const key = z.string().regex(keyPattern, '1 to 128 printable characters without spaces')

/** `discussion:general`, `inbox:<user>`; one that is the only one of its kind has no id: `cluster`. */
export const topic = z.string().regex(/^[a-z][a-z0-9]{0,31}(:[A-Za-z0-9][A-Za-z0-9_-]{0,63})?$/, 'service:id')

/** `discussion.post`, `reports.me_too`: the service, a dot, the verb. */
export const methodName = z.string().regex(/^[a-z][a-z0-9]{0,31}\.[a-z][A-Za-z0-9_]{0,31}$/, 'service.verb')

export interface TopicParts {
  prefix: string
  id: string
}

export function splitTopic(name: string): TopicParts {
  const colon = name.indexOf(':')
  return colon < 0 ? { prefix: name, id: '' } : { prefix: name.slice(0, colon), id: name.slice(colon + 1) }
}
