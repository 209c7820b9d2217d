/**
 * G6, from the log's own history at every offset: the counters add up, and say as many sold as were until then; what
 * people were told is what happened, and in the end nobody waits, or was sent away, beside a free unit.
 */
import type { Call, Final, FinalEvent, History } from '../history'
import type { Verdict } from '../verdict'

interface Counters {
  stock: number
  free: number
  held: number
  sold: number
  waiting: number
}

export function stock(history: History): Verdict {
  const broken: string[] = []
  let looked = 0
  const claims = history.of('call').filter(({ method, outcome }) => method === 'drops.claim' && outcome === 'ok')
  for (const final of history.of('final')) {
    if (!final.topic.startsWith('drops:')) continue
    looked += final.events.length
    broken.push(...countersOf(final), ...soldOf(final))
    const own = claims.filter(({ input }) => `drops:${String(input['drop'])}` === final.topic)
    broken.push(...toldOf(final, own))
  }
  return { promise: 'G6', what: 'stock = sold + held + free at every offset', looked, broken }
}

function countersOf({ topic, events }: Final): string[] {
  return events.flatMap(({ offset, kind, data }) => {
    const now = data['counters'] as Counters | undefined
    const where = `${topic} at ${offset} (${kind})`
    if (!now) return [`${where}: no counters`]
    const faults: string[] = []
    if (now.stock !== now.sold + now.held + now.free) faults.push(`${where}: stock ${now.stock} ≠ ${sum(now)}`)
    if (Math.min(now.sold, now.held, now.free, now.waiting) < 0) faults.push(`${where}: a counter is below 0`)
    return faults
  })
}

const sum = ({ sold, held, free }: Counters): string => `sold ${sold} + held ${held} + free ${free}`

/** Counted anew from the events: what was sold, by claim. */
function soldOf({ topic, events }: Final): string[] {
  const sold = new Map<string, number>()
  const faults: string[] = []
  let units = 0
  let last: Counters | undefined
  for (const event of events) {
    const { offset, kind, data } = event
    if (kind === 'sold') {
      const claim = String(data['claim'])
      if (sold.has(claim)) faults.push(`${topic}: claim ${claim} was sold twice, at ${sold.get(claim)} and ${offset}`)
      sold.set(claim, offset)
      units += quantityOf(event)
    }
    const now = data['counters'] as Counters | undefined
    if (now && now.sold !== units)
      faults.push(`${topic} at ${offset}: ${units} units were sold, the counter says ${now.sold}`)
    last = now ?? last
  }
  // What people ask first comes first.
  return last && units > last.stock ? [`${topic}: ${units} units were sold of ${last.stock}`, ...faults] : faults
}

const quantityOf = ({ data }: FinalEvent): number => Number(data['quantity'] ?? 1)

/** Whoever was told that they won did, and whoever was sent away as too late was. */
function toldOf({ topic, events }: Final, claims: readonly Call[]): string[] {
  const known = new Map(events.map(({ data, kind }) => [`${kind} ${String(data['claim'])}`, true]))
  const faults: string[] = []
  const winners = new Map<string, string>()
  for (const { output = {}, user, key } of claims) {
    const claim = String(output['claim'])
    if (output['verdict'] !== 'sold') continue
    if (!known.has(`sold ${claim}`)) faults.push(`${topic}: ${user} was told of claim ${claim} that was not sold`)
    const other = winners.get(claim)
    if (other !== undefined && other !== user)
      faults.push(`${topic}: ${user} and ${other} were told of one claim (${key})`)
    winners.set(claim, user)
  }
  const last = events.findLast(({ data }) => data['counters'])?.data['counters'] as Counters | undefined
  const turnedAway = claims.filter(({ output }) => output?.['verdict'] === 'sold_out').length
  if (last && last.free > 0 && turnedAway > 0)
    faults.push(`${topic}: ${turnedAway} were told sold_out, ${last.free} are free`)
  if (last && last.free > 0 && last.waiting > 0) faults.push(`${topic}: ${last.waiting} wait, ${last.free} are free`)
  return faults
}
