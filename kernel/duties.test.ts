import { expect, test } from 'bun:test'
import { refuse } from '../protocol/errors'
import { until } from '../prove/testing/until'
import { Duties } from './duties'

const counting = (run: (nth: number) => Promise<{ more: boolean }>) => {
  const duty = { name: 'count', everyMs: 1, runs: 0, run: () => run(++duty.runs) }
  return duty
}

test('a duty is done again and again, by the node that leads only', async () => {
  const duty = counting(async () => ({ more: false }))
  const other = counting(async () => ({ more: false }))
  let leads = false
  const duties = new Duties(
    [duty],
    () => leads,
    () => undefined,
  )
  const always = new Duties(
    [other],
    () => true,
    () => undefined,
  )
  duties.run()
  always.run()
  await until(() => other.runs > 5)
  expect(duty.runs).toBe(0)
  leads = true
  await until(() => duty.runs > 2)
  duties.stop()
  always.stop()
})

test('one that fails is done again and told of, unless it is only the database that is away', async () => {
  const failures: string[] = []
  const duty = counting(async (nth) => {
    if (nth === 1) throw new Error('a bug in it')
    if (nth === 2) throw refuse.unavailable()
    return { more: false }
  })
  const duties = new Duties(
    [duty],
    () => true,
    (name, error) => failures.push(`${name}: ${(error as Error).message}`),
  )
  duties.run()
  await until(() => duty.runs > 2)
  duties.stop()
  expect(failures).toEqual(['count: a bug in it'])
})

test('while there is more to do nothing is waited for, and after the end nothing is done', async () => {
  const duty = counting(async (nth) => {
    if (nth === 7) duties.stop()
    return { more: nth < 5 || nth === 7 }
  })
  const duties = new Duties(
    [duty],
    () => true,
    () => undefined,
  )
  const rare = counting(async (nth) => ({ more: nth < 5 }))
  const others = new Duties(
    [{ ...rare, everyMs: 200, run: () => rare.run() }],
    () => true,
    () => undefined,
  )
  others.run()
  await until(() => rare.runs === 5, { timeoutMs: 390 })
  others.stop()
  duties.run()
  await until(() => duty.runs === 7)
  const watch = counting(async () => ({ more: false }))
  const later = new Duties(
    [watch],
    () => true,
    () => undefined,
  )
  later.run()
  await until(() => watch.runs > 5)
  later.stop()
  expect(duty.runs).toBe(7)
})
