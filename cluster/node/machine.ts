/**
 * The life of one node, as the supervisor sees it. Pure: an event gives the next state and what to do.
 *
 *               ┌──────── exited ────────┐
 *               ▼                        │
 *   stopped ─▶ backoff ──due──▶ starting ──answered──▶ ready ◀──answered── suspect
 *      ▲                           │                     └─────missed────────▶┘
 *      │                           │ drain                  (overdue: kill, then exited)
 *      └──────── exited ────── draining ◀────────────── from any that runs
 */
export type State = 'starting' | 'ready' | 'suspect' | 'backoff' | 'draining' | 'stopped'

export type Event =
  /** Somebody wants it to run. */
  | 'start'
  /** The pause before its next life is over. */
  | 'due'
  /** While starting: it says that it is ready. Later: it says that it is alive. */
  | 'answered'
  /** One question stayed without an answer. */
  | 'missed'
  /** It has been silent for too long, or drains for too long. */
  | 'overdue'
  /** Its process is gone. */
  | 'exited'
  /** It shall end and not come back. */
  | 'drain'

export type Effect = 'spawn' | 'pause' | 'terminate' | 'kill'

export type Step = readonly [State, Effect?]

/** Every cell is decided: what cannot happen, or comes late, changes nothing. */
export const table: Record<State, Record<Event, Step>> = {
  stopped: {
    start: ['starting', 'spawn'],
    due: ['stopped'],
    answered: ['stopped'],
    missed: ['stopped'],
    overdue: ['stopped'],
    exited: ['stopped'],
    drain: ['stopped'],
  },
  starting: {
    start: ['starting'],
    due: ['starting'],
    answered: ['ready'],
    missed: ['starting'],
    overdue: ['starting', 'kill'],
    exited: ['backoff', 'pause'],
    drain: ['draining', 'terminate'],
  },
  ready: {
    start: ['ready'],
    due: ['ready'],
    answered: ['ready'],
    missed: ['suspect'],
    overdue: ['suspect', 'kill'],
    exited: ['backoff', 'pause'],
    drain: ['draining', 'terminate'],
  },
  suspect: {
    start: ['suspect'],
    due: ['suspect'],
    answered: ['ready'],
    missed: ['suspect'],
    overdue: ['suspect', 'kill'],
    exited: ['backoff', 'pause'],
    drain: ['draining', 'terminate'],
  },
  backoff: {
    start: ['backoff'],
    due: ['starting', 'spawn'],
    answered: ['backoff'],
    missed: ['backoff'],
    overdue: ['backoff'],
    exited: ['backoff'],
    drain: ['stopped'],
  },
  draining: {
    start: ['draining'],
    due: ['draining'],
    answered: ['draining'],
    missed: ['draining'],
    overdue: ['draining', 'kill'],
    exited: ['stopped'],
    drain: ['draining'],
  },
}

const firstPauseMs = 250
const longestPauseMs = 8000

/** The pause before the next life. `youngDeaths`: how many lives in a row, the last included, ended young. */
export function pauseMs(youngDeaths: number): number {
  return youngDeaths <= 1 ? 0 : Math.min(longestPauseMs, firstPauseMs * 2 ** (youngDeaths - 2))
}
