/** The judges are judged: a clean history passes, and each planted violation is found and laid at the right promise's door. */
import { expect, test } from 'bun:test'
import { judge } from './checkers'
import {
  brokenIn,
  call,
  change,
  check,
  claim,
  clean,
  counters,
  finalOf,
  historyOf,
  indexOf,
  post,
  record,
  seen,
  told,
  topic,
  without,
} from './checkers/clean'
import { History, type Record_ } from './history'
import { judgementOf, promises, type Promise_ } from './verdict'

test('a run in which all went well is found to have held every promise', () => {
  expect(brokenIn(clean())).toEqual([])
  const history = new History()
  for (const record of clean()) history.add(record)
  expect(judge(history).filter(({ looked }) => looked <= 0)).toEqual([])
})

test('an empty history proves nothing', () => {
  expect(judge(new History()).map((verdict) => judgementOf([verdict]))).toEqual(
    judge(new History()).map(() => 'untried'),
  )
})

test('what nothing was done to is not said to have held: no replacing of nodes, no database and no bus that was away', () => {
  const quiet = clean().filter((one) => one.type !== 'fault')
  const untried = (records: readonly Record_[]): Promise_[] => {
    const verdicts = judge(historyOf(records))
    return promises.filter((promise) => judgementOf(verdicts.filter((one) => one.promise === promise)) === 'untried')
  }
  expect(untried(quiet)).toEqual(['G9', 'G10'])
  // Before anybody asked for anything.
  const early: Record_ = { type: 'fault', fault: 'roll', target: 'all', start: 900, end: 1000 }
  expect(untried([...quiet, early])).toEqual(['G9', 'G10'])
  expect(untried([...quiet, { ...early, fault: 'kill node', end: 2000 }])).toEqual(['G9', 'G10'])
})

const twice = [{ kind: 'report.done', url: '/reports/report-1' }]

/** What is done to a history that was clean, which promises are broken then, and what is among the evidence. */
type Planted = [string, Promise_[], (records: Record_[]) => void, RegExp?]
const planted: Planted[] = [
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
    'a reader that missed the first after it joined',
    ['G3'],
    (all) =>
      without(
        all,
        indexOf(all, (one) => one.type === 'seen' && one.offset === 1),
      ),
    /saw offset 2 of discussion:general after 0/,
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
    'a recovery that was refused because of another epoch, though nothing but a node had died',
    ['G4'],
    (all) => {
      all.push({ type: 'fault', fault: 'kill node', target: 'n1', start: 1041, end: 1045 })
      for (const one of all)
        if (one.type === 'joined' && one.resumed) Object.assign(one, { recovered: false, epoch: 'f' })
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
    'an event that came too late to who comes through a bad network, while that was good',
    ['G5'],
    (all) => {
      all.push({ type: 'fault', fault: 'kill node', target: 'n1', start: 1040, end: 3700 })
      for (const one of all) {
        if (one.type === 'seen' && one.offset === 4) one.at = 3700
        if (one.type === 'joined') one.far = true
      }
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
    'a unit too many, of two that went together',
    ['G6'],
    (all) => {
      const log = finalOf(all, 'drops:d')
      Object.assign(log.events[2]!.data, { quantity: 2, ...counters(3, 0) })
    },
    /3 units were sold of 2/,
  ],
  [
    'an event that does not tell what is left',
    ['G6'],
    (all) => void delete finalOf(all, 'drops:d').events[1]!.data['counters'],
    /drops:d at 2 \(sold\): no counters/,
  ],
  [
    'a unit that is held twice',
    ['G6'],
    (all) => void Object.assign(finalOf(all, 'drops:line').events[4]!.data, { quantity: 2 }),
    /line at 5: 2 units were held, the counter says 1/,
  ],
  ...(['held', 'offered'] as const).map((kind): Planted => [
    `a unit that is ${kind} long after its time`,
    ['G6'],
    (all) => {
      Object.assign(finalOf(all, 'drops:e').events[0]!, { kind })
      all.unshift(call('x.y', '', { start: 11_000, end: 11_001 }))
    },
    new RegExp(`drops:e: claim v is still ${kind}, 10001 ms after its time`),
  ]),
  [
    'somebody in the line who is forgotten',
    ['G6'],
    (all) => void Object.assign(finalOf(all, 'drops:line').events[2]!.data, counters(0, 0, 1, 1, 1)),
    /line at 3: 2 claims wait, the counter says 1/,
  ],
  [
    'a hold that ran out, and is sold to who held it',
    ['G6'],
    (all) => void Object.assign(finalOf(all, 'drops:line').events[5]!.data, { claim: 'l1' }),
    /claim l1 was expired at 4, and then sold at 6/,
  ],
  ...(['confirm', 'release', 'decline'] as const).map((verb): Planted => [
    `a ${verb} whose answer is not what happened`,
    ['G6'],
    (all) => all.push(told(verb, 'l3', 'sold')),
    /ani was told by drops.\w+ that claim l3 is sold, which it never was/,
  ]),
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
      for (const one of all)
        if (one.type === 'call' && one.key === 'b') Object.assign(one, { outcome: 'unknown', code: 'late' })
    },
    /1 were told sold_out, 1 are free/,
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
    /ani in s: 2 were accepted \(r1, r2\)/,
  ],
  [
    'two check-ins that are accepted in the log, of which one was told to nobody',
    ['G7'],
    (all) => {
      const log = finalOf(all, 'attendance:s')
      log.events.push({ ...log.events[0]!, offset: 2, data: { records: [record('r2')] } })
      log.head = 2
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
  ...(['kill database', 'freeze database', 'fail over database', 'fill disk'] as const).map((fault): Planted => [
    `an outage that does not heal (${fault})`,
    ['G9'],
    (all) => {
      all.push({ type: 'fault', fault, target: 'database', start: 5000, end: 6000 })
      all.push(call('x.y', 'k', { outcome: 'unknown', code: 'unavailable', start: 7000, end: 7001 }))
    },
    /nobody was answered within 5000 ms of the return of the database/,
  ]),
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

test.each(planted)('%s breaks %p', (_, expected, edit, evidence = /./) => {
  const records = change(edit)
  expect(brokenIn(records)).toEqual(expected)
  expect(judge(historyOf(records)).flatMap(({ broken }) => broken)).toContainEqual(expect.stringMatching(evidence))
})
