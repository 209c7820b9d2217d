/** All scenarios, in the order in which they are played. */
import type { Scenario } from './scenario'
import { attendance } from './scenarios/attendance'
import { balance } from './scenarios/balance'
import { chaos } from './scenarios/chaos'
import { chat } from './scenarios/chat'
import { reports } from './scenarios/reports'
import { sale } from './scenarios/sale'
import { upgrade } from './scenarios/upgrade'

export const scenarios: readonly Scenario[] = [balance, chat, sale, attendance, reports, upgrade, chaos]
