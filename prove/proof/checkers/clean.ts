/** A history in which all went well, and what it is made of: for whoever judges the judges. */
import { judge } from '../checkers'
import { digestOf, History, type Call, type Final, type Record_ } from '../history'
import { judgementOf, promises, type Promise_ } from '../verdict'

export const topic = 'discussion:general'
export const textOf = (offset: number): Record<string, unknown> => ({
  ...{ text: `text ${offset}`, key: `k${offset}`, at: new Date(1004 + offset * 10).toISOString() },
})

export const call = (method: string, key: string, more: Partial<Call>): Call => ({
  ...{ type: 'call', client: 'c', user: 'ani', door: 'realtime', method, key, input: {}, start: 1000, end: 1010 },
  ...{ outcome: 'ok', node: 'n1', ...more },
})

export const post = (offset: number, more: Partial<Call> = {}): Call =>
  call('discussion.post', `k${offset}`, {
    ...{
      input: { channel: 'general', text: `text ${offset}` },
      output: { id: `general.${offset}`, offset, node: 'n1' },
    },
    ...{ start: 1000 + offset * 10, end: 1005 + offset * 10, ...more },
  })

export const final = (on: string, events: { kind: string; data: Record<string, unknown> }[]): Final => ({
  ...{ type: 'final', topic: on, epoch: 'e', head: events.length },
  events: events.map(({ kind, data }, index) => ({
    offset: index + 1,
    kind,
    data,
    actor: 'ani',
    digest: digestOf(data),
  })),
})

export const seen = (offset: number, more: object = {}): Record_ => ({
  ...{ type: 'seen', client: 'r', topic, at: 1006 + offset * 10, offset, digest: digestOf(textOf(offset)) },
  ...{ committed: 1004 + offset * 10, ...more },
})

export const joined = (offset: number, more: object = {}): Record_ => ({
  ...{ type: 'joined', client: 'r', topic, at: 1000, node: 'n1', offset, epoch: 'e', resumed: false, recovered: false },
  ...more,
})

export const counters = (sold: number, free: number, held = 0, waiting = 0, total = 2): Record<string, unknown> => ({
  counters: { stock: total, free, held, sold, waiting },
})
export const claim = (key: string, user: string, verdict: string, id?: string): Call =>
  call('drops.claim', key, { user, input: { drop: 'd' }, output: { verdict, ...(id ? { claim: id } : {}) } })
export const told = (verb: 'confirm' | 'release' | 'decline', of: string, verdict: string): Call =>
  call(`drops.${verb}`, `${verb} ${of} ${verdict}`, { input: { claim: of }, output: { verdict, claim: of } })
export const check = (key: string, verdict: string, id: string): Call =>
  call('attendance.check', key, { input: { session: 's', direction: 'in' }, output: { verdict, record: { id } } })

export const record = (id: string, state = 'accepted', direction = 'in'): object => ({
  id,
  user: 'ani',
  direction,
  state,
})

/** Drops of every kind, and what people were told of them. */
function sales(): Record_[] {
  return [
    ...[claim('a', 'ani', 'sold', 'x'), claim('b', 'budi', 'sold', 'y'), claim('c', 'citra', 'sold_out')],
    // What was refused at first may be done later.
    ...['not_open', 'sold_out', 'limit_reached'].map((early) => ({
      ...claim('b', 'budi', early),
      start: 900,
      end: 905,
    })),
    ...[
      { ...claim('g', 'gita', 'sold', 't'), input: { drop: 'two' } },
      final('drops:two', [{ kind: 'sold', data: { claim: 't', quantity: 2, ...counters(2, 0) } }]),
    ],
    // Units are left, and nobody was sent away; units are gone, and somebody waits for one.
    { ...claim('e', 'eka', 'held', 'v'), input: { drop: 'e' } },
    { ...claim('f', 'fitri', 'held', 'u'), input: { drop: 'left' } },
    final('drops:left', [{ kind: 'held', data: { claim: 'u', ...counters(0, 1, 1) } }]),
    final('drops:e', [
      { kind: 'held', data: { claim: 'v', quantity: 2, until: new Date(1000).toISOString(), ...counters(0, 0, 2) } },
      { kind: 'waiting', data: { claim: 'w', ...counters(0, 0, 2, 1) } },
    ]),
    // A hold that ran out goes to who waits; who takes it has it.
    final('drops:line', [
      { kind: 'held', data: { claim: 'l1', ...counters(0, 0, 1, 0, 1) } },
      { kind: 'waiting', data: { claim: 'l2', ...counters(0, 0, 1, 1, 1) } },
      { kind: 'waiting', data: { claim: 'l3', ...counters(0, 0, 1, 2, 1) } },
      { kind: 'expired', data: { claim: 'l1', ...counters(0, 1, 0, 2, 1) } },
      { kind: 'offered', data: { claim: 'l2', ...counters(0, 0, 1, 1, 1) } },
      { kind: 'sold', data: { claim: 'l2', ...counters(1, 0, 0, 1, 1) } },
      { kind: 'released', data: { claim: 'l3', ...counters(1, 0, 0, 0, 1) } },
      { kind: 'redeemed', data: { claim: 'l2', ...counters(1, 0, 0, 0, 1) } },
    ]),
    ...[told('confirm', 'l1', 'expired'), told('confirm', 'l2', 'waiting'), told('confirm', 'l2', 'sold')],
    ...[told('release', 'l3', 'released'), told('decline', 'unknown', 'declined')],
    final('drops:d', [
      { kind: 'opened', data: counters(0, 2) },
      { kind: 'sold', data: { claim: 'x', ...counters(1, 1) } },
      { kind: 'sold', data: { claim: 'y', ...counters(2, 0) } },
    ]),
  ]
}

