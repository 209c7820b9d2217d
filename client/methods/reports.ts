import type { Position } from '../../protocol/event'
import type { FileLink } from '../../services/files/model'
import type {
  Card,
  Category,
  Pin,
  Place,
  PlaceKind,
  Priority,
  Report,
  State,
  Status,
  Viewer,
} from '../../services/reports/model'

interface Changed {
  id: string
  number: number
  status: Status
  state: State
}

type Change<More = object> = { input: { report: string } & More; output: Changed }

export interface ReportInput {
  title: string
  details?: string
  place: string | { id?: string; text?: string; lat?: number; lng?: number; pin?: Omit<Pin, 'metres'> }
  priority?: Priority
  category?: string
  answers?: Record<string, string>
  photos?: string[]
  private?: boolean
  hideName?: boolean
}

export interface ImportLine {
  names: string[]
  code?: string
  lat?: number
  lng?: number
}

export interface Building {
  id?: string
  name: string
  open: number
  fixed: number
  medianHours?: number
}

interface Duty {
  on: boolean
  team: string | null
}

export interface ReportsCommands {
  'reports.submit': { input: ReportInput; output: { id: string; number: number; status: Status; receipt: string } }
  'reports.claim': Change
  'reports.release': Change<{ note?: string }>
  'reports.assign': { input: { reports: string[]; technician: string }; output: Changed }
  'reports.update': Change<{
    note?: string
    state?: 'waiting' | 'in_progress'
    priority?: Priority
    category?: string
    place?: ReportInput['place']
    photos?: string[]
  }>
  'reports.finish': Change<{ note: string; photos?: string[]; override?: string }>
  'reports.confirm': Change<{ note?: string }>
  'reports.reopen': Change<{ note?: string }>
  'reports.reject': Change<{ reason: string }>
  'reports.follow': Change
  'reports.unfollow': Change
  'reports.me_too': Change<{ note?: string; photos?: string[] }>
  'reports.receipt': { input: { receipt: string }; output: Changed }
  'reports.merge': Change<{ into: string }>
  'reports.unmerge': Change
  'reports.discuss': { input: { report: string }; output: { channel: string } }
  'reports.hide_photo': Change<{ photo: string; reason?: string }>
  'reports.duty': { input: { on: boolean; team?: string | null }; output: Duty }
  'reports.category_save': { input: Category; output: { id: string } }
  'reports.place_save': {
    input: { id?: string; parent?: string | null; kind: PlaceKind; name: string; code?: string }
    output: { id: string; code: string }
  }
  'reports.place_plan': { input: { place: string; file: string | null; metres?: number }; output: object }
  'reports.place_remove': { input: { place: string }; output: { removed: number } }
  'reports.place_import': { input: { lines: ImportLine[] }; output: { made: number; changed: number } }
}

export interface ReportsQueries {
  'reports.get': { input: { report: string }; output: { report: Report; viewer: Viewer; position: Position } }
  'reports.board': { input: { closedHours?: number }; output: { cards: Card[]; position: Position } }
  'reports.mine': { input: { limit?: number }; output: { cards: Card[] } }
  'reports.similar': { input: { place: ReportInput['place']; text?: string }; output: { cards: Card[] } }
  'reports.public': { input: { building?: string }; output: { buildings: Building[]; cards: Card[] } }
  'reports.categories': { input: object; output: { categories: Category[] } }
  'reports.places': { input: { q?: string; limit?: number }; output: { places: Place[] } }
  'reports.at': { input: { code: string }; output: { place: Place; open: Card[]; past: Card[] } }
  'reports.my_duty': { input: object; output: Duty }
  'files.links': { input: { files: string[] }; output: { links: FileLink[] } }
}
