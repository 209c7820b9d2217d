import type { z } from 'zod'
import { id as indonesianLocale } from 'zod/locales'
import { refuse } from '../../protocol/errors'

/** Names of fields may be a client's own, and are not handed back at length. */
const mostPathChars = 200
const indonesian = indonesianLocale().localeError

/** @throws Refusal `invalid` that names the field and what was expected. */
export function parse<T>(schema: z.ZodType<T>, value: unknown, at = ''): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  const translated = schema.safeParse(value, { error: indonesian }).error?.issues[0]?.message
  const path = [at, ...issue.path.map(String)].filter(Boolean).join('.').slice(0, mostPathChars) || 'input'
  throw refuse.invalid({
    en: `${path}: ${issue.message}`,
    // Words of our own schemas are English; the schema library's own are there in both.
    id: `${path}: ${translated && translated !== issue.message ? translated : `isian tidak sesuai (${issue.message})`}`,
  })
}
