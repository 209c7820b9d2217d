/** One JSON line an event, to standard error. Never secrets, never what people wrote. */
export type Level = 'info' | 'warn' | 'error'

export type Logger = (level: Level, what: string, fields?: Record<string, unknown>) => void

export function logger(node: string): Logger {
  return (level, what, fields = {}) => {
    process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, node, what, ...fields })}\n`)
  }
}

/** What went wrong as fields of a line, whatever was thrown. Total: it stands in the handlers of failures. */
export function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: inWords(error) }
  const { code } = error as { code?: unknown }
  return { error: inWords(error), ...(code === undefined ? {} : { code }), stack: error.stack }
}

/** Deep enough for a failure within a failure, and an end where one holds itself. */
const deepest = 3

/**
 * Some libraries tell of trouble with an object that only looks like an error, or keep what happened inside of one that
 * says nothing (an AggregateError has an empty message). Of an object that says nothing at all its fields are named and
 * not shown: they may hold a secret.
 */
function inWords(error: unknown, depth = 0): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const { message, errors, error: inner, cause = inner } = error as Record<string, unknown>
  if (typeof message === 'string' && message !== '') return message
  const within = [message, ...(Array.isArray(errors) ? errors : []), cause].filter(Boolean)
  if (within.length > 0 && depth < deepest) return within.map((one) => inWords(one, depth + 1)).join('; ')
  const name = (error as { constructor?: { name?: string } }).constructor?.name ?? 'object'
  return `${name} with the fields ${Object.keys(error).join(', ') || '(none)'}`
}
