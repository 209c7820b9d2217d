/** What the judges do not lay at the cluster's door, and how far that goes: an excuse that is too wide hides a fault. */
import { expect, test } from 'bun:test'
import type { Fault, FaultKind, Record_ } from '../history'
import { judgementOf, type Promise_ } from '../verdict'
import { arrivals } from './arrivals'
import { brokenIn, call, change, clean, final, finalOf, historyOf, joined, seen, textOf, topic } from './clean'
import { deathsAlone } from './deaths'

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
      // Out of order, and one within another.
      all.push({ type: 'lag', start: 1060, end: 1100 }, { type: 'lag', start: 1050, end: sleptUntil })
      all.push({ type: 'lag', start: 1070, end: 1080 })
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

test('while the database is away nothing can be asked of it, nor for 5 s after; and no longer than that', () => {
  const lateBy = (fault: FaultKind, end: number, at: number): Promise_[] =>
    brokenIn(
      change((all) => {
        const target = fault.split(' ').at(-1)!
        // Two at once are not counted twice.
        for (const start of [1010, 1005]) all.push({ type: 'fault', fault, target, start, end })
        for (const one of all) if (one.type === 'seen' && one.offset === 4) one.at = at
        all.push(call('x.y', '', { start: end + 1, end: end + 2 }))
      }),
    )
  for (const fault of ['kill database', 'freeze database', 'fail over database', 'fill disk', 'cut machine'] as const) {
    expect(lateBy(fault, 3000, 3000 + 5000 + 2400)).toEqual([])
    expect(lateBy(fault, 3000, 3000 + 5000 + 2600)).toEqual(['G5'])
  }
  expect(lateBy('kill node', 3000, 4000)).toEqual(['G5'])
})

test('an outage of the database that heals is no fault, whatever else ends at other times', () => {
  const outage = change((all) => {
    all.push({ type: 'fault', fault: 'kill database', target: 'database', start: 20_000, end: 21_000 })
    all.push(
      call('x.y', '', { start: 20_500, end: 25_900 }),
      call('x.y', '', { start: 22_000, end: 22_001, outcome: 'unknown', code: 'lost' }),
    )
    for (const at of [19_990, 21_010]) all.push({ type: 'left', client: 'r', topic, at })
  })
  expect(brokenIn(outage)).toEqual([])
  const tooLate = outage.map((one) => (one.type === 'call' && one.end === 25_900 ? { ...one, end: 26_100 } : one))
  expect(brokenIn(tooLate)).toEqual(['G9'])
})

test('subscriptions end when the bus goes away, and when a standby takes over', () => {
  for (const fault of ['kill bus', 'fail over database'] as const) {
    const left = change((all) => {
      all.push({ type: 'fault', fault, target: fault.split(' ').at(-1)!, start: 9000, end: 9500 })
      all.push({ type: 'left', client: 'r', topic, at: 9100 }, call('x.y', '', { start: 9600, end: 9601 }))
    })
    expect(brokenIn(left)).toEqual([])
  }
})

test.each(['unavailable', 'overloaded', 'limited', 'lost', 'late'])('to be told "%s" is a plain answer', (code) => {
  expect(brokenIn([...clean(), call('x.y', 'k', { outcome: 'unknown', code })])).toEqual([])
})

test('what is read back more than once is looked at as it was last, for what was acknowledged until then', () => {
  const [board, id] = ['reports:board', 'later']
  const submit = call('reports.submit', 'z', { output: { id } })
  const told = [{ kind: 'card', data: { card: { id: 'p' } } }]
  const once = [...clean(), submit]
  expect(brokenIn(once)).toEqual([])
  expect(brokenIn([...once, final(board, told)])).toEqual(['G1'])
  expect(brokenIn([...once, final(board, [...told, { kind: 'card', data: { card: { id } } }])])).toEqual([])
})

test('who comes with a new page begins where that begins', () => {
  const anew = change((all) => {
    finalOf(all).events.push({ ...final(topic, [{ kind: 'posted', data: textOf(5) }]).events[0]!, offset: 5 })
    finalOf(all).head = 5
    all.push(seen(5, { at: 1100 }), joined(5, { client: 'late', at: 1200 }), joined(5, { client: 'late', at: 1300 }))
    all.push(joined(3, { client: 's', at: 1041 }), seen(4, { client: 's', at: 1062 }))
    all.push({ type: 'left', client: 's', topic, at: 1090 }, joined(5, { client: 's', at: 1200 }))
  })
  expect(brokenIn(anew)).toEqual([])
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
  for (const kind of ['freeze worker', 'cut machine', 'kill balancer', 'roll'] as const)
    expect(cutWith(fault(kind, 'n1', 9050, 9060))).toEqual([])
  expect(cutWith(died)).toEqual([])
  // Until its successor is seen, which takes 5 s at most.
  expect(cutWith({ ...died, at: 19_600 })).toEqual(['G9'])
})

test('a node that died is told apart from one that was broken', () => {
  const deaths = (...more: Record_[]) => deathsAlone(historyOf(more)).map(({ node }) => node)
  const killed: Record_ = { type: 'fault', fault: 'kill node', target: 'n1', start: 1000, end: 3000 }
  const died = (node: string, at: number): Record_ => ({ type: 'died', node, at })
  expect(deaths(killed, died('n1', 2000), died('n2', 2000), died('n1', 5000))).toEqual(['n2', 'n1'])
  // Whoever looks sees it a moment later.
  expect(deaths(killed, died('n1', 3400))).toEqual([])
  expect(deaths(killed, { ...killed, target: 'n3' }, died('n1', 3600), died('n3', 999))).toEqual(['n1', 'n3'])
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
  // Not before it took over.
  const early = takenOver(['f']).map((one) =>
    one.type === 'fault' && one.start === 1041 ? { ...one, start: 1092, end: 1095 } : one,
  )
  expect(brokenIn(early)).toEqual(['G4'])
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
