import { together, type Scenario } from '../scenario'
import { checkIn } from './attendance'
import { talk } from './chat'
import { sell } from './sale'

export const upgrade: Scenario = {
  name: 'upgrade',
  what: 'every node is drained and replaced, one at a time, while people write and read, buy and check in',
  faults: ['roll'],
  lastingMs: 6000,
  begin: (stage) => together(stage, [talk, sell, checkIn]),
}
