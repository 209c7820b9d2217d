import type { Scenario } from '../scenario'
import { talk } from './chat'

export const upgrade: Scenario = {
  name: 'upgrade',
  what: 'every node is drained and replaced, one at a time, while people write and read',
  faults: ['roll'],
  lastingMs: 6000,
  begin: (stage) => talk(stage),
}
