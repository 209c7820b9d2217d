/** What time does to an inbox, and what waits for the end of quiet hours. */
import { z } from 'zod'
import { withoutEffect } from '../../kernel/batch'
import { trim } from '../../kernel/log'
import { command, oneByOne, type Duty } from '../../kernel/service'
import { digestQueue } from './push/queue'

/** One word after the quiet hours for a device, however much comes in them. */
export const hold = command<{ device: string; minutes: number }, object>({
  name: 'inbox.hold',
  summary: 'Tell a device later that there was something.',
  internal: true,
  input: z.object({ device: z.uuid(), minutes: z.number().int().positive() }),
  output: z.object({}),
  runMany: oneByOne(async (tx, { input: { device, minutes } }) => {
    tx.enqueue({ queue: digestQueue, data: { device }, startAfterSeconds: minutes * 60, singletonKey: device })
    return withoutEffect({})
  }),
})

const keptDays = 90
const readDays = 30
const eventDays = 30
const silentDays = 180
const atOnce = 1000

/** Forgets what was read a month ago, what is older than three, and devices that nobody opened for half a year. */
export const retention: Duty = {
  name: 'inbox.retention',
  everyMs: 600_000,
  async runMany(tx, calls) {
    const gone = await tx.query(
      `DELETE FROM inbox.notification WHERE id = ANY (ARRAY(
         SELECT id FROM inbox.notification
         WHERE at < now() - make_interval(days => $1) OR (read_at IS NOT NULL AND at < now() - make_interval(days => $2))
         LIMIT ${atOnce})) RETURNING 1`,
      [keptDays, readDays],
    )
    await tx.query('DELETE FROM inbox.device WHERE seen_at < now() - make_interval(days => $1)', [silentDays])
    const events = await trim(tx, 'inbox', eventDays, atOnce)
    return calls.map(() => withoutEffect({ more: gone.length === atOnce || events === atOnce }))
  },
}
