/**
 * The bus tells other nodes what was committed, and carries signals that may be lost (typing, heartbeats, rosters).
 * It may lose, repeat, delay and reorder: nothing is correct because of the bus, only quick. The hub is what is right.
 *
 * All implementations pass `bus.contract.ts`: `bus/postgres.ts` (the default), `bus/redis.ts`, and `bus/simulated.ts`
 * (which misbehaves by seed, for tests).
 */
import type { LogEvent } from './log'

export { signalBytes, waitingMessages } from './bus/bounds'
export { postgresBus } from './bus/postgres'
export { redisBus } from './bus/redis'

/**
 * What nodes tell each other of an event. One that was too long for the bus comes without `json`: the hub reads it from
 * the log. Offsets mean something in their life only, and a notice may arrive when that is over.
 */
export type Notice = Omit<LogEvent, 'json'> & { json?: string | undefined; life?: string | undefined }

export type BusState = 'up' | 'down'

export interface Bus {
  readonly state: BusState
  /** To every other node, soon, at most once, perhaps never. Never waits, never throws. */
  publish(events: readonly LogEvent[], life: string): void
  /** A few words to every other node. `text` at most `signalBytes`. */
  signal(channel: string, text: string): void
  /** One handler each, set before `run`. Own messages don't come back; events of topics not wanted are passed over. */
  onNotices(handler: (notices: Notice[]) => void, wants?: (topic: string) => boolean): void
  onSignal(channel: string, handler: (text: string, from: string) => void): void
  onState(handler: (state: BusState) => void): void
  run(): Promise<void>
  stop(): Promise<void>
}
