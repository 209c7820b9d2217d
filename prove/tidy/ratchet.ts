/**
 * A rule that came after its offenders: those in `allowed.json` pass until they are put right, then their line must go.
 * Nothing is added to that file; a case that is right for good says so beside the code (`tidy: <rule>: why`).
 */
import type { Offence } from './tree'

/** For each rule: the path of an offender, and why it still may. */
export type Allowed = Readonly<Record<string, Readonly<Record<string, string>>>>

export function ratchet(rule: string, offences: readonly Offence[], allowed: Allowed): Offence[] {
  const excuses = allowed[rule] ?? {}
  const offenders = new Set(offences.map(({ path }) => path))
  const stale = Object.keys(excuses).filter((path) => !offenders.has(path))
  return [
    ...offences.filter(({ path }) => !(path in excuses)),
    ...stale.map((path) => ({
      path,
      message: `no longer offends: remove it from "${rule}" in prove/tidy/allowed.json`,
    })),
  ]
}
