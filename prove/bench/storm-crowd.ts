/** The crowd of a storm, as a process of its own: reads what it is to do as JSON, and writes what it met. */
import { claimsOf } from './drops'
import { paced } from './peers/http'

export interface Crowd {
  port: number
  drop: string
  tokens: readonly string[]
  perSecond: number
  seconds: number
}

if (import.meta.main) {
  const { port, drop, tokens, perSecond, seconds } = (await Bun.stdin.json()) as Crowd
  process.stdout.write(JSON.stringify(await paced(port, perSecond, seconds, claimsOf(drop, tokens))))
}
