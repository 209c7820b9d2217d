/** Telling those who have no device to be told on: by mail, where this installation can send any. */
import { z } from 'zod'
import type { JobDefinition } from '../../../kernel/jobs'
import type { Text } from '../../../protocol/errors'
import type { Level } from '../model'
import { levelOf } from './message'
import { mailQueue } from './queue'

interface Row {
  user_id: string
  kind: string
  title: Text
  body: Text
  url: string
  levels: Record<string, Level> | null
}

const mailData = z.object({ notification: z.uuid() })

/** Nothing is mailed of what was read or shown on a device meanwhile, is switched off now, or is of yesterday. */
export const mailJob: JobDefinition = {
  queue: mailQueue,
  retryLimit: 5,
  retryDelaySeconds: 10,
  async run({ data }, { sql, perform }) {
    const { notification } = mailData.parse(data)
    const [row] = await sql.query<Row>(
      `SELECT n.user_id, n.kind, n.title, n.body, n.url, w.levels
       FROM inbox.notification n LEFT JOIN inbox.wishes w ON w.user_id = n.user_id
       WHERE n.id = $1 AND n.read_at IS NULL AND n.at > now() - interval '1 day'
         AND NOT EXISTS (SELECT 1 FROM inbox.sent s WHERE s.notification = n.id)`,
      [notification],
    )
    if (!row || levelOf(row.levels, row.kind) !== 'push') return
    const { user_id: user, title, body, url } = row
    await perform('people.write', { user, title, body, url }, `mail-${notification}`)
  },
}
