/** What one reader of one topic lived through, in the order in which it did. */
import type { History, Joined, Left, Seen } from '../history'

export type Moment = Joined | Left | Seen

export interface Reading {
  client: string
  topic: string
  moments: Moment[]
}

export function readings(history: History): Reading[] {
  const moments = history.records.filter(
    (record): record is Moment => record.type === 'joined' || record.type === 'left' || record.type === 'seen',
  )
  return [...Map.groupBy(moments, ({ client, topic }) => `${client} ${topic}`).values()].map((own) => ({
    ...{ client: own[0]!.client, topic: own[0]!.topic },
    moments: own,
  }))
}
