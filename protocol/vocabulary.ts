/**
 * A service's own vocabulary of named events, for a door that knows only names and arguments (Socket.IO). It translates
 * and decides nothing: what comes in becomes a call of a method, what happens on a topic becomes an event's arguments.
 */
import type { EventData, Position } from './event'
import type { Actor } from './roles'

/** An event to a client: its name and its arguments. */
export type Said = [event: string, ...args: unknown[]]

/** A topic's stream as it was joined. */
export interface JoinedStream {
  epoch: string
  /** Where the live stream goes on. */
  offset: number
  /** `missed` is all that happened since the client's position. */
  recovered: boolean
  missed: { offset: number; data: EventData }[]
}

export interface Guest {
  id: string
  name: string
  role: string
}

/** One connected client, as its vocabulary sees it. */
export interface Conversation {
  actor: Actor
  node: string
  /** Runs a command or a query as this client. @throws Refusal */
  execute(name: string, input: object): Promise<Record<string, unknown>>
  /**
   * Joins a topic's stream. `reply` is called at once with joining: what it returns is said before anything live;
   * nothing returned: the client isn't joined after all. @throws Refusal
   */
  join(topic: string, from: Omit<Position, 'topic'> | undefined, reply: Reply): Promise<void>
  leave(topic: string): void
  say(...said: Said): void
}

export type Reply = (joined: JoinedStream) => Said[] | undefined

export interface Greeting {
  version: string
  serverTime: string
  /** What the client sent to be let in. */
  auth: unknown
  /** A guest made for this connection comes back as the same one with this. */
  session?: string | undefined
}

export interface Vocabulary {
  /** What a client hears first. */
  greet(conversation: Conversation, greeting: Greeting): Said[]
  /** Events that clients send. What is returned are the arguments of the acknowledgement, where one is asked for. */
  readonly events: Readonly<Record<string, (conversation: Conversation, args: unknown[]) => Promise<unknown[]>>>
  /** An event of a topic, for those who joined it; nothing for what this vocabulary has no word for. */
  told(topic: string, offset: number, data: EventData): Said | undefined
  /** Who is present on a topic, after that changed: all, or some of a crowd of `count`. */
  here?(topic: string, people: readonly Guest[], count: number): Said
}
