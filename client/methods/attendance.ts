/** Attendance's methods, for the client. */
import type {
  BoardAnswer,
  Checked,
  Direction,
  Entry,
  Mark,
  MarkStatus,
  Person,
  Place,
  Session,
} from '../../services/attendance/model'
import type {
  Attempt,
  CampusSettings,
  MineRow,
  SessionItem,
  TableRow,
  Timetable,
} from '../../services/attendance/model/lists'
import type { Group } from '../../services/attendance/model/percent'
import type { Position } from '../../protocol/event'

type Of<I, O> = { input: I; output: O }

interface Terms {
  title: string
  class?: string
  roster?: Person[]
  zone?: string
  lateAfterMinutes?: number
  earlyMinutes?: number
  once?: boolean
  walkIns?: Session['walkIns']
  place?: Place
  rules?: RulesInput
  warnBelow?: number
  thread?: boolean
}

export interface RulesInput {
  code?: boolean
  codeSeconds?: number
  location?: boolean
  network?: string[]
  rollCall?: boolean
  need?: 'any' | 'all'
}

interface TimetableInput extends Terms {
  format: 'csv' | 'ical' | 'weekly'
  text: string
  from?: string
  to?: string
  holidays?: string[]
  classes?: Record<string, string>
  dryRun?: boolean
}

interface Filter {
  from?: string
  to?: string
  class?: string
  status?: string
  q?: string
}

export interface AttendanceCommands {
  'attendance.open': Of<
    Terms & { opensAt?: string; startsAt?: string; closesAt?: string; wholeDay?: string },
    { id: string }
  >
  'attendance.close': Of<{ session: string }, { session: Session }>
  'attendance.check': Of<
    {
      session: string
      direction: Direction
      position?: { lat: number; lng: number; accuracy: number; age?: number }
      code?: string
      network?: string
      capturedAt?: string
    },
    Checked
  >
  'attendance.mark': Of<{ session: string; marks: { user: string; status: MarkStatus }[] }, { marks: Mark[] }>
  'attendance.correct': Of<{ session: string; user: string; status: MarkStatus; reason: string }, { marks: Mark[] }>
  'attendance.undo': Of<{ session: string; record: string; reason?: string }, { record: Entry }>
  'attendance.review': Of<{ session: string; record: string; accept: boolean; reason?: string }, { record: Entry }>
  'attendance.merge': Of<{ session: string; guest: string; user: string }, { records: Entry[] }>
  'attendance.timetable': Of<TimetableInput, Timetable>
  'attendance.configure': Of<Partial<CampusSettings>, object>
  'attendance.feed_url': Of<object, { path: string }>
  'attendance.revoke_feed': Of<object, object>
}

export interface AttendanceQueries {
  'attendance.board': Of<{ session: string }, BoardAnswer>
  'attendance.get': Of<
    { session: string },
    { session: Session; teaches: boolean; listed: boolean; records: Entry[]; mark?: Mark; now: string }
  >
  'attendance.sessions': Of<{ from?: string; to?: string }, { sessions: SessionItem[]; position: Position }>
  'attendance.code': Of<
    { session: string },
    { code: string; path: string; until: string; seconds: number; now: string }
  >
  'attendance.attempts': Of<{ session: string; after?: number }, { attempts: Attempt[]; seq: number; hash: string }>
  'attendance.verify': Of<
    { session: string },
    { session: string; seq: number; hash: string; published: number; faults: { seq: number; what: string }[] }
  >
  'attendance.mine': Of<{ from?: string; to?: string }, { rows: MineRow[]; groups: Group[] }>
  'attendance.settings': Of<object, CampusSettings>
  'attendance.table': Of<Filter, { rows: TableRow[]; more: boolean }>
}
