/**
 * All scenarios, in the order in which they are played. Reports come early: a worker that is killed is noticed ten seconds later,
 * so that what it had begun is done, and read back, while others are at work.
 */
import type { Scenario } from './scenario'
import { attendance } from './scenarios/attendance'
import { balance } from './scenarios/balance'
import { chaos } from './scenarios/chaos'
import { chat } from './scenarios/chat'
import { reports } from './scenarios/reports'
import { sale } from './scenarios/sale'
import { upgrade } from './scenarios/upgrade'

export const scenarios: readonly Scenario[] = [balance, reports, chat, sale, attendance, upgrade, chaos]
