/** The judges are judged: a clean history passes, and each planted violation is found and laid at the right promise's door. */
import { expect, test } from 'bun:test'
import { judge } from './checkers'
import { arrivals } from './checkers/arrivals'
import { deathsAlone } from './checkers/deaths'
import { digestOf, History, type Call, type Fault, type Final, type Record_ } from './history'
import { judgementOf, promises, type Promise_ } from './verdict'

const topic = 'discussion:general'
const textOf = (offset: number): Record<string, unknown> => ({
  ...{ text: `text ${offset}`, key: `k${offset}`, at: new Date(1004 + offset * 10).toISOString() },
})

const call = (method: string, key: string, more: Partial<Call>): Call => ({
  ...{ type: 'call', client: 'c', user: 'ani', door: 'realtime', method, key, input: {}, start: 1000, end: 1010 },
  ...{ outcome: 'ok', node: 'n1', ...more },
})

const post = (offset: number, more: Partial<Call> = {}): Call =>
  call('discussion.post', `k${offset}`, {
    ...{
      input: { channel: 'general', text: `text ${offset}` },
      output: { id: `general.${offset}`, offset, node: 'n1' },
    },
    ...{ start: 1000 + offset * 10, end: 1005 + offset * 10, ...more },
  })

const final = (on: string, events: { kind: string; data: Record<string, unknown> }[]): Final => ({
  ...{ type: 'final', topic: on, epoch: 'e', head: events.length },
  events: events.map(({ kind, data }, index) => ({
    offset: index + 1,
    kind,
    data,
    actor: 'ani',
    digest: digestOf(data),
  })),
})

const seen = (offset: number, more: object = {}): Record_ => ({
  ...{ type: 'seen', client: 'r', topic, at: 1006 + offset * 10, offset, digest: digestOf(textOf(offset)) },
  ...{ committed: 1004 + offset * 10, ...more },
})

const joined = (offset: number, more: object = {}): Record_ => ({
  ...{ type: 'joined', client: 'r', topic, at: 1000, node: 'n1', offset, epoch: 'e', resumed: false, recovered: false },
  ...more,
})

const counters = (sold: number, free: number, held = 0, waiting = 0, total = 2): Record<string, unknown> => ({
  counters: { stock: total, free, held, sold, waiting },
})
const claim = (key: string, user: string, verdict: string, id?: string): Call =>
  call('drops.claim', key, { user, input: { drop: 'd' }, output: { verdict, ...(id ? { claim: id } : {}) } })
const check = (key: string, verdict: string, id: string): Call =>
  call('attendance.check', key, { input: { session: 's', direction: 'in' }, output: { verdict, record: { id } } })

const record = (id: string, state = 'accepted', direction = 'in'): object => ({ id, user: 'ani', direction, state })

