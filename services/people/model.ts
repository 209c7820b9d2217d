/** People as data: who they are, what they may be called, and what is told about them. */
import { z } from 'zod'

/** Printable characters of any script; nothing invisible, and nothing that turns the reading direction around. */
const printable = /^[^\p{C}\p{Zl}\p{Zp}]*$/u
const nameCharacters = 60

/** A person's name as shown to others: one line, 1 to 60 characters, spaces collapsed. */
export const personName = z
  .string()
  .max(4 * nameCharacters, `1 to ${nameCharacters} characters`)
  .transform((text) => text.normalize('NFC').trim().replace(/ +/g, ' '))
  .refine((text) => text.length > 0 && [...text].length <= nameCharacters, `1 to ${nameCharacters} characters`)
  .refine((text) => printable.test(text), 'printable characters only')

export const email = z.email('an e-mail address').max(254, 'at most 254 characters').toLowerCase()

export const password = z.string().min(8, 'at least 8 characters').max(128, 'at most 128 characters')

/**
 * Domains of addresses that nobody can have: those of guests and of users made for a token. Whoever could sign up under
 * one would be that user the next time a token is made.
 */
export const placeholderDomain = 'alun.invalid'
export const isPlaceholder = (address: string): boolean =>
  address === placeholderDomain || /[@.]alun\.invalid$/i.test(address.trim())

export const nodes = z.object({
  nodes: z.array(
    z.object({
      id: z.string(),
      version: z.string(),
      startedAt: z.string(),
      connections: z.number().int(),
      load: z.number(),
      /** How far it was behind what is confirmed, at the worst of the last ten seconds. Absent: it can't tell. */
      lagMs: z.number().int().nonnegative().optional(),
    }),
  ),
  /** The node that won the last tick of duties; absent while none did. */
  leader: z.string().optional(),
})

export const lang = z.enum(['en', 'id'])
export const theme = z.enum(['system', 'light', 'dark'])
/** First steps that a person has done, by the command that is one; `hidden`: they don't want to be shown them. */
export const guide = z.array(z.string().max(60)).max(20)
export const zone = z.string().refine((name) => isZone(name), 'a time zone such as Asia/Jakarta')

function isZone(name: string): boolean {
  try {
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}

/** How a person is spoken to and shown, as far as they said so: what a new device goes by. */
export const manner = z.object({
  lang: lang.optional(),
  zone: z.string().optional(),
  /** Which of twelve colours the person's picture has. */
  colour: z.number().int().optional(),
  theme: theme.optional(),
  guide: guide.optional(),
})
export type Manner = z.infer<typeof manner>

export const setup = z.object({
  ...{ token: z.string().min(1).max(200), name: personName, email, password },
  ...{ lang: lang.optional(), zone: zone.optional() },
})
export type Setup = z.infer<typeof setup>

/** Events of the topic that nodes follow, and nobody else can read. `before` is in milliseconds since 1970. */
export const revocationsTopic = 'revocations'
export const revocationEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('revoked'), user: z.string(), before: z.number(), disabled: z.boolean().default(false) }),
  z.object({ kind: z.literal('ended'), user: z.string(), session: z.string() }),
])
