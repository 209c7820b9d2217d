/**
 * What signals mean to the supervisor.
 *
 *   SIGTERM, SIGINT   drain and end; again, later: hasten (a signal may come twice: from the terminal and by way of npm)
 *   SIGHUP            roll; but when our terminal is gone, end, as a program in a closed window does
 */
import { closeSync, openSync } from 'node:fs'

export interface Obedient {
  stop(): Promise<void>
  hasten(): void
  roll(): Promise<boolean>
}

/** Two signals nearer than this are one Ctrl-C. */
const oneIntentMs = 500

/** @returns what undoes it. */
export function obeySignals(supervisor: Obedient, warn: (line: string) => void): () => void {
  const startedInTerminal = process.stdin.isTTY === true && hasTerminal()
  let asked = -Infinity
  const end = (): void => {
    const now = performance.now()
    if (asked === -Infinity) {
      asked = now
      warn('stopping: the nodes hand over what they do; once more hastens it')
      void supervisor.stop()
    } else if (now - asked > oneIntentMs) supervisor.hasten()
  }
  const hangUp = (): void => {
    if (startedInTerminal && !hasTerminal()) end()
    else void supervisor.roll()
  }
  process.on('SIGTERM', end).on('SIGINT', end).on('SIGHUP', hangUp)
  return () => void process.off('SIGTERM', end).off('SIGINT', end).off('SIGHUP', hangUp)
}

function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', 'r'))
    return true
  } catch {
    return false
  }
}
