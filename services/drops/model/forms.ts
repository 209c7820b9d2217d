/** Whether an event of a drop's record has what its kind promises: for those who check it and have no schemas. */
import { isDropKind, type DropKind, type Said } from '../model'

type Form = 'text' | 'count' | 'truth' | 'counters'

const counters = ['stock', 'free', 'held', 'sold', 'waiting'] as const
const claim = { claim: 'text', who: 'text', quantity: 'count', counters: 'counters' } as const
const only = { counters: 'counters' } as const

/** What must be there. What may be there is checked where it is used. */
export const forms: Record<DropKind, Record<string, Form>> = {
  created: {
    ...{ title: 'text', opensAt: 'text', mode: 'text', guests: 'truth', counters: 'counters' },
    ...{ perPerson: 'count', holdSeconds: 'count' },
  },
  entered: { ...claim, nonce: 'text', entries: 'count' },
  drawn: { seed: 'text', root: 'text', entries: 'count', counters: 'counters' },
  ...{ opened: only, paused: only, resumed: only, restocked: only, closed: only },
  held: { ...claim, until: 'text' },
  waiting: { ...claim, place: 'count' },
  offered: { ...claim, until: 'text' },
  ...{ sold: claim, redeemed: claim, released: claim, declined: claim, expired: claim },
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0

const fits: Record<Form, (value: unknown) => boolean> = {
  text: (value) => typeof value === 'string',
  truth: (value) => typeof value === 'boolean',
  count: isCount,
  counters: (value) => counters.every((name) => isCount((value as Record<string, unknown> | undefined)?.[name])),
}

/** Nothing when it can't be read. */
export function said(kind: string, data: unknown): Said<DropKind> | undefined {
  if (!isDropKind(kind) || typeof data !== 'object' || data === null) return undefined
  const whole = data as Record<string, unknown>
  const right = Object.entries(forms[kind]).every(([field, form]) => fits[form](whole[field]))
  return right ? (data as Said<DropKind>) : undefined
}
