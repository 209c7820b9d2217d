/** What lists over many sessions show. */
import type { Text } from '../../../protocol/errors'
import type { Session, Status } from '../model'

/** One line of the list of sessions. */
export type SessionItem = Pick<
  Session,
  'id' | 'title' | 'class' | 'zone' | 'opensAt' | 'startsAt' | 'lateAt' | 'closesAt' | 'status'
> & { teaches: boolean }

/** One link of a session's chain, with what is kept beside it. */
export interface Attempt {
  seq: number
  at: string
  kind: string
  actor: string
  user: string
  name: string
  direction: string
  verdict: string
  reason: string
  details: string
  commitment: string
  hash: string
  coordinates: string | null
  salt: string | null
}

/** What holds for the whole campus. */
export interface CampusSettings {
  /** Raw coordinates are dropped after so many days; 0: they are never kept. */
  locationDays: number
  /** An IANA name. */
  zone: string
  /** Days without lessons, `YYYY-MM-DD`. */
  holidays: string[]
  /** Networks of the campus, as CIDR, offered when a session is opened. */
  networks: string[]
}

/** What one person has in one session. */
export interface MineRow {
  session: string
  title: string
  class?: string | undefined
  startsAt: string
  zone: string
  closed: boolean
  status: Status
  in?: string | undefined
  out?: string | undefined
  reason?: string | undefined
}

/** What one person has in one session, for whoever looks at many. */
export interface TableRow extends MineRow {
  user: string
  name: string
  flags: string[]
}

/** How a timetable was read. */
export interface Timetable {
  sessions: { title: string; class?: string | undefined; startsAt: string; closesAt: string }[]
  /** What was left out, and why. */
  skipped: { what: string; why: Text }[]
  /** Ids of what was made; empty for a dry run. */
  created: string[]
}
