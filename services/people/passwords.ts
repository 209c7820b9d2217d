/**
 * Passwords: argon2id with the parameters that OWASP names first (19 MiB, two passes). Each takes a core for some tens
 * of milliseconds, so only a few run at a time and a bounded number wait: a storm of sign-ins must not starve the rest.
 */
import { refuse } from '../../protocol/errors'

const argon = { algorithm: 'argon2id', memoryCost: 19_456, timeCost: 2 } as const
const atOnce = 2
const waitingAtMost = 200

let running = 0
const waiting: (() => void)[] = []

/** @throws Refusal `overloaded` */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => Bun.password.hash(password.normalize('NFKC'), argon))
}

/** @throws Refusal `overloaded` */
export function verifyPassword({ hash, password }: { hash: string; password: string }): Promise<boolean> {
  return inTurn(() => Bun.password.verify(password.normalize('NFKC'), hash).catch(() => false))
}

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= atOnce) {
    if (waiting.length >= waitingAtMost) throw refuse.overloaded()
    await new Promise<void>((resolve) => waiting.push(resolve))
  } else {
    running++
  }
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}
