/**
 * Sending: one job for each notification and device. At least once; the tag makes it shown once. A service that fails for
 * now is tried again with growing pauses, a device that is gone is forgotten.
 */
import { z } from 'zod'
import type { JobDefinition, JobGround } from '../../../kernel/jobs'
import type { Lang } from '../../../protocol/errors'
import type { InboxMeans } from '../means'
import type { Level } from '../model'
import { digestText } from '../texts'
import { post, type Posted } from './address'
import { encrypt } from './encrypt'
import { levelOf, payloadOf, quietFor, type Told } from './message'
import { digestQueue, pushQueue } from './queue'
import { authorization, pushTopicOf, readServerKey } from './server-key'

/** News of yesterday are read in the app. */
const stalePushHours = 24
const urgentSeconds = 3600

interface Device {
  device: string
  endpoint: string
  p256dh: string
  auth: string
  lang: Lang
  unread: number
}

interface Row extends Device, Told {
  levels: Record<string, Level> | null
  quiet_from: number | null
  quiet_to: number | null
  minute: number
}

const unreadOf = (user: string): string =>
  `(SELECT count(*)::int FROM (SELECT 1 FROM inbox.notification u WHERE u.user_id = ${user} AND u.read_at IS NULL LIMIT 100) AS part)`

const lookSql = `
  SELECT d.id AS device, d.endpoint, d.p256dh, d.auth, d.lang, n.tag, n.kind, n.title, n.body, n.url, n.urgent, n.actions,
    w.levels, w.quiet_from, w.quiet_to, ${unreadOf('n.user_id')} AS unread,
    extract(hour FROM l.now)::int * 60 + extract(minute FROM l.now)::int AS minute
  FROM inbox.notification n
  JOIN inbox.device d ON d.id = $2 AND d.user_id = n.user_id
  LEFT JOIN inbox.wishes w ON w.user_id = n.user_id
  CROSS JOIN LATERAL (SELECT now() AT TIME ZONE coalesce(w.zone, 'Asia/Jakarta') AS now) AS l
  WHERE n.id = $1 AND n.read_at IS NULL AND n.at > now() - make_interval(hours => ${stalePushHours})
    AND NOT EXISTS (SELECT 1 FROM inbox.sent s WHERE s.notification = n.id AND s.device = d.id)`

const pushData = z.object({ notification: z.uuid(), device: z.uuid() })

/** Nothing is sent of what was read meanwhile, is switched off now, or is of yesterday. */
export const pushJob = (means: InboxMeans): JobDefinition => ({
  queue: pushQueue,
  retryLimit: 10,
  retryDelaySeconds: 2,
  async run({ data }, ground) {
    const { notification, device } = pushData.parse(data)
    const [row] = await ground.sql.query<Row>(lookSql, [notification, device])
    if (!row || levelOf(row.levels, row.kind) !== 'push') return
    const quiet =
      row.quiet_from === null || row.quiet_to === null ? undefined : { from: row.quiet_from, to: row.quiet_to }
    const waitMinutes = row.urgent ? 0 : quietFor(quiet, row.minute)
    if (waitMinutes > 0) {
      await ground.perform(
        'inbox.hold',
        { device, minutes: waitMinutes },
        `hold-${notification}-${device}-${waitMinutes}`,
      )
      return
    }
    const posted = await send(means, ground, row, {
      text: payloadOf(row, row.lang, row.unread),
      tag: row.tag,
      urgent: row.urgent,
    })
    await note(ground, posted, { device, notification })
  },
})

const digestData = z.object({ device: z.uuid() })

/** After quiet hours: one word for all that came in them, if it was not read meanwhile. */
export const digestJob = (means: InboxMeans): JobDefinition => ({
  queue: digestQueue,
  retryLimit: 5,
  retryDelaySeconds: 10,
  async run({ id, data }, ground) {
    const { device } = digestData.parse(data)
    const [row] = await ground.sql.query<Device>(
      `SELECT id AS device, endpoint, p256dh, auth, lang, ${unreadOf('d.user_id')} AS unread FROM inbox.device d WHERE id = $1`,
      [device],
    )
    if (!row || row.unread === 0) return
    const told: Told = {
      ...digestText(row.unread),
      tag: 'digest',
      kind: 'digest',
      url: '/inbox',
      urgent: false,
      actions: [],
    }
    const posted = await send(means, ground, row, {
      text: payloadOf(told, row.lang, row.unread),
      tag: `digest-${id}`,
      urgent: false,
    })
    await note(ground, posted, { device })
  },
})

interface Message {
  text: string
  tag: string
  urgent: boolean
}

async function send(means: InboxMeans, ground: JobGround, to: Device, { text, tag, urgent }: Message): Promise<Posted> {
  const key = await readServerKey(ground.sql, means.secret)
  // Who subscribed did so with a key that another secret sealed: the browser is asked anew when the app is next open.
  if (!key) return { status: 403, text: 'no key' }
  return post({
    endpoint: to.endpoint,
    mayPushHere: means.mayPushHere,
    body: encrypt(text, to),
    headers: {
      'content-encoding': 'aes128gcm',
      'content-type': 'application/octet-stream',
      ttl: String(urgent ? urgentSeconds : stalePushHours * 3600),
      urgency: urgent ? 'high' : 'normal',
      topic: pushTopicOf(tag),
      authorization: authorization(key, to.endpoint, means.contact, ground.now()),
    },
  })
}

/** @throws for what may be better later, so that the job is tried again. */
async function note(
  ground: JobGround,
  { status, text }: Posted,
  about: { device: string; notification?: string },
): Promise<void> {
  const said = `${status} ${text}`.trim().slice(0, 300)
  if (status === 429 || status >= 500) throw new Error(`the push service said ${said}`)
  const outcome = status < 300 ? 'sent' : status === 404 || status === 410 ? 'gone' : 'refused'
  const input = { ...about, outcome, ...(outcome === 'refused' ? { trouble: said } : {}) }
  // Sent again after a worker's death, it may end in another way: that is to be noted too.
  const key = `note-${about.notification ?? crypto.randomUUID()}-${about.device}-${status}`
  await ground.perform('inbox.note_push', input, key)
}
