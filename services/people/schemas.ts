/** The shapes of what people's commands and queries take and give. */
import { z } from 'zod'
import { role } from '../../protocol/roles'
import { id } from '../../protocol/ids'
import { guide, lang, personName, theme, zone } from './model'
import { words } from '../../protocol/text'

export const nothing = z.object({})
export const userId = z.uuid()
export const users = z.array(userId).min(1).max(1000)

export const person = z.object({ id: z.string(), name: z.string(), role })

export const setRole = z.object({ user: userId, role })
export const roleSet = z.object({ id: z.string(), role })

export const someUser = z.object({ user: userId })

const told = z.object({ en: words(500), id: words(500) })
/** A guest has an id too, and no address. */
export const letter = z.object({
  user: id,
  title: told,
  body: told,
  url: z
    .string()
    .max(500)
    .regex(/^\/(?![/\\])/),
})
export const disabled = z.object({ id: z.string(), disabled: z.boolean() })

export const sessionsAsked = z.object({
  /** Whose; an admin may ask for anybody's. */
  user: userId.optional(),
})
export const sessionRow = z.object({
  id: z.string(),
  createdAt: z.string(),
  /** When it was last seen, to the day. */
  seenAt: z.string(),
  expiresAt: z.string(),
  address: z.string().optional(),
  /** What the browser says of itself. */
  device: z.string().optional(),
})
export const sessionList = z.object({ sessions: z.array(sessionRow) })
export const revoke = z.object({ session: userId })
export const revokeAll = z.object({
  /** The one that stays. */
  except: userId.optional(),
  user: userId.optional(),
})
export const revokedCount = z.object({ ended: z.number().int() })

/** What somebody is in a class. */
export const classRole = z.enum(['student', 'teacher'])

const className = words(80).transform((text) => text.normalize('NFC').trim().replace(/\s+/g, ' '))
const classCode = z
  .string()
  .trim()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._/ -]{0,31}$/u, 'letters, digits, . _ / - and spaces, at most 32')

export const classCreate = z.object({
  name: className,
  code: classCode.optional(),
  /** Who teaches it; without any, a teacher who makes it. */
  teachers: z.array(userId).max(50).optional(),
})
export const classCreated = z.object({ id: z.string() })

export const classChange = z.object({
  class: id,
  name: className.optional(),
  code: classCode.nullable().optional(),
  archived: z.boolean().optional(),
})

export const enrol = z.object({ class: id, users, role: classRole.default('student') })
export const enrolled = z.object({
  /** How many came in or changed what they are there. */
  changed: z.number().int(),
})
export const unenrol = z.object({ class: id, users })

export const classAsked = z.object({ class: id })
export const named = z.object({ id: z.string(), name: z.string() })
export const roster = z.object({ students: z.array(named), teachers: z.array(named) })

export const classRow = z.object({
  id: z.string(),
  name: z.string(),
  code: z.string().optional(),
  /** What you are in it; an admin sees classes they have no part in. */
  role: z.enum(['student', 'teacher', 'admin']),
  students: z.number().int(),
  teachers: z.array(z.string()),
  archived: z.boolean(),
})

export const find = z.object({
  q: z.string().max(100).optional(),
  role: role.optional(),
  ids: z.array(z.string().max(64)).max(500).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
})
export const found = z.object({ people: z.array(person) })

export const byRole = z.object({ roles: z.array(role).min(1) })

export const importInput = z.object({
  /** The file's text: UTF-8, parted by `,`, `;` or tabs. */
  csv: z.string().min(1).max(230_000),
  /** Only say what it would do. */
  dryRun: z.boolean().default(true),
  /** Everybody in it goes into this class. */
  class: id.optional(),
})
export const imported = z.object({
  lines: z.array(
    z.object({
      line: z.number().int(),
      name: z.string(),
      email: z.string().optional(),
      number: z.string().optional(),
      role,
      classes: z.array(z.string()),
      will: z.enum(['create', 'change', 'enrol', 'nothing', 'wrong']),
      problem: z.object({ en: z.string(), id: z.string() }).optional(),
    }),
  ),
  /** Classes that there are not yet. */
  newClasses: z.array(z.string()),
})

