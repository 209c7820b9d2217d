/** One JSON line an event, to standard error. Never secrets, never what people wrote. */
export type Level = 'info' | 'warn' | 'error'

export type Logger = (level: Level, what: string, fields?: Record<string, unknown>) => void

export function logger(node: string): Logger {
  return (level, what, fields = {}) => {
    process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, node, what, ...fields })}\n`)
  }
}

export function describe(error: unknown): Record<string, unknown> {
  // Some libraries tell of trouble with an object that only looks like an error.
  if (!(error instanceof Error))
    return { error: (error as { message?: unknown } | undefined)?.message ?? String(error) }
  const { code } = error as { code?: unknown }
  return { error: error.message, ...(code === undefined ? {} : { code }), stack: error.stack }
}
