import { withoutEffect } from '../../kernel/batch'
import type { Duty } from '../../kernel/service'
import { Desk } from './desk'
import { dueDrops } from './rows'

const dropsAtOnce = 50

/**
 * Opens and draws drops on time, and ends holds and offers that are over, although nobody comes. Whoever comes does the
 * same for the drop they come to, so this is only for those that are left alone.
 */
export const tick: Duty = {
  name: 'drops.tick',
  everyMs: 500,
  async runMany(tx, calls) {
    const due = await dueDrops(tx, dropsAtOnce)
    if (due.length > 0) await (await Desk.open(tx, { drops: due })).close()
    return calls.map(() => withoutEffect({ more: due.length === dropsAtOnce }))
  },
}
