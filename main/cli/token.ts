import { StartFailure } from '../../cluster/failure'
import { role as roleSchema, roles, type Role } from '../../protocol/roles'
import { Refusal } from '../../protocol/errors'
import { environment, placeConfig, type Flags } from '../config'
import { UsageError, type Command } from './command'
import { databaseOf, secretOf } from './place'

const mostTokens = 100_000

export const token: Command = {
  summary: 'prints a token for scripts and load tests, one a line, making the users there are none of',
  settings: ['data'],
  options: {
    user: { placeholder: 'NAME', help: 'whose token' },
    role: { placeholder: 'ROLE', help: `one of ${roles.join(', ')}; a user that exists gets it` },
    ttl: { placeholder: 'TIME', help: 'how long it is good: 90s, 30m, 1h (default), 7d' },
    count: { placeholder: 'N', help: 'that many tokens, for users PREFIX1 to PREFIXN' },
    prefix: { placeholder: 'P', help: 'with --count: how their names begin (user)' },
  },
  async run(flags) {
    const names = namesOf(flags)
    const role = roleOf(flags.role)
    const ttlSeconds = secondsOf(String(flags.ttl ?? '1h'))
    const place = placeConfig(flags, environment())
    const options = { databaseUrl: databaseOf(place), secret: secretOf(place), role, ttlSeconds }
    const { mintTokens } = await import('../token')
    const tokens = await mintTokens(options, names).catch((error: unknown) => {
      throw error instanceof Refusal ? new StartFailure(error.say('en')) : error
    })
    process.stdout.write(`${tokens.join('\n')}\n`)
  },
}

/** @throws UsageError */
export function namesOf({ user, count, prefix }: Flags): string[] {
  if (user !== undefined) {
    if (count !== undefined || prefix !== undefined) throw new UsageError('--user goes without --count and --prefix')
    return [String(user)]
  }
  if (count === undefined) throw new UsageError('whose token? give --user NAME, or --count N --prefix P')
  const many = /^\d{1,6}$/.test(String(count)) ? Number(count) : 0
  if (many < 1 || many > mostTokens) {
    throw new UsageError(`--count "${String(count)}" is not allowed: a number from 1 to ${mostTokens}`)
  }
  return Array.from({ length: many }, (_, index) => `${String(prefix ?? 'user')}${index + 1}`)
}

function roleOf(text: Flags[string]): Role | undefined {
  if (text === undefined) return undefined
  const parsed = roleSchema.safeParse(text)
  if (!parsed.success) throw new UsageError(`--role "${String(text)}" is not allowed: one of ${roles.join(', ')}`)
  return parsed.data
}

const unitSeconds: Record<string, number> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 }

/** `90`, `90s`, `30m`, `1h`, `7d`. @throws UsageError */
export function secondsOf(text: string): number {
  const [, digits, unit] = /^(\d{1,7})([smhd]?)$/.exec(text) ?? []
  const seconds = Number(digits ?? 0) * (unitSeconds[unit ?? ''] ?? 0)
  if (seconds < 1) throw new UsageError(`--ttl "${text}" is not allowed: a time such as 90s, 30m, 1h or 7d`)
  return seconds
}
