/** When the alarm of an emergency rings next: each round is a job, in the transaction that makes it necessary. */
import type { Tx } from '../../kernel/batch'
import type { Desk } from './desk'
import { isUnclaimed } from './model'
import type { ReportRow } from './rows'

export const alarmQueue = 'reports-alarm'

/** Pauses before the second round, the third and so on; the last one is kept. */
const pausesSeconds = [60, 60, 120, 300, 600]
export interface Round {
  report: string
  round: number
  /** Which alarm of the report it is of. */
  alarm: number
}

/** Adds the job of a round, in the transaction that makes it necessary. */
export function ring(tx: Tx, { id, alarm }: ReportRow, round: number): void {
  const data: Round = { report: id, round, alarm }
  const startAfterSeconds = round === 1 ? 0 : pausesSeconds[Math.min(round, pausesSeconds.length + 1) - 2]!
  tx.enqueue({ queue: alarmQueue, data, priority: 10, ...(startAfterSeconds > 0 ? { startAfterSeconds } : {}) })
}

/** An emergency that nobody has (any more): a new alarm begins, and an older one falls silent. */
export function ringAnew(desk: Desk, row: ReportRow): void {
  if (row.priority !== 'emergency' || !isUnclaimed(row.state)) return
  row.alarm = row.version
  ring(desk.tx, row, 1)
}
