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
  const changes = history.of('call').filter(({ method, outcome }) => changing.has(method) && outcome === 'ok')
  let readMs = 0
  for (const record of history.records) {
    // A log is read after what was answered before.
    if (record.type === 'call') readMs = Math.max(readMs, record.end)
    if (record.type !== 'final' || !record.topic.startsWith('drops:')) continue
    const final = record
    looked += final.events.length
    broken.push(...countersOf(final), ...soldOf(final))
    const own = claims.filter(({ input }) => `drops:${String(input['drop'])}` === final.topic)
    broken.push(...toldOf(final, own), ...changesToldOf(final, changes), ...overdueOf(final, readMs))
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

/** What ends a hold, or a wait, without a sale. */
const ends = new Set(['released', 'declined', 'expired'])

/** Counted anew from the events: what was sold and held, and who waits, by claim. */
function soldOf({ topic, events }: Final): string[] {
  const claims = new Map<string, { kind: string; units: number; offset: number }>()
  const faults: string[] = []
  let last: Counters | undefined
  for (const event of events) {
    const { offset, kind, data } = event
    const [claim, before] = [String(data['claim']), claims.get(String(data['claim']))]
    if (kind === 'sold' && before?.kind === 'sold')
      faults.push(`${topic}: claim ${claim} was sold twice, at ${before.offset} and ${offset}`)
    else if (before && ends.has(before.kind))
      faults.push(`${topic}: claim ${claim} was ${before.kind} at ${before.offset}, and then ${kind} at ${offset}`)
    if (data['claim'] !== undefined && kind !== 'redeemed')
      claims.set(claim, { kind, units: quantityOf(event), offset })
    const now = data['counters'] as Counters | undefined
    const at = `${topic} at ${offset}`
    const [sold, held] = [unitsIn(claims, 'sold'), unitsIn(claims, 'held', 'offered')]
    const waiting = [...claims.values()].filter((one) => one.kind === 'waiting').length
    if (now && now.sold !== sold) faults.push(`${at}: ${sold} units were sold, the counter says ${now.sold}`)
    if (now && now.held !== held) faults.push(`${at}: ${held} units were held, the counter says ${now.held}`)
    if (now && now.waiting !== waiting) faults.push(`${at}: ${waiting} claims wait, the counter says ${now.waiting}`)
    last = now ?? last
  }
  const sold = unitsIn(claims, 'sold')
  // What people ask first comes first.
  return last && sold > last.stock ? [`${topic}: ${sold} units were sold of ${last.stock}`, ...faults] : faults
}

function unitsIn(claims: ReadonlyMap<string, { kind: string; units: number }>, ...kinds: string[]): number {
  let sum = 0
  for (const { kind, units } of claims.values()) if (kinds.includes(kind)) sum += units
  return sum
}

const quantityOf = ({ data }: FinalEvent): number => Number(data['quantity'] ?? 1)

/** A hold is over by the database's clock; by then it has been ended, though that was away for a while. */
const overdueMs = 10_000

/** Whatever is held in the end is held for a reason. */
function overdueOf({ topic, events }: Final, readMs: number): string[] {
  const last = new Map(events.filter(({ data }) => data['claim'] !== undefined).map((one) => [one.data['claim'], one]))
  return [...last.values()].flatMap(({ kind, data }) => {
    const until = Date.parse(String(data['until']))
    if ((kind !== 'held' && kind !== 'offered') || !(until + overdueMs < readMs)) return []
    return [`${topic}: claim ${String(data['claim'])} is still ${kind}, ${readMs - until} ms after its time`]
  })
}

const changing = new Set(['drops.confirm', 'drops.release', 'drops.decline'])

/** What somebody was told of their claim is what became of it once. */
function changesToldOf({ topic, events }: Final, changes: readonly Call[]): string[] {
  const known = Map.groupBy(events, ({ data }) => String(data['claim']))
  return changes.flatMap(({ method, input, output, user }) => {
    const [claim, verdict] = [String(input['claim']), String(output?.['verdict'])]
    const own = known.get(claim)
    if (!own || own.some(({ kind }) => kind === verdict)) return []
    return [`${topic}: ${user} was told by ${method} that claim ${claim} is ${verdict}, which it never was`]
  })
}

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
