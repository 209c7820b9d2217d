import type { Hub } from '../../kernel/hub'
import type { Presence } from '../../kernel/presence'
import type { Actor } from '../../protocol/roles'
import type { Vocabulary } from '../../protocol/vocabulary'
import type { Identity, Sessions } from '../sessions'

/** What the door asks of the system behind it. */
export interface Backend {
  rule(topic: string): { roster: boolean } | undefined
  /** @throws Refusal when the actor may not read the topic. */
  authorize(actor: Actor, topic: string): Promise<{ roster: boolean }>
  has(method: string): boolean
  /** @throws Refusal */
  execute(actor: Actor, method: string, input: unknown): Promise<Record<string, unknown>>
}

export interface SocketIoContext {
  node: string
  version: string
  /** By namespace; `/` is the one that clients use if they don't say. */
  vocabularies: ReadonlyMap<string, Vocabulary>
  backend: Backend
  hub: () => Hub
  presence: () => Presence
  sessions: Pick<Sessions, 'fromToken' | 'fromCookie'>
  /** Lets somebody in by name only. `session` lets them come back as the same one. @throws Refusal */
  guest(name: string, address: string): Promise<{ identity: Identity; session: string }>
  publicUrl?: string | undefined
  times: SocketIoTimes
  /** Milliseconds by the database's clock. */
  now(): number
  fault(where: string, error: unknown): void
  count: { delivered(sockets: number): void; closed(code: number): void }
}

export interface SocketIoTimes {
  pingMs: number
  pongMs: number
  /** A client must be let into a namespace in this time. */
  connectMs: number
  /** How long an expired token's client stays. */
  expiredGraceMs: number
}

export const socketIoTimes: SocketIoTimes = {
  pingMs: 25_000,
  pongMs: 20_000,
  connectMs: 45_000,
  expiredGraceMs: 25_000,
}

/** The name under which the runtime fans out to those who joined a topic here. */
export const nativeRoom = (topic: string): string => `socketio/${topic}`
