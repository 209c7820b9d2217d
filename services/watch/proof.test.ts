import { expect, test } from 'bun:test'
import type { JobGround } from '../../kernel/jobs'
import type { WatchMeans } from './means'
import type { Verdict } from './model'
import { proving } from './proof'

/** What is told in the end of a proof that came out like this. */
async function endOf(isPlayed: boolean, verdicts: Verdict['verdict'][]): Promise<unknown> {
  const promises = verdicts.map((verdict, nth): Verdict => ({ promise: `G${nth + 1}`, verdict, looked: 1 }))
  const told: { stage: string }[] = []
  const ground = {
    now: () => 0,
    perform: async (_: string, proof: object) => told.push({ ...(proof as { stage: string }) }),
  }
  const { run } = proving({ prove: async () => ({ isPlayed, promises }) } as unknown as WatchMeans)
  const data = { run: 'r', stage: 'wanted', scenario: 'sale', promises: [] }
  await run({ id: 'j', data, attempt: 1 }, ground as unknown as JobGround)
  expect(told[0]!.stage).toBe('running')
  return told.at(-1)!.stage
}

test.each([
  ['held', true, ['held', 'untried']],
  ['broken', true, ['held', 'broken']],
  ['broken', false, ['broken']],
  ['failed', false, ['held']],
  ['failed', true, ['untried', 'untried']],
  ['failed', true, []],
] as const)(
  'a proof is told as %s when it was played (%p) and its verdicts are %p',
  async (stage, isPlayed, verdicts) => {
    expect(await endOf(isPlayed, [...verdicts])).toBe(stage)
  },
)
