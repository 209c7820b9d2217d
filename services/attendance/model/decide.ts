/**
 * How one check is decided: a function of what is known under the session's lock, and of nothing else. First write wins:
 * whoever comes second within the window is told who was first, whatever they bring along.
 */
import type { Direction, Place, RecordState, Rules, WalkIns } from '../model'
import { judge, type Fix, type Judged } from './place'

/** A second one of the same direction is a duplicate before this has passed. */
export const windowMs = 5 * 60_000
/** A fix older than this may be of another place. */
export const staleMs = 60_000
/** Where only the device's clock tells a fix's age, its error has to be allowed for. */
export const staleByClockMs = 15 * 60_000
/** Wrong codes within ten minutes after which right ones aren't believed either: six letters must not be guessed. */
export const wrongCodesAllowed = 10

export type Way = 'code' | 'location' | 'network'

export interface Terms {
  /** Milliseconds since 1970. */
  opensMs: number
  lateMs: number | undefined
  closesMs: number
  closed: boolean
  once: boolean
  walkIns: WalkIns
  place: Place | undefined
  rules: Rules
  /** Whether there is a list at all. */
  hasList: boolean
}

export interface Person {
  listed: boolean
  guest: boolean
  exempt: readonly string[]
}

/** The last accepted record of this person and direction that still holds its window. */
export interface Winner {
  id: string
  atMs: number
}

export type CodeVerdict = 'right' | 'scanned' | 'wrong' | 'expired' | 'used'

export interface Proof {
  code?: CodeVerdict | undefined
  /** When a scan was exchanged for its ticket, by the database's clock. */
  scannedMs?: number | undefined
  position?: (Fix & { ageMs?: number | undefined }) | undefined
  /** What the device's clock said; evidence, and never authority. */
  capturedMs?: number | undefined
  /** It came from a network of the campus. Nothing: nobody looked. */
  network?: boolean | undefined
  /** A card reader vouches for it. */
  card?: boolean | undefined
  wrongCodes: number
}

export interface Asked {
  direction: Direction
  nowMs: number
  terms: Terms
  person: Person
  winner?: Winner | undefined
  /** They were in, in this session. */
  wasIn: boolean
  proof: Proof
}

export type Decision = {
  flags: string[]
  judged?: Judged | undefined
} & (
  | { verdict: 'duplicate'; winner: string }
  | { verdict: 'refused'; reason: Reason; ways: string[] }
  | { verdict: 'accepted'; state: RecordState & ('accepted' | 'pending'); how: string; late: boolean }
)

export const reasons = [
  'not_open',
  'closed',
  'not_listed',
  'roll_call_only',
  'too_many_tries',
  'wrong_code',
  'code_expired',
  'scan_used',
  'outside',
  'stale_location',
  'code_needed',
  'location_needed',
  'network_needed',
] as const
export type Reason = (typeof reasons)[number]

/** Pure. */
export function decide(asked: Asked): Decision {
  const { nowMs, terms, proof, winner } = asked
  const judged = terms.place && proof.position ? judge(terms.place, proof.position) : undefined
  const flags = flagsOf(asked, judged)
  if (winner && (terms.once || nowMs < winner.atMs + windowMs)) {
    return { verdict: 'duplicate', winner: winner.id, flags, judged }
  }
  const refused = (reason: Reason): Decision => ({
    ...{ verdict: 'refused', reason, flags, judged },
    ways: waysOf(terms, reason),
  })
  const outright = closedTo(asked)
  if (outright) return refused(outright)
  const shown = judgeProofs(asked, judged)
  if (shown.reason) return refused(shown.reason)
  const doubtful = shown.unsure || isLateUpload(asked) || (isWalkIn(asked) && terms.walkIns === 'review')
  const late = asked.direction === 'in' && terms.lateMs !== undefined && (proof.scannedMs ?? nowMs) > terms.lateMs
  return { verdict: 'accepted', state: doubtful ? 'pending' : 'accepted', how: shown.how, late, flags, judged }
}

const isWalkIn = ({ terms, person }: Asked): boolean => terms.hasList && !person.listed

function closedTo(asked: Asked): Reason | undefined {
  const { nowMs, terms } = asked
  if (isOver(asked) && !isLateUpload(asked)) return 'closed'
  if (nowMs < terms.opensMs) return 'not_open'
  return isWalkIn(asked) && terms.walkIns === 'refuse' ? 'not_listed' : undefined
}

const isOver = ({ nowMs, terms }: Asked): boolean => terms.closed || nowMs >= terms.closesMs