/** Everything of the kind that goes well. */
function clean(): Record_[] {
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
    { type: 'intent', client: 'c', method: 'discussion.post', key: 'k4', start: 1040, end: 1060, settled: true },
    { type: 'fault', fault: 'roll', target: 'all', start: 1020, end: 1055 },
    { type: 'fault', fault: 'cut bus', target: 'bus', start: 1001, end: 1002 },
    final(
      topic,
      [1, 2, 3, 4].map((offset) => ({ kind: 'posted', data: textOf(offset) })),
    ),
    ...[claim('a', 'ani', 'sold', 'x'), claim('b', 'budi', 'sold', 'y'), claim('c', 'citra', 'sold_out')],
    // What was refused at first may be done later.
    { ...claim('b', 'budi', 'not_open'), start: 900, end: 905 },
    // Units are left, and nobody was sent away; units are gone, and somebody waits for one.
    { ...claim('e', 'eka', 'held', 'v'), input: { drop: 'e' } },
    { ...claim('f', 'fitri', 'held', 'u'), input: { drop: 'left' } },
    final('drops:left', [{ kind: 'held', data: { claim: 'u', ...counters(0, 1, 1) } }]),
    final('drops:e', [{ kind: 'held', data: { claim: 'v', ...counters(0, 0, 2, 1) } }]),
    final('drops:d', [
      { kind: 'opened', data: counters(0, 2) },
      { kind: 'sold', data: { claim: 'x', ...counters(1, 1) } },
      { kind: 'sold', data: { claim: 'y', ...counters(2, 0) } },
    ]),
    ...[check('1', 'accepted', 'r1'), check('2', 'duplicate', 'r1'), check('1', 'accepted', 'r1')],
    final('attendance:s', [{ kind: 'checked', data: { records: [record('r1'), record('r0', 'refused')] } }]),
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

function historyOf(records: readonly Record_[]): History {
  const history = new History()
  for (const record of records) history.add(record)
  return history
}

/** @returns the promises that are broken. */
function brokenIn(records: readonly Record_[]): Promise_[] {
  const verdicts = judge(historyOf(records))
  return promises.filter((promise) => judgementOf(verdicts.filter((one) => one.promise === promise)) === 'broken')
}

const change = (edit: (records: Record_[]) => void): Record_[] => {
  const records = structuredClone(clean())
  edit(records)
  return records
}
const finalOf = (records: Record_[], of = topic): Final =>
  records.find((record): record is Final => record.type === 'final' && record.topic === of)!
const without = (records: Record_[], index: number): void => void records.splice(index, 1)
const indexOf = (records: Record_[], test_: (record: Record_) => boolean): number => records.findIndex(test_)

test('a run in which all went well is found to have held every promise', () => {
  expect(brokenIn(clean())).toEqual([])
  const history = new History()
  for (const record of clean()) history.add(record)
  expect(judge(history).filter(({ looked }) => looked === 0)).toEqual([])
})

test('an empty history proves nothing', () => {
  expect(judge(new History()).map((verdict) => judgementOf([verdict]))).toEqual(
    judge(new History()).map(() => 'untried'),
  )
})

const twice = [{ kind: 'report.done', url: '/reports/report-1' }]

/** What is done to a history that was clean, which promises are broken then, and what is among the evidence. */
const planted: [string, Promise_[], (records: Record_[]) => void, RegExp?][] = [
  [
    'an acknowledged message that another one stands in place of',
    ['G1'],
    (all) => all.unshift(post(2, { key: 'k9', input: { channel: 'general', text: 'other' } })),
  ],
  ['an acknowledged message beyond the end of the log', ['G1'], (all) => all.unshift(post(5))],
  ['a won claim that is not in the log', ['G1', 'G6'], (all) => all.unshift(claim('z', 'dewi', 'sold', 'nowhere'))],
  ['a held claim that is not in the log', ['G1'], (all) => all.unshift(claim('z', 'dewi', 'held', 'nowhere'))],
  [
    'a place in the line that is not in the log',
    ['G1'],
    (all) => all.unshift(claim('z', 'dewi', 'waiting', 'nowhere')),
  ],
  [
    'a report that is not in the log',
    ['G1'],
    (all) => all.unshift(call('reports.submit', 'z', { output: { id: 'none' } })),
  ],
  [
    'an accepted check-in that is not in the log',
    ['G1'],
    (all) => {
      const gone = finalOf(all, 'attendance:s')
      gone.events = []
      gone.head = 0
    },
  ],
  [
    'a key that won, and was then told that all is sold',
    ['G2'],
    (all) => all.push({ ...claim('a', 'ani', 'sold_out'), start: 1011 }),
    /drops.claim a of ani was done, and then told sold_out/,
  ],
  [
    'a key that was taken, and then refused',
    ['G2'],
    (all) => all.push(post(4, { outcome: 'refused', code: 'conflict', start: 1046 })),
    /discussion.post k4 of ani was done, and then told conflict/,
  ],
  ['two answers to one key', ['G2', 'G6'], (all) => all.push(claim('a', 'ani', 'sold', 'y'))],
  [
    'two effects of one key',
    ['G2', 'G4'],
    (all) => {
      const log = finalOf(all)
      log.events.push({
        ...log.events[0]!,
        offset: 5,
        data: { ...log.events[3]!.data, ...{ text: 'text 1', key: 'k1' } },
      })
      log.head = 5
    },
  ],
  [
    'a hole in the log',
    ['G1', 'G3'],
    (all) => without(finalOf(all).events as unknown as Record_[], 1),
    /offset 2 of the log is 3/,
  ],
  [
    'a head beyond what the log holds',
    ['G3', 'G4'],
    (all) => void finalOf(all).head++,
    /the head is 5, the log has 4 events/,
  ],
  [
    'a reader that missed one',
    ['G3'],
    (all) =>
      without(
        all,
        indexOf(all, (one) => one.type === 'seen' && one.offset === 2),
      ),
  ],
  [
    'a reader that saw one twice',
    ['G3'],
    (all) =>
      all.splice(
        indexOf(all, (one) => one.type === 'seen' && one.offset === 3),
        0,
        seen(2),
      ),
  ],
  [
    'a reader that saw two in the wrong order',
    ['G3', 'G4'],
    (all) => {
      const [two, three] = [2, 3].map((offset) =>
        indexOf(all, (one) => one.type === 'seen' && one.offset === offset),
      ) as [number, number]
      ;[all[two], all[three]] = [all[three]!, all[two]!]
    },
  ],
  [
    'a time that goes back',
    ['G3'],
    (all) => {
      const [one, two] = finalOf(all).events
      Object.assign(one!.data, { at: new Date(1005).toISOString() })
      Object.assign(two!.data, { at: new Date(1004).toISOString() })
    },
  ],
  [
    'a time that has not come yet',
    ['G3'],
    (all) => void Object.assign(finalOf(all).events[3]!.data, { at: new Date(600_000).toISOString() }),
  ],
  [
    'a reader that saw what was never there',
    ['G3'],
    (all) => {
      const one = all.find((record) => record.type === 'seen')!
      if (one.type === 'seen') one.digest = 'other'
    },
  ],
  [
    'a recovery that leaves a gap',
    ['G3', 'G4'],
    (all) => {
      for (const one of all) if (one.type === 'joined' && one.resumed) one.offset = 2
      const at = indexOf(all, (one) => one.type === 'joined' && one.resumed)
      all.splice(at + 1, 0, seen(3, { at: 1051 }))
    },
  ],
  [
    'a recovery that was refused for nothing',
    ['G4'],
    (all) => {
      for (const one of all) if (one.type === 'joined' && one.resumed) one.recovered = false
    },
  ],
  [
    'a recovery into another epoch',
    ['G4'],
    (all) => {
      for (const one of all) if (one.type === 'joined' && one.resumed) one.epoch = 'f'
    },
  ],
  [
    'a reader that was left behind',
    ['G4'],
    (all) =>
      without(
        all,
        indexOf(all, (one) => one.type === 'seen' && one.offset === 4),
      ),
  ],
  [
    'a read that does not hold what its reader wrote',
    ['G4'],
    (all) => {
      for (const one of all) if (one.type === 'call' && one.wrote === 4) one.output = { position: { offset: 3 } }
    },
  ],
  [
    'an event that came too late',
    ['G5'],
    (all) => {
      for (const one of all) if (one.type === 'seen' && one.offset === 4) one.at = 3700
    },
  ],
  [
    'an event that came too late, while the network of others was bad',
    ['G5'],
    (all) => {
      all.push({ type: 'fault', fault: 'slow network', target: 'network', start: 1040, end: 3700 })
      for (const one of all) if (one.type === 'seen' && one.offset === 4) one.at = 3700
    },
  ],
  [
    'an outage of a full disk that does not heal',
    ['G9'],
    (all) => {
      all.push({ type: 'fault', fault: 'fill disk', target: 'disk', start: 5000, end: 6000 })
      all.push(call('x.y', 'k', { outcome: 'unknown', code: 'unavailable', start: 7000, end: 7001 }))
    },
  ],
  [
    'a unit too many',
    ['G6'],
    (all) => {
      const log = finalOf(all, 'drops:d')
      log.events.push({ ...log.events[2]!, offset: 4, data: { claim: 'w', ...counters(3, 0) } })
      log.head = 4
    },
    /3 units were sold of 2/,
  ],
  [
    'a unit too many, of something else that is taken for less than nothing',
    ['G6'],
    (all) => void Object.assign(finalOf(all, 'drops:d').events[1]!.data, counters(1, -1, 2)),
    /a counter is below 0/,
  ],
  [
    'a counter that says less was sold than was, for a moment',
    ['G6'],
    (all) => void Object.assign(finalOf(all, 'drops:d').events[1]!.data, counters(0, 2)),
    /at 2: 1 units were sold, the counter says 0/,
  ],
  [
    'somebody who waits beside a free unit',
    ['G6'],
    (all) => {
      const log = finalOf(all, 'drops:d')
      log.events.pop()
      log.head = 2
      Object.assign(log.events[1]!.data, counters(1, 1, 0, 1))
      for (const one of all)
        if (one.type === 'call' && ['b', 'c'].includes(one.key))
          Object.assign(one, { outcome: 'unknown', code: 'late' })
    },
    /1 wait, 1 are free/,
  ],
  [
    'one claim sold twice',
    ['G1', 'G6'],
    (all) => {
      finalOf(all, 'drops:d').events[2]!.data['claim'] = 'x'
    },
    /claim x was sold twice, at 2 and 3/,
  ],
  [
    'a counter that does not add up',
    ['G6'],
    (all) => {
      finalOf(all, 'drops:d').events[1]!.data['counters'] = { stock: 2, free: 2, held: 0, sold: 1, waiting: 0 }
    },
  ],
  [
    'sold out, with a unit left',
    ['G6'],
    (all) => {
      const log = finalOf(all, 'drops:d')
      log.events.pop()
      log.head = 2
      without(
        all,
        indexOf(all, (one) => one.type === 'call' && one.key === 'b'),
      )
    },
  ],
  [
    'two winners of one check-in',
    ['G7'],
    (all) => {
      all.push(check('3', 'accepted', 'r2'))
      const log = finalOf(all, 'attendance:s')
      log.events.push({ ...log.events[0]!, offset: 2, data: { records: [record('r2')] } })
      log.head = 2
    },
  ],
  [
    'two check-ins that are accepted in the log, of which one was told to nobody',
    ['G7'],
    (all) => {
      const log = finalOf(all, 'attendance:s')
      log.events.push({ ...log.events[0]!, offset: 2, data: { records: [record('r3', 'accepted', 'out')] } })
      log.events.push({ ...log.events[0]!, offset: 3, data: { records: [record('r2')] } })
      log.head = 3
    },
    /ani in attendance:s: 2 records are accepted \(r1, r2\)/,
  ],
  ['a duplicate of nothing', ['G7'], (all) => all.push({ ...check('5', 'duplicate', 'r5'), user: 'dewi' })],
  ['a duplicate that names another', ['G7'], (all) => all.push(check('4', 'duplicate', 'r9'))],
  [
    'a notification that never came',
    ['G8'],
    (all) => {
      for (const one of all) if (one.type === 'state' && one.of === 'inbox of ani') one.value = { notifications: [] }
    },
  ],
  [
    'a notification that came twice',
    ['G8'],
    (all) => {
      for (const one of all)
        if (one.type === 'state' && one.of === 'inbox of ani') (one.value['notifications'] as object[]).push(...twice)
    },
  ],
  [
    'a photo that was never processed',
    ['G8'],
    (all) => {
      for (const one of all)
        if (one.type === 'state' && one.of === 'report p') one.value = { photos: [{ status: 'pending' }] }
    },
  ],
  [
    'a job that is stuck',
    ['G8'],
    (all) => {
      for (const one of all) if (one.type === 'state' && one.of === 'jobs') one.value = { stuck: 1 }
      // Later there was none.
      all.push({ type: 'state', of: 'jobs', value: { stuck: 0 } })
    },
  ],
  ['an answer that says nothing', ['G9'], (all) => all.push(call('x.y', 'k', { outcome: 'unknown', code: 'odd' }))],
  ['a fault of the server', ['G9'], (all) => all.push(call('x.y', 'k', { outcome: 'refused', code: 'internal' }))],
  [
    'an outage that does not heal',
    ['G9'],
    (all) => {
      all.push({ type: 'fault', fault: 'kill database', target: 'database', start: 5000, end: 6000 })
      all.push(call('x.y', 'k', { outcome: 'unknown', code: 'unavailable', start: 7000, end: 7001 }))
    },
  ],
  [
    'subscriptions that end with the database',
    ['G9'],
    (all) => {
      all.push({ type: 'fault', fault: 'kill database', target: 'database', start: 9000, end: 9500 })
      all.push({ type: 'left', client: 'r', topic, at: 9100 })
    },
  ],
  [
    'a client that was never answered',
    ['G10'],
    (all) => all.push({ type: 'intent', client: 'c', method: 'x.y', key: 'k', start: 1030, end: 9999, settled: false }),
  ],
]

test('what a bad network takes is not laid at the door of the cluster', () => {
  const late = change((all) => {
    all.push({ type: 'fault', fault: 'slow network', target: 'network', start: 1040, end: 3700 })
    for (const one of all) {
      if (one.type === 'seen' && one.offset === 4) one.at = 3700
      if (one.type === 'joined') one.far = true
    }
  })
  expect(brokenIn(late)).toEqual([])
})

test('what the prover slept through is not laid at the door of the cluster, no more than that, and it is told', () => {
  const lateBy = (sleptUntil: number): Record_[] =>
    change((all) => {
      all.push({ type: 'lag', start: 1050, end: sleptUntil }, { type: 'lag', start: 1060, end: sleptUntil })
      for (const one of all) if (one.type === 'seen' && one.offset === 4) one.at = 3700
      // Enough others that one is no large part.
      for (let nth = 5; nth < 40; nth++) all.push(seen(nth, { client: `r${nth}` }))
    })
  const excuseIn = (records: readonly Record_[]) => arrivals(historyOf(records))
  expect(excuseIn(lateBy(1300))).toMatchObject({
    broken: [],
    excused: 'the prover itself stood still for 0.3 s of 2.7 s (9 %); late only by that: 1 of 39',
  })
  expect(excuseIn(lateBy(1300)).unjudged).toBeUndefined()
  expect(excuseIn(lateBy(1150)).broken).toHaveLength(1)
})

test('of a time in which the prover itself stood still too much, or much was late only by that, nothing is said', () => {
  const still = (ms: number, late: boolean): Record_[] =>
    change((all) => {
      all.push({ type: 'lag', start: 1050, end: 1050 + ms })
      for (const one of all) if (one.type === 'seen' && one.offset === 4) one.at = late ? 3700 : 3000
    })
  const judgementIn = (records: readonly Record_[]) => judgementOf([arrivals(historyOf(records))])
  expect(judgementIn(still(400, false))).toBe('held')
  expect(judgementIn(still(600, false))).toBe('unjudged')
  // A quarter of all is late only by that.
  expect(judgementIn(still(400, true))).toBe('unjudged')
  // And what is late in any case is late.
  expect(judgementIn(still(100, true))).toBe('broken')
})

test('subscriptions that end while the database is away count against it, unless something else ended them', () => {
  const cutWith = (...more: Record_[]): Promise_[] =>
    brokenIn(
      change((all) => {
        all.push({ type: 'fault', fault: 'kill database', target: 'database', start: 9000, end: 9500 }, ...more)
        all.push({ type: 'left', client: 'r', topic, at: 9100 })
      }),
    )
  const fault = (kind: Fault['fault'], target: string, start: number, end: number): Record_ => ({
    ...{ type: 'fault', fault: kind, target, start, end },
  })
  const died: Record_ = { type: 'died', node: 'n1', at: 9400 }
  expect(cutWith(fault('cut bus', 'bus', 9050, 9060))).toEqual(['G9'])
  expect(cutWith(fault('kill node', 'n1', 9600, 9900))).toEqual(['G9'])
  expect(cutWith(fault('kill node', 'n1', 8000, 9050))).toEqual([])
  expect(cutWith(fault('reset network', 'network', 9050, 9051))).toEqual([])
  expect(cutWith(died)).toEqual([])
})

test('a node that died is told apart from one that was broken', () => {
  const deaths = (...more: Record_[]) => deathsAlone(historyOf(more)).map(({ node }) => node)
  const killed: Record_ = { type: 'fault', fault: 'kill node', target: 'n1', start: 1000, end: 3000 }
  const died = (node: string, at: number): Record_ => ({ type: 'died', node, at })
  expect(deaths(killed, died('n1', 2000), died('n2', 2000), died('n1', 5000))).toEqual(['n2', 'n1'])
  expect(deaths({ ...killed, fault: 'roll', target: 'roll' }, died('n2', 2000))).toEqual([])
})

test('a standby that takes over has an epoch of its own, and who comes back is told so once', () => {
  const takenOver = (epochs: readonly string[]): Record_[] =>
    change((all) => {
      all.push({ type: 'fault', fault: 'fail over database', target: 'database', start: 1041, end: 1045 })
      for (const epoch of epochs)
        all.push({ type: 'left', client: 'r', topic, at: 1090 }, joined(4, { at: 1091, epoch, resumed: true }))
      // Somebody is answered again, as the judge of outages wants it.
      all.push(call('x.y', '', { start: 1100, end: 1110 }))
    })
  expect(brokenIn(takenOver(['f']))).toEqual([])
  expect(brokenIn(takenOver(['f', 'f']))).toEqual(['G4'])
  expect(brokenIn(takenOver(['e']))).toEqual(['G4'])
})

test('who missed more than is handed over is told so, and nobody else', () => {
  const away = (offset: number): Record_[] =>
    change((all) => {
      all.push({ type: 'left', client: 'r', topic, at: 1090 })
      all.push(joined(offset, { at: 1091, resumed: true, recovered: false }))
      finalOf(all).head = offset
    })
  const ofRecovery = (records: readonly Record_[]): boolean => brokenIn(records).includes('G4')
  expect([ofRecovery(away(4 + 300)), ofRecovery(away(4 + 301))]).toEqual([true, false])
})

test.each(planted)('%s breaks %p', (_, expected, edit, evidence = /./) => {
  const records = change(edit)
  expect(brokenIn(records)).toEqual(expected)
  expect(judge(historyOf(records)).flatMap(({ broken }) => broken)).toContainEqual(expect.stringMatching(evidence))
})
