/** Which devices are told, decided in the transaction that tells: one job for each. */
import type { Tx } from '../../../kernel/batch'

export const pushQueue = 'inbox-push'
export const digestQueue = 'inbox-digest'

export interface PushJob {
  notification: string
  device: string
}

export interface ToPush {
  notification: string
  user: string
  urgent: boolean
}

export async function pushTo(tx: Tx, list: readonly ToPush[]): Promise<void> {
  if (list.length === 0) return
  const devices = await tx.query<{ id: string; user_id: string }>(
    'SELECT id, user_id FROM inbox.device WHERE user_id = ANY ($1::text[])',
    [[...new Set(list.map(({ user }) => user))]],
  )
  const ofUser = Map.groupBy(devices, ({ user_id }) => user_id)
  for (const { notification, user, urgent } of list) {
    for (const { id: device } of ofUser.get(user) ?? []) {
      const data: PushJob = { notification, device }
      // One job a device: a phone that is gone must not hold up the tablet that is there.
      tx.enqueue({ queue: pushQueue, data, priority: urgent ? 10 : 0, singletonKey: `${notification}-${device}` })
    }
  }
}
