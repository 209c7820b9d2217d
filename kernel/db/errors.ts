/**
 * What a database error means for whoever asked.
 * - `again`: another transaction won (deadlock, serialisation). The same work may simply run again.
 * - `lost`: the database or the connection is gone, restarting, read-only, frozen or without room. Nothing is known of a
 *   sent commit.
 * - `fault`: the statement itself is at fault; running it again gives the same.
 */
export type FailureKind = 'again' | 'lost' | 'fault'

const againStates = new Set(['40001', '40P01'])

/**
 * 25006, 55000: a write, or the question for the epoch, reached a standby. 53100, 53200: its disk or memory is full. 53300: no
 * connection free. 55P03, 57014: a lock or statement timed out. 58030: its disk can't be read or written.
 */
const lostStates = new Set([
  ...['25006', '25P03', '53100', '53200', '53300', '55000', '55P03', '57014', '57P01', '57P02', '57P03', '57P05'],
  '58030',
])

const socketErrors = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOENT',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EHOSTUNREACH',
])

/** The driver tells of these only in words. */
const lostWords = /terminated|timeout|timed out|not queryable|closed the connection|connection error|Connection closed/i

export function kindOf(error: unknown): FailureKind {
  if (!(error instanceof Error)) return 'fault'
  const state = (error as { code?: unknown }).code
  if (state === 'unavailable') return 'lost'
  if (typeof state === 'string') {
    if (againStates.has(state)) return 'again'
    if (lostStates.has(state) || state.startsWith('08') || socketErrors.has(state)) return 'lost'
    if (/^[0-9A-Z]{5}$/.test(state)) return 'fault'
  }
  return lostWords.test(error.message) ? 'lost' : 'fault'
}

/**
 * A value came in that PostgreSQL has no place for: a text with U+0000 (22021, as JSON 22P05), a number (22003) or a time
 * (22008, 22009) out of its range.
 */
export function isUnstorable(error: unknown): boolean {
  return unstorableStates.has((error as { code?: unknown } | undefined)?.code)
}

const unstorableStates = new Set<unknown>(['22021', '22P05', '22003', '22008', '22009'])

/** A unique key was there already; `constraint` names it. */
export function isDuplicate(error: unknown, constraint?: string): boolean {
  const pgError = error as { code?: string; constraint?: string }
  return pgError?.code === '23505' && (constraint === undefined || pgError.constraint === constraint)
}
