import { position } from '../../kernel/log'
import { query } from '../../kernel/service'
import { countUnread } from './commands'
import { topicOf, type Notification } from './model'
import { list, listInput } from './schemas'

interface Row {
  id: string
  kind: string
  tag: string
  title: Notification['title']
  body: Notification['body']
  url: string
  urgent: boolean
  actions: Notification['actions']
  at: Date
  read_at: Date | null
}

export const listNotifications = query({
  name: 'inbox.list',
  summary: 'What you were told, newest first, and how much of it you have not read.',
  input: listInput,
  output: list,
  async run(sql, actor, { before, limit, unread = false }) {
    const rows = await sql.query<Row>(
      `SELECT id, kind, tag, title, body, url, urgent, actions, at, read_at FROM inbox.notification
       WHERE user_id = $1 AND ($2::uuid IS NULL OR id < $2) AND (NOT $4 OR read_at IS NULL) ORDER BY id DESC LIMIT $3`,
      [actor.id, before ?? null, limit, unread],
    )
    return {
      notifications: rows.map(toNotification),
      unread: await countUnread(sql, actor.id),
      position: await position(sql, topicOf(actor.id)),
    }
  },
})

const toNotification = ({ at, read_at, ...row }: Row): Notification => ({
  ...row,
  at: at.toISOString(),
  read: read_at !== null,
})