/** A card reader that was cut off: by its clock it was in time, so a person has to judge. */
function isLateUpload(asked: Asked): boolean {
  const { card, capturedMs } = asked.proof
  if (!card || capturedMs === undefined || !isOver(asked)) return false
  return capturedMs >= asked.terms.opensMs && capturedMs < asked.terms.closesMs
}

interface Shown {
  how: string
  unsure: boolean
  reason?: Reason | undefined
}

type Answer = { way: Way; is: 'ok' | 'unsure' | Reason }

function judgeProofs(asked: Asked, judged: Judged | undefined): Shown {
  const { terms, person, proof } = asked
  if (proof.card) return { how: 'card', unsure: false }
  const wanted = enabled(terms.rules)
  if (wanted.length === 0) {
    return { how: 'open', unsure: false, ...(terms.rules.rollCall ? { reason: 'roll_call_only' } : {}) }
  }
  const answers = wanted
    .filter((way) => !person.exempt.includes(way))
    .map((way): Answer => ({ way, is: answerTo(way, proof, asked.nowMs, judged) }))
  if (answers.length === 0) return { how: 'exempt', unsure: false }
  const ok = answers.filter(({ is }) => is === 'ok')
  const unsure = answers.some(({ is }) => is === 'unsure')
  const how = ok[0]?.way === 'code' && proof.code === 'scanned' ? 'scan' : (ok[0]?.way ?? 'location')
  const no = answers.map(({ is }) => is).filter((is) => is !== 'ok' && is !== 'unsure')
  if (terms.rules.need === 'all') return { how, unsure, reason: worst(no) }
  if (ok.length > 0) return { how, unsure: false }
  return { how, unsure, reason: unsure ? undefined : worst(no) }
}

/** What was tried and failed tells more than what wasn't tried; `reasons` stand in that order. */
const worst = (no: readonly Reason[]): Reason | undefined => reasons.find((reason) => no.includes(reason))

export function enabled({ code, location, network }: Rules): Way[] {
  return [
    ...(code ? ['code' as const] : []),
    ...(location ? ['location' as const] : []),
    ...(network && network.length > 0 ? ['network' as const] : []),
  ]
}

function answerTo(way: Way, proof: Proof, nowMs: number, judged: Judged | undefined): Answer['is'] {
  if (way === 'network') return proof.network ? 'ok' : 'network_needed'
  if (way === 'code') return ofCode(proof)
  if (!proof.position || !judged) return 'location_needed'
  if (isStale(proof, nowMs)) return 'stale_location'
  return judged.verdict === 'inside' ? 'ok' : judged.verdict
}

function ofCode({ code, wrongCodes }: Proof): Answer['is'] {
  if (code === undefined) return 'code_needed'
  if (wrongCodes >= wrongCodesAllowed && code !== 'scanned') return 'too_many_tries'
  if (code === 'right' || code === 'scanned') return 'ok'
  return code === 'expired' ? 'code_expired' : code === 'used' ? 'scan_used' : 'wrong_code'
}

/** A fix's age is the difference of two readings of one clock, so a wrong clock doesn't matter; else it has to. */
function isStale({ position, capturedMs }: Proof, nowMs: number): boolean {
  if (position?.ageMs !== undefined) return position.ageMs > staleMs
  return capturedMs !== undefined && nowMs - capturedMs > staleByClockMs
}

function flagsOf(asked: Asked, judged: Judged | undefined): string[] {
  const { direction, wasIn, person, proof, nowMs, terms } = asked
  const far = proof.capturedMs !== undefined && Math.abs(nowMs - proof.capturedMs) > windowMs
  return [
    ...(direction === 'out' && !wasIn ? ['out_without_in'] : []),
    ...(person.guest ? ['guest'] : []),
    ...(isWalkIn(asked) ? ['walk_in'] : []),
    ...(judged && judged.verdict !== 'inside' ? [judged.verdict] : []),
    ...(terms.rules.network?.length && proof.network !== true && !proof.card ? ['off_campus_network'] : []),
    ...(isLateUpload(asked) ? ['late_upload'] : far ? ['device_clock'] : []),
  ]
}

/** The other ways, after this one didn't do. A teacher's word is always one. */
function waysOf({ rules }: Terms, reason: Reason): string[] {
  if (reason === 'closed' || reason === 'not_open' || reason === 'not_listed') return ['roll_call']
  const failed = {
    location: ['outside', 'stale_location', 'location_needed'],
    network: ['network_needed'],
    code: [] as string[],
  }
  const others = enabled(rules).filter((way) => rules.need === 'any' && !failed[way].includes(reason))
  return [...others.filter((way) => way !== 'code' || reason !== 'too_many_tries'), 'roll_call']
}
