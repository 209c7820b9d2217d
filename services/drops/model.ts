/**
 * Drops as data: what is said on their topics, and the fold that turns a snapshot and the stream after it into what a
 * screen shows. The life of a claim is in `model/claim.ts`, the lobby's shuffle in `model/lobby.ts`, and the proof that
 * a whole drop was right in `model/verify.ts`.
 */
import type { z } from 'zod'
import type * as schemas from './schemas'

/** The topic that tells of new drops. */
export const directoryTopic = 'drops'
export const topicOf = (drop: string): string => `drops:${drop}`

export const modes = ['first_come', 'lobby'] as const
export const statuses = ['scheduled', 'lobby', 'open', 'paused', 'sold_out', 'closed'] as const
export const verdicts = ['sold', 'held', 'waiting', 'sold_out', 'limit_reached', 'not_open'] as const
/** Kinds of events of a drop's topic. */
export const dropKinds = [
  ...(['created', 'entered', 'drawn', 'opened', 'paused', 'resumed', 'restocked', 'closed'] as const),
  ...(['held', 'waiting', 'offered', 'sold', 'redeemed', 'released', 'declined', 'expired'] as const),
] as const
export type DropKind = (typeof dropKinds)[number]

export type Mode = (typeof modes)[number]
export type Status = (typeof statuses)[number]
export type Drop = z.infer<typeof schemas.drop>
export type Claim = z.infer<typeof schemas.claim>
export type ClaimInput = z.infer<typeof schemas.claimInput>
export type Claimed = z.infer<typeof schemas.claimed>
export type CreateInput = z.input<typeof schemas.createInput>
export type EnterInput = z.input<typeof schemas.enterInput>
export type Entered = z.infer<typeof schemas.entered>
export type Managed = z.infer<typeof schemas.managed>
export type Redeemed = z.infer<typeof schemas.redeemed>
export type Mine = z.infer<typeof schemas.mine>
export type Tallies = z.infer<typeof schemas.tallies>
export type Sheet = z.infer<typeof schemas.sheet>
export type SheetLine = Sheet['claims'][number]
export type Said<K extends DropKind> = z.infer<(typeof schemas.dropEvents)[K]>

export interface DropState {
  drop: Drop
}

export interface DropEvent {
  kind: string
  at: string
  offset: number
  data: unknown
}

const kinds: ReadonlySet<string> = new Set(dropKinds)
export const isDropKind = (kind: string): kind is DropKind => kinds.has(kind)

/** Pure. Events the fold doesn't know leave the state as it is: a newer server may say more. */
export function apply(state: DropState, event: DropEvent): DropState {
  const data = event.data as Partial<Said<'entered'> & Said<'drawn'>> | null
  const after = data?.counters
  if (!isDropKind(event.kind) || typeof after?.stock !== 'number') return state
  const { entries = state.drop.entries, seed } = data!
  const next: Drop = { ...state.drop, ...after, entries, ...(seed === undefined ? {} : { seed }) }
  return { drop: { ...next, status: statusAfter(next, event) } }
}

function statusAfter(next: Drop, { kind, at }: DropEvent): Status {
  const { status: before } = next
  if (kind === 'closed' || before === 'closed') return 'closed'
  if (kind === 'paused' || (before === 'paused' && kind !== 'resumed')) return 'paused'
  return statusAt(next, Date.parse(at))
}

/** Of a drop that is neither paused nor closed. While a unit is only held it may come back, so that is not sold out. */
export function statusAt(
  { opensAt, lobbyAt, mode: how, sold, stock }: Pick<Drop, 'opensAt' | 'lobbyAt' | 'mode' | 'sold' | 'stock'>,
  nowMs: number,
): Status {
  if (nowMs >= Date.parse(opensAt)) return sold === stock ? 'sold_out' : 'open'
  return how === 'lobby' && nowMs >= Date.parse(lobbyAt ?? '1970-01-01') ? 'lobby' : 'scheduled'
}