/** Everything of the kind that goes well. */
export function clean(): Record_[] {
  return [
    joined(0),
    ...[1, 2, 3].flatMap((offset) => [post(offset), seen(offset)]),
    { type: 'left', client: 'r', topic, at: 1040 },
    joined(3, { at: 1050, node: 'n2', resumed: true, recovered: true }),
    post(4, { outcome: 'unknown', code: 'lost' }),
    post(4),
    seen(4, { at: 1060 }),
    call('discussion.history', '', {
      ...{ start: 1070, end: 1075, input: { channel: 'general' }, output: { position: { offset: 4 } }, wrote: 4 },
    }),
    // Asked again after it was done, and not heard; and a question, which may be answered anew each time.
    post(2, { outcome: 'unknown', code: 'lost', start: 1100, end: 1101 }),
    call('discussion.history', '', { output: { position: { offset: 1 } } }),
    { type: 'intent', client: 'c', method: 'discussion.post', key: 'k4', start: 1040, end: 1060, settled: true },
    { type: 'fault', fault: 'roll', target: 'all', start: 1020, end: 1055 },
    { type: 'fault', fault: 'cut bus', target: 'bus', start: 1001, end: 1002 },
    final(
      topic,
      [1, 2, 3, 4].map((offset) => ({ kind: 'posted', data: textOf(offset) })),
    ),
    ...sales(),
    ...[check('1', 'accepted', 'r1'), check('2', 'duplicate', 'r1'), check('1', 'accepted', 'r1')],
    // Refused; the other way; and somewhere else.
    call('attendance.check', '6', { input: { session: 's', direction: 'in' }, output: { verdict: 'refused' } }),
    { ...check('7', 'accepted', 'r7'), input: { session: 's', direction: 'out' } },
    { ...check('8', 'accepted', 'r8'), input: { session: 't', direction: 'in' } },
    final('attendance:s', [
      { kind: 'checked', data: { records: [record('r1'), record('r0', 'refused'), record('r7', 'accepted', 'out')] } },
    ]),
    ...[
      call('reports.submit', 'p', { output: { id: 'p' } }),
      final('reports:board', [{ kind: 'card', data: { card: { id: 'p' } } }]),
    ],
    {
      type: 'state',
      of: 'owed',
      value: { notices: [{ user: 'ani', about: 'report-1', kind: 'report.done' }], photos: ['p'] },
    },
    {
      ...{ type: 'state', of: 'inbox of ani' },
      value: {
        notifications: [
          { kind: 'report.claimed', url: '/reports/report-1' },
          { kind: 'report.done', url: '/reports/report-1' },
          { kind: 'report.done', url: '/reports/report-2' },
        ],
      },
    },
    { type: 'state', of: 'report p', value: { photos: [{ status: 'ready' }] } },
    { type: 'state', of: 'jobs', value: { stuck: 0 } },
  ]
}

export function historyOf(records: readonly Record_[]): History {
  const history = new History()
  for (const record of records) history.add(record)
  return history
}

/** @returns the promises that are broken. */
export function brokenIn(records: readonly Record_[]): Promise_[] {
  const verdicts = judge(historyOf(records))
  return promises.filter((promise) => judgementOf(verdicts.filter((one) => one.promise === promise)) === 'broken')
}

export const change = (edit: (records: Record_[]) => void): Record_[] => {
  const records = structuredClone(clean())
  edit(records)
  return records
}
export const finalOf = (records: Record_[], of = topic): Final =>
  records.find((record): record is Final => record.type === 'final' && record.topic === of)!
export const without = (records: Record_[], index: number): void => void records.splice(index, 1)
export const indexOf = (records: Record_[], test_: (record: Record_) => boolean): number => records.findIndex(test_)