const inviteRole = role.exclude(['admin'])
export const invite = z.object({
  role: inviteRole.default('student'),
  /** Who comes in is put into it. */
  class: id.optional(),
  /** How many may come in; absent: as many as like. */
  uses: z.number().int().min(1).max(100_000).optional(),
  hours: z
    .number()
    .int()
    .min(1)
    .max(24 * 400)
    .default(24 * 14),
})
export const inviteMade = z.object({ id: z.string(), token: z.string(), expiresAt: z.string() })
export const inviteRow = z.object({
  id: z.string(),
  token: z.string(),
  role: inviteRole,
  class: named.optional(),
  uses: z.number().int().optional(),
  used: z.number().int(),
  expiresAt: z.string(),
  /** Whether somebody could still come in. */
  open: z.boolean(),
  by: z.string(),
})
export const inviteList = z.object({ invites: z.array(inviteRow) })
export const uninvite = z.object({ invite: id })
export const join = z.object({ token: z.string().min(1).max(100) })
export const joinedAs = z.object({ role, class: z.string().optional() })

export const upgrade = z.object({ user: userId, name: z.string(), email: z.string(), passwordHash: z.string() })

export const profile = z.object({
  name: personName.optional(),
  lang: lang.optional(),
  zone: zone.optional(),
  /** Which of twelve colours the person's picture has. */
  colour: z.number().int().min(0).max(11).optional(),
  theme: theme.optional(),
  guide: guide.optional(),
})
export const me = z.object({
  id: z.string(),
  name: z.string(),
  role,
  lang: lang.optional(),
  zone: z.string().optional(),
  colour: z.number().int().optional(),
  theme: theme.optional(),
  guide: guide.optional(),
  email: z.string().optional(),
  number: z.string().optional(),
  /** Without an account: signing up makes one of it. */
  guest: z.boolean().optional(),
})

export const listAsked = z.object({
  /** A part of the name, the address or the number. */
  q: z.string().max(100).optional(),
  role: role.optional(),
  class: id.optional(),
  status: z.enum(['active', 'disabled', 'guest']).optional(),
  /** The id of the last one of the page before. */
  after: userId.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(100),
})
export const listed = z.object({
  people: z.array(
    person.extend({
      email: z.string().optional(),
      number: z.string().optional(),
      guest: z.boolean(),
      disabled: z.boolean(),
      /** Whether they can come in by themselves; else a link is needed. */
      hasPassword: z.boolean(),
      createdAt: z.string(),
    }),
  ),
  /** How many there are in all, this page or not. */
  total: z.number().int(),
})

export const resetLink = z.object({ token: z.string(), expiresAt: z.string() })
export const askReset = z.object({ email: z.string(), lang })
export const resetMail = z.object({ token: z.string(), email: z.string(), name: z.string() }).partial()
export const passwordReset = z.object({ token: z.string().min(1).max(200), passwordHash: z.string() })
export const passwordSet = z.object({ user: z.string(), email: z.string() })
export const exported = z.object({ person: z.record(z.string(), z.unknown()) })

export const demoState = z.object({
  state: z.enum(['none', 'wanted', 'filled', 'cleared']),
  fill: z.string().optional(),
})
const thing = z.object({ kind: z.string().max(40), id: z.string().max(80) })
export const demoCleared = z.object({
  people: z.number().int(),
  /** How many things other services made for it, which are put away next. */
  things: z.number().int(),
})
export const demoCampus = z.object({
  people: z.array(z.object({ name: z.string(), email: z.string(), role, passwordHash: z.string().optional() })),
  classes: z.array(
    z.object({ id, name: z.string(), teachers: z.array(z.number().int()), students: z.array(z.number().int()) }),
  ),
})
export const demoMade = z.object({ people: z.array(person), classes: z.array(named) })
export const demoRemains = z.object({ things: z.array(thing) })
export const demoThings = z.object({ things: z.array(thing), filled: z.boolean().default(false) })
