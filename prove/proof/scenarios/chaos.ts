import { faultKinds, type FaultKind } from '../history'
import type { Scenario, Stage, Work } from '../scenario'
import { checkIn } from './attendance'
import { talk } from './chat'
import { report } from './reports'
import { sell } from './sale'

const parts: readonly ((stage: Stage) => Promise<Work>)[] = [talk, sell, checkIn, report]

const always: readonly FaultKind[] = ['fill disk', 'kill bus', 'roll']

export const chaos: Scenario = {
  name: 'chaos',
  what: 'all services at once, while the disk is full, the bus goes away, all nodes are replaced, and more, as chance has it',
  faults: always,
  some: { of: faultKinds.filter((kind) => !always.includes(kind)), count: 4 },
  lastingMs: 14_000,
  async begin(stage) {
    const works = await Promise.all(parts.map((part) => part(stage)))
    return {
      stop: async () => void (await Promise.all(works.map((work) => work.stop()))),
      finish: async () => void (await Promise.all(works.map((work) => work.finish()))),
    }
  },
}
