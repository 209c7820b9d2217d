import { faultKinds, type FaultKind } from '../history'
import { together, type Scenario } from '../scenario'
import { checkIn } from './attendance'
import { talk } from './chat'
import { report } from './reports'
import { sell } from './sale'

const always: readonly FaultKind[] = ['fill disk', 'kill bus']
/** All nodes being replaced, under people of all services, is `upgrade`: it takes the longest of all. */
const elsewhere: readonly FaultKind[] = [...always, 'roll']

export const chaos: Scenario = {
  name: 'chaos',
  what: 'all services at once, while the disk is full, the bus goes away, and more, as chance has it',
  faults: always,
  some: { of: faultKinds.filter((kind) => !elsewhere.includes(kind)), count: 4 },
  apart: true,
  lastingMs: 14_000,
  begin: (stage) => together(stage, [talk, sell, checkIn, report]),
}
