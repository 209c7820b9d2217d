/**
 * Attendance as data: what is said on a session's topic, and the fold that turns a snapshot and the stream after it into
 * what a board shows. How one check is decided is in `model/decide.ts`, the chain of attempts in `model/chain.ts`.
 */
import type { Text } from '../../protocol/errors'
import type { Position } from '../../protocol/event'

/** The topic that tells that sessions came or changed, and no more. */
export const directoryTopic = 'attendance'
export const topicOf = (session: string): string => `attendance:${session}`

export const directions = ['in', 'out'] as const
export type Direction = (typeof directions)[number]
export const statuses = ['present', 'late', 'absent', 'excused'] as const
export type MarkStatus = (typeof statuses)[number]
/** `waiting`: nothing yet, and the session isn't over. `pending`: for a teacher to judge. */
export type Status = MarkStatus | 'waiting' | 'pending'
export const recordStates = ['accepted', 'pending', 'declined', 'undone'] as const
export type RecordState = (typeof recordStates)[number]
export type WalkIns = 'accept' | 'review' | 'refuse'

export interface Place {
  lat: number
  lng: number
  /** Metres. */
  radius: number
  name?: string | undefined
}

export interface Rules {
  /** A code on the projector that changes. */
  code?: boolean | undefined
  codeSeconds: number
  location?: boolean | undefined
  /** Networks of the campus, as CIDR. */
  network?: string[] | undefined
  /** The teacher may always say who is here; true makes it a way that is offered. */
  rollCall?: boolean | undefined
  /** Whether one of the ways is enough or all are needed. */
  need: 'any' | 'all'
}

export interface Session {
  id: string
  title: string
  class?: string | undefined
  zone: string
  opensAt: string
  startsAt: string
  lateAt?: string | undefined
  closesAt: string
  /** `scheduled` and `closed` by the database's clock when it was read. */
  status: 'scheduled' | 'open' | 'closed'
  once: boolean
  walkIns: WalkIns
  place?: Place | undefined
  rules: Rules
  warnBelow?: number | undefined
  thread: boolean
}

export interface Person {
  id: string
  name: string
}

export interface Entry {
  id: string
  user: string
  name: string
  direction: Direction
  at: string
  node: string
  state: RecordState
  late: boolean
  /** What it was accepted by: `open`, `code`, `scan`, `location`, `network`, `card`. */
  how: string
  /** How far from the place, roughly. */
  band?: string | undefined
  flags: string[]
}

export interface Mark {
  user: string
  name: string
  status: MarkStatus
  by: Person
  at: string
  reason?: string | undefined
}

/** The last refusal of somebody who has nothing accepted yet. */
export interface Refused {
  user: string
  name: string
  direction: Direction
  reason: string
  at: string
}

export interface Counts {
  expected: number
  present: number
  late: number
  pending: number
  excused: number
  absent: number
  waiting: number
  /** People whose last accepted direction is `out`. */
  out: number
}

export interface Board {
  session: Session
  people: Person[]
  /** Accepted and pending ones, in the order in which they were accepted. */
  records: Entry[]
  /** Taken back or declined ones, in that order too: who came without being expected keeps a seat. */
  undone: Entry[]
  marks: Mark[]
  refusals: Refused[]
}

/** Fields of the events of `attendance:<session>`, by kind. `seq` and `hash`: the head of the chain after them. */
export interface Events {
  opened: { session: Session; people: Person[]; seq: number; hash: string }
  edited: { session: Session; seq: number; hash: string }
  closed: { session: Session; seq: number; hash: string }
  /** Of one batch, in order. */
  checked: { records: Entry[]; refusals: Refused[]; seq: number; hash: string }
  changed: { record: Entry; reason?: string; seq: number; hash: string }
  marked: { marks: Mark[]; seq: number; hash: string }
}

export interface BoardEvent {
  kind: string
  data: unknown
}

/** Pure. Events the fold doesn't know leave the state as it is: a newer server may say more. */
export function apply(board: Board, event: BoardEvent): Board {
  switch (event.kind as keyof Events) {
    case 'opened': {
      const { session, people } = event.data as Events['opened']
      return { ...board, session, people }
    }
    case 'edited':
    case 'closed':
      return { ...board, session: (event.data as Events['edited']).session }
    case 'checked': {
      const { records, refusals } = event.data as Events['checked']
      const fresh = records.filter((one) => !board.records.some(({ id }) => id === one.id))
      const here = new Set(records.map(({ user, direction }) => `${user} ${direction}`))
      return {
        ...board,
        records: fresh.length > 0 ? [...board.records, ...fresh] : board.records,
        refusals: refusedAfter(board.refusals, refusals, here),
      }
    }
    case 'changed': {
      const { record } = event.data as Events['changed']
      return withRecord(board, record)
    }
    case 'marked':
      return { ...board, marks: (event.data as Events['marked']).marks.reduce(withMark, board.marks) }
    default:
      return board
  }
}

function refusedAfter(before: readonly Refused[], news: readonly Refused[], here: ReadonlySet<string>): Refused[] {
  const keyOf = ({ user, direction }: Refused): string => `${user} ${direction}`
  const last = new Map([...before, ...news].map((one) => [keyOf(one), one]))
  return [...last.values()].filter((one) => !here.has(keyOf(one)))
}

function withRecord(board: Board, record: Entry): Board {
  const others = (list: readonly Entry[]): Entry[] => list.filter(({ id }) => id !== record.id)
  const [records, undone] = [others(board.records), others(board.undone)]
  const list = isLive(record) ? records : undone
  list.push(record)
  list.sort((a, b) => (a.at === b.at ? (a.id < b.id ? -1 : 1) : a.at < b.at ? -1 : 1))
  return { ...board, records, undone }
}

const withMark = (marks: Mark[], mark: Mark): Mark[] => [...marks.filter(({ user }) => user !== mark.user), mark]

/** It holds its window: nobody is accepted a second time beside it. */
export const isLive = ({ state }: { state: RecordState }): boolean => state === 'accepted' || state === 'pending'

export type Verdict = 'accepted' | 'duplicate' | 'refused'

/** What a person is told about a check, always one of the three. */
export interface Checked {
  verdict: Verdict
  /** Of a refusal, for programs. */
  reason?: string | undefined
  /** What happened and what to do, for people. */
  say: Text
  /** Other ways that this session knows: `code`, `location`, `network`, `roll_call`. */
  ways?: string[] | undefined
  record?: { id: string; at: string; node: string } | undefined
  /** A teacher will look at it. */
  pending?: boolean | undefined
  late?: boolean | undefined
  flags?: string[] | undefined
  /** Metres to the place, where a position was given. */
  distance?: number | undefined
}

export interface BoardAnswer extends Board {
  counts: Counts
  position: Position
  seq: number
  hash: string
}
