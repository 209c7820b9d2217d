/** Counts what commands did, for this node's metrics. */
import type { Command } from '../../kernel/service'

/** Stands before a command: one more of what it answers. An answer that is repeated under its key counts again. */
export function counted<I, O extends { status: string }>(what: string): NonNullable<Command<I, O>['around']> {
  return async (next, _call, _sql, ground) => {
    const output = await next()
    const labels = { happened: what, status: output.status }
    ground.counter?.('alun_reports_total', 'What happened to reports, and the status they have since', labels).more()
    return output
  }
}
