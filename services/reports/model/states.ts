/**
 * The life of a report, as a table: what may happen in each state, and what comes of it.
 *
 *   pending ──claim──▶ in_progress ──finish──▶ done ──confirm──▶ confirmed
 *      ▲  ▲──release─────┘   ▲ │                │                   │
 *      │               resume│ │wait            └──────reopen───────┴──▶ reopened, which is as pending
 *      │                     └─▼ waiting                   ▲
 *      └── reject ──▶ rejected ─────────────reopen─────────┘
 *
 * Any open report may turn out to be a duplicate (`merge`); `unmerge` puts it back to where it was.
 */
export const states = [
  'pending',
  'reopened',
  'in_progress',
  'waiting',
  'done',
  'confirmed',
  'rejected',
  'duplicate',
] as const
export type State = (typeof states)[number]

export const happenings = [
  'claim',
  'assign',
  'release',
  'wait',
  'resume',
  'finish',
  'confirm',
  'reopen',
  'reject',
  'merge',
  'unmerge',
] as const
export type Happening = (typeof happenings)[number]

/** The face that everybody knows. */
export const statuses = ['pending', 'in_progress', 'done', 'rejected', 'duplicate'] as const
export type Status = (typeof statuses)[number]

/** `before`: the state that the report was in when it was merged. Nothing: it can't happen in this state. */
type Next = State | 'before' | undefined

const toBeDone: Record<Happening, Next> = {
  claim: 'in_progress',
  assign: 'in_progress',
  release: undefined,
  wait: undefined,
  resume: undefined,
  // Whoever mends it on the spot needs no claim first.
  finish: 'done',
  confirm: undefined,
  reopen: undefined,
  reject: 'rejected',
  merge: 'duplicate',
  unmerge: undefined,
}

const nothing: Record<Happening, Next> = {
  ...{ claim: undefined, assign: undefined, release: undefined, wait: undefined, resume: undefined },
  ...{ finish: undefined, confirm: undefined, reopen: undefined, reject: undefined, merge: undefined },
  unmerge: undefined,
}

const table: Record<State, Record<Happening, Next>> = {
  pending: toBeDone,
  reopened: toBeDone,
  in_progress: { ...toBeDone, claim: undefined, release: 'pending', wait: 'waiting' },
  waiting: { ...toBeDone, claim: undefined, release: 'pending', resume: 'in_progress' },
  done: { ...nothing, confirm: 'confirmed', reopen: 'reopened' },
  confirmed: { ...nothing, reopen: 'reopened' },
  rejected: { ...nothing, reopen: 'reopened' },
  duplicate: { ...nothing, unmerge: 'before' },
}

/** What the state becomes; nothing where it can't happen. @param before where a duplicate goes back to. */
export function next(state: State, what: Happening, before: State | null): State | undefined {
  const found = table[state][what]
  return found === 'before' ? (before ?? 'pending') : found
}

export const can = (state: State, what: Happening): boolean => table[state][what] !== undefined

const faces: Record<State, Status> = {
  pending: 'pending',
  reopened: 'pending',
  in_progress: 'in_progress',
  waiting: 'in_progress',
  done: 'done',
  confirmed: 'done',
  rejected: 'rejected',
  duplicate: 'duplicate',
}

export const statusOf = (state: State): Status => faces[state]

/** Somebody still has to do something about it. */
export const isOpen = (state: State): boolean => faces[state] === 'pending' || faces[state] === 'in_progress'
/** Nobody has it. */
export const isUnclaimed = (state: State): boolean => faces[state] === 'pending'
/** A technician has it in hand. */
export const isOwned = (state: State): boolean => faces[state] === 'in_progress'

export const priorities = ['emergency', 'medium', 'normal'] as const
export type Priority = (typeof priorities)[number]

const hourMs = 3_600_000

/** How soon somebody should take it, and how soon it should be fixed. */
export const targets: Record<Priority, { takeMs: number; fixMs: number }> = {
  emergency: { takeMs: hourMs / 4, fixMs: 4 * hourMs },
  medium: { takeMs: 24 * hourMs, fixMs: 3 * 24 * hourMs },
  normal: { takeMs: 3 * 24 * hourMs, fixMs: 7 * 24 * hourMs },
}

const manyFollowers = 5

/**
 * What those who follow it speak for; nothing where its priority says as much. Somebody decides. Never an emergency: that
 * is a danger, which no number of people makes.
 */
export function suggestedPriority({
  state,
  priority,
  followers,
}: {
  state: State
  priority: Priority
  followers: number
}): Priority | undefined {
  return isOpen(state) && priority === 'normal' && followers >= manyFollowers ? 'medium' : undefined
}

/** When it is overdue, if nothing happens. Nothing while it waits for something, or once it is closed. */
export function dueAt({
  state,
  priority,
  openedAt,
}: {
  state: State
  priority: Priority
  openedAt: string
}): number | undefined {
  if (!isOpen(state) || state === 'waiting') return undefined
  const { takeMs, fixMs } = targets[priority]
  return Date.parse(openedAt) + (isUnclaimed(state) ? takeMs : fixMs)
}
