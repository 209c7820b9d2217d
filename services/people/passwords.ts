/**
 * Passwords: argon2id with the parameters that OWASP names first (19 MiB, two passes). Each takes a core for some tens
 * of milliseconds, so only a few run at a time and a bounded number wait: a storm of sign-ins must not starve the rest.
 */
import { refuse } from '../../protocol/errors'

const argon = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const
const inTurn = turnstile(2, 200)

/** @throws Refusal `overloaded` */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => Bun.password.hash(password.normalize('NFKC'), argon))
}

/** @throws Refusal `overloaded` */
export function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  return inTurn(() => Bun.password.verify(password.normalize('NFKC'), hash).catch(() => false))
}

/** Runs what it is given in the order of arrival, so many at once; with too many waiting it refuses as overloaded. */
export function turnstile(atOnce: number, waitingAtMost: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (work) => {
    if (running < atOnce) running++
    else if (waiting.length >= waitingAtMost) throw refuse.overloaded()
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      // Whoever waits next takes this place over.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
