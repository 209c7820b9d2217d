import { expect, test } from 'bun:test'
import { acknowledged, judged, lost, lostAfterMs, noTally, seen, sent } from './model'

test('a probe that is answered and seen, in either order, is neither lost nor doubled', () => {
  let tally = sent(sent(noTally))
  tally = seen(acknowledged(tally, 'a', 100, 5), 'a')
  tally = acknowledged(seen(tally, 'b'), 'b', 200, 9)
  expect(tally).toMatchObject({ sent: 2, acknowledged: 2, seen: 2, doubled: 0, slowestMs: 9 })
  expect(lost(tally, 1_000_000)).toBe(0)
})

test('a probe that is answered and not seen is lost once it is late', () => {
  const tally = acknowledged(sent(noTally), 'a', 100, 5)
  expect([lost(tally, 100 + lostAfterMs), lost(tally, 101 + lostAfterMs)]).toEqual([0, 1])
})

test('a probe that is seen twice is doubled', () => {
  expect(seen(seen(noTally, 'a'), 'a')).toMatchObject({ seen: 1, doubled: 1 })
})

test('a sale is judged by what the log says: what was promised and is missing, who has two, and what was too much', () => {
  const log = ['a', 'b', 'c'].map((one) => ({ claim: one, who: `who-${one}` }))
  expect(judged(['a', 'b', 'c'], log, 3)).toEqual({ sold: 3, lost: 0, doubled: 0, oversold: 0 })
  // Sold without an answer that arrived: nothing is lost by that.
  expect(judged(['a', 'b'], log, 3)).toMatchObject({ sold: 3, lost: 0 })
  expect(judged(['a', 'b', 'x'], log, 3)).toMatchObject({ lost: 1 })
  expect(judged(['a'], [...log, { claim: 'd', who: 'who-a' }], 3)).toMatchObject({ doubled: 1, oversold: 1 })
})
