/**
 * Reports as data: what is said on their topics, and the folds that turn a snapshot and the stream after it into what a
 * screen shows. The life of a report is in `model/states.ts`; shapes that are checked stand in `schemas.ts`.
 *
 * `reports:<report>` carries what everybody may see who may see the report at all: no reporter, no followers' names.
 * Those are asked for. `reports:board` carries cards, for technicians and admins.
 */
import type { Priority, State, Status } from './model/states'

export * from './model/states'

export const topicOf = (report: string): string => `reports:${report}`
export const boardTopic = 'reports:board'

export interface Text {
  en: string
  id: string
}

export interface Person {
  id: string
  name: string
}

export interface Photo {
  /** The file's id. */
  id: string
  /** Of the damage, of the repair, or of somebody else who has it too. */
  part: 'before' | 'after' | 'more'
  status: 'pending' | 'ready' | 'failed'
  /** Taken away by a moderator; its place stays. */
  hidden?: true
}

/** A spot on a plan, in metres from its left and its top. */
export interface Pin {
  /** The picture's file. */
  plan: string
  /** How wide the picture is in life. */
  metres: number
  x: number
  y: number
}

export interface PlaceRef {
  /** Missing where the reporter wrote it in their own words. */
  id?: string
  text: string
  building?: string
  lat?: number
  lng?: number
  pin?: Pin
}

/** What everybody may know who may see the report. */
export interface Report {
  id: string
  number: number
  title: string
  details: string
  answers: Record<string, string>
  state: State
  status: Status
  priority: Priority
  /** A category's id. */
  category: string
  place: PlaceRef
  photos: readonly Photo[]
  /** Only handlers and the reporter see it at all. */
  private: boolean
  hideName: boolean
  technician?: Person | null
  /** People who follow it, the reporter not counted; with those of its duplicates. */
  followers: number
  /** How often it was not fixed after all. */
  reopens: number
  mergedInto?: string | null
  /** The channel of its thread, once somebody wrote there. */
  thread?: string | null
  createdAt: string
  /** When it was last opened: at first, or again. */
  openedAt: string
  finishedAt?: string | null
  timeline: readonly Entry[]
}

/** What the asker alone may know beside it. */
export interface Viewer {
  reporter?: Person
  mine: boolean
  following: boolean
  /** The address of the receipt, for who made the report. */
  receipt?: string
  /** Reports that were merged into this one. */
  duplicates: { id: string; number: number; title: string }[]
  into?: { id: string; number: number; status: Status }
}

export const kinds = [
  'submitted',
  'claimed',
  'assigned',
  'released',
  'waiting',
  'resumed',
  'finished',
  'confirmed',
  'reopened',
  'rejected',
  'merged',
  'unmerged',
  'noted',
  'changed',
  'photo',
  'photo_hidden',
  'followed',
  'alerted',
  'absorbed',
  'parted',
] as const
export type Kind = (typeof kinds)[number]

/** Which of the fields below belong to a kind is in `schemas.ts`. */
export interface Entry {
  offset: number
  kind: Kind
  at: string
  by?: Person
  note?: string
  /** Why it was closed without a repair, or finished without a photo. */
  reason?: string
  /** The other report of a merge. */
  other?: { id: string; number: number }
  /** A photo whose status this is about, or the photos that came with it. */
  photos?: string[]
  status?: Photo['status']
  /** How many were alerted, and for which time. */
  alerted?: number
  round?: number
}

/** What changes of a report when something happens; the rest stays. */
export type Change = Partial<Omit<Report, 'id' | 'timeline'>>

export type Card = Pick<
  Report,
  | 'id'
  | 'number'
  | 'title'
  | 'state'
  | 'status'
  | 'priority'
  | 'category'
  | 'place'
  | 'private'
  | 'followers'
  | 'reopens'
> & { technician?: Person | null; createdAt: string; openedAt: string; updatedAt: string; photo?: string }

export interface ReportEvent {
  kind: string
  at: string
  offset: number
  data: unknown
}

/** One report: its fields changed, its timeline one entry longer. Pure. What isn't known leaves it as it is. */
export function apply(report: Report, event: ReportEvent): Report {
  if (!isKind(event.kind) || typeof event.data !== 'object' || event.data === null) return report
  const { change = {}, entry = {} } = event.data as { change?: Change; entry?: Partial<Entry> }
  return {
    ...report,
    ...change,
    timeline: [...report.timeline, { ...entry, offset: event.offset, kind: event.kind, at: event.at }],
  }
}

const isKind = (kind: string): kind is Kind => (kinds as readonly string[]).includes(kind)

export interface Board {
  cards: readonly Card[]
}

/** The board: each card as it is now, the newest first. Pure. */
export function applyBoard(board: Board, event: ReportEvent): Board {
  const card = event.kind === 'card' ? (event.data as { card?: Card }).card : undefined
  if (!card) return board
  const others = board.cards.filter(({ id }) => id !== card.id)
  const at = others.findIndex(({ number }) => number < card.number)
  return { cards: at < 0 ? [...others, card] : [...others.slice(0, at), card, ...others.slice(at)] }
}

export interface Question {
  id: string
  text: Text
  /** Without any, the answer is free text. */
  choices?: Text[]
  required?: boolean
}

export interface Template {
  id: string
  text: Text
}

export interface Category {
  id: string
  name: Text
  team: string
  priority: Priority
  questions: Question[]
  templates: Template[]
  /** Put away: old reports keep it, new ones can't have it. */
  archived?: boolean
  order: number
}

export const placeKinds = ['campus', 'building', 'floor', 'room', 'asset'] as const
export type PlaceKind = (typeof placeKinds)[number]

export interface Place {
  id: string
  parent: string | null
  kind: PlaceKind
  name: string
  /** What the sticker says. */
  code: string
  /** From the campus down. */
  path: string
  lat?: number
  lng?: number
  /** Of this place itself; what is inside of it is on it too. */
  plan?: { file: string; metres: number }
}
