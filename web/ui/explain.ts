import { CallError } from '../../client/errors'

/** A failure as a sentence: the server's own where it has one. */
export function explain(error: unknown, say: (key: 'error.internal' | 'error.unreachable') => string): string {
  if (!(error instanceof CallError)) return say('error.internal')
  if (error.sentence) return error.sentence
  return error.code === 'unavailable' || error.code === 'ended' ? say('error.unreachable') : say('error.internal')
}
