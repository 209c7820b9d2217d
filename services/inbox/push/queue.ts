/** Which devices are told, decided in the transaction that tells: one job for each. Who has none may be mailed. */
import type { Tx } from '../../../kernel/batch'

export const pushQueue = 'inbox-push'
export const digestQueue = 'inbox-digest'
export const mailQueue = 'inbox-mail'

/** Who has the app open reads it there in this time. */
const mailAfterSeconds = 120

export interface PushJob {
  notification: string
  device: string
}

export interface ToPush {
  notification: string
  user: string
  urgent: boolean
  mail: boolean
}

export async function pushTo(tx: Tx, list: readonly ToPush[]): Promise<void> {
  if (list.length === 0) return
  const devices = await tx.query<{ id: string; user_id: string }>(
    'SELECT id, user_id FROM inbox.device WHERE user_id = ANY ($1::text[])',
    [[...new Set(list.map(({ user }) => user))]],
  )
  const ofUser = Map.groupBy(devices, ({ user_id }) => user_id)
  for (const { notification, user, urgent, mail } of list) {
    const own = ofUser.get(user) ?? []
    if (mail && own.length === 0) {
      const data = { notification }
      tx.enqueue({ queue: mailQueue, data, startAfterSeconds: mailAfterSeconds, singletonKey: notification })
    }
    for (const { id: device } of own) {
      const data: PushJob = { notification, device }
      // One job a device: a phone that is gone must not hold up the tablet that is there.
      tx.enqueue({ queue: pushQueue, data, priority: urgent ? 10 : 0, singletonKey: `${notification}-${device}` })
    }
  }
}
