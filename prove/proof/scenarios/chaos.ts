import type { Scenario, Stage, Work } from '../scenario'
import { checkIn } from './attendance'
import { talk } from './chat'
import { report } from './reports'
import { sell } from './sale'

const parts: readonly ((stage: Stage) => Promise<Work>)[] = [talk, sell, checkIn, report]

export const chaos: Scenario = {
  name: 'chaos',
  what: 'all services at once, while everything that can break does, one after the other',
  faults: ['kill node', 'freeze node', 'cut bus', 'freeze database', 'kill database', 'roll'],
  lastingMs: 22_000,
  async begin(stage) {
    const works = await Promise.all(parts.map((part) => part(stage)))
    return {
      stop: async () => void (await Promise.all(works.map((work) => work.stop()))),
      finish: async () => void (await Promise.all(works.map((work) => work.finish()))),
    }
  },
}
