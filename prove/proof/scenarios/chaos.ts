import { faultKinds, type FaultKind } from '../history'
import { allOf, type Scenario, type Stage, type Work } from '../scenario'
import { checkIn } from './attendance'
import { talk } from './chat'
import { report } from './reports'
import { sell } from './sale'

const parts: readonly ((stage: Stage) => Promise<Work>)[] = [talk, sell, checkIn, report]

/** All nodes being replaced is the whole of `upgrade`; here it comes by chance, as it takes the longest of all. */
const always: readonly FaultKind[] = ['fill disk', 'kill bus']

const allOfEach =
  (works: readonly Work[], todo: (work: Work) => Promise<void>): (() => Promise<void>) =>
  () =>
    allOf(works.map(todo))()

export const chaos: Scenario = {
  name: 'chaos',
  what: 'all services at once, while the disk is full, the bus goes away, and more, as chance has it',
  faults: always,
  some: { of: faultKinds.filter((kind) => !always.includes(kind)), count: 4 },
  lastingMs: 14_000,
  async begin(stage) {
    const begun = await Promise.allSettled(parts.map((part) => part(stage)))
    const works = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
    const stop = allOfEach(works, (work) => work.stop())
    const failed = begun.find((one) => one.status === 'rejected')
    if (!failed) return { stop, finish: allOfEach(works, (work) => work.finish()) }
    // Who has begun must not go on by themselves.
    await stop()
    throw failed.reason
  },
}
