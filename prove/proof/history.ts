/**
 * What clients did and saw, written down as it happened: one record a line. The verdicts come from here alone, so that
 * they can be given again from the file, by anybody.
 *
 * Times are milliseconds since 1970 by this machine's clock; on one machine that is the database's clock too.
 */
import { createWriteStream, type WriteStream } from 'node:fs'

/** One attempt at one call. Attempts of one intent share their key. */
export interface Call {
  type: 'call'
  client: string
  user: string
  door: 'realtime' | 'http'
  method: string
  /** Of the intent; empty for a query. */
  key: string
  /** The newest offset that this person was told of before a query. */
  wrote?: number
  input: Record<string, unknown>
  start: number
  end: number
  /** `unknown`: no answer, or one that says to ask again. */
  outcome: 'ok' | 'refused' | 'unknown'
  output?: Record<string, unknown>
  /** Of the contract; `lost` when the connection broke. */
  code?: string
  node?: string
}

/** A subscription is established, for the first time or again. What it recovered follows as `seen`. */
export interface Joined {
  type: 'joined'
  client: string
  topic: string
  at: number
  node: string
  /** The stream goes on behind this. */
  offset: number
  epoch: string
  resumed: boolean
  recovered: boolean
  /** Comes through the bad network. */
  far?: boolean
}

export interface Left {
  type: 'left'
  client: string
  topic: string
  at: number
}

export interface Seen {
  type: 'seen'
  client: string
  topic: string
  at: number
  offset: number
  /** Of the event's data, as it came. */
  digest: string
  /** The event's own time. */
  committed: number
}

export const faultKinds = [
  ...(['kill node', 'freeze node', 'kill worker', 'freeze worker', 'skew clock'] as const),
  ...(['kill database', 'freeze database', 'fill disk'] as const),
  ...(['cut bus', 'freeze bus', 'repeat bus', 'kill bus'] as const),
  ...(['reset network', 'half-open network', 'slow network', 'roll'] as const),
] as const
/** Faults of what stands around the nodes. Only its owner can break that: `faults/breaker.ts`. */
export const aroundKinds = ['cut machine', 'fail over database', 'kill balancer'] as const
export type OwnFault = (typeof faultKinds)[number]
export type FaultKind = OwnFault | (typeof aroundKinds)[number]

/** Something that was broken on purpose, from its first moment until it was whole again. */
export interface Fault {
  type: 'fault'
  fault: FaultKind
  target: string
  start: number
  end: number
}

/** A topic as it is in the log when all is over, read through a public door. */
export interface Final {
  type: 'final'
  topic: string
  epoch: string
  head: number
  events: FinalEvent[]
}

export interface FinalEvent {
  offset: number
  digest: string
  kind: string
  actor: string
  data: Record<string, unknown>
}

/** What a query said when all was over. */
export interface State {
  type: 'state'
  of: string
  value: Record<string, unknown>
}

/** Something that must be done by then: each retried with its key until it is answered. */
export interface Intent {
  type: 'intent'
  client: string
  method: string
  key: string
  start: number
  end: number
  settled: boolean
}

/** The prover itself came to nothing in this time: the machine had no room for it, and what it saw it saw later. */
export interface Lag {
  type: 'lag'
  start: number
  end: number
}

/** A node has a new process: it died, by itself or because it was broken (there is a `fault` then) or replaced. */
export interface Died {
  type: 'died'
  node: string
  /** When its successor was seen. */
  at: number
}

export type Record_ = Lag | Died | Call | Joined | Left | Seen | Fault | Final | State | Intent
export type RecordOf<T extends Record_['type']> = Extract<Record_, { type: T }>

export class History {
  readonly records: Record_[] = []
  private readonly file: WriteStream | undefined
  private isClosed = false
  /** For those who show progress. */
  onRecord: (record: Record_) => void = () => undefined

  /** @param path where each record is also written, a line of JSON each. */
  constructor(path?: string) {
    this.file = path === undefined ? undefined : createWriteStream(path)
  }

  /** Takes one down; a file's reader sees it at once, however this ends. */
  add(record: Record_): void {
    // What comes after the end, of a scenario that failed, is nobody's evidence.
    if (this.isClosed) return
    this.records.push(record)
    this.file?.write(`${JSON.stringify(record)}\n`)
    this.onRecord(record)
  }

  of<T extends Record_['type']>(type: T): RecordOf<T>[] {
    return this.records.filter((record): record is RecordOf<T> => record.type === type)
  }

  async close(): Promise<void> {
    this.isClosed = true
    if (this.file) await new Promise<void>((resolve) => this.file!.end(resolve))
  }
}

/** Equal data has an equal digest. Keys keep their order: every reader is sent the same bytes. */
export function digestOf(data: unknown): string {
  return Bun.hash(JSON.stringify(data)).toString(36)
}
