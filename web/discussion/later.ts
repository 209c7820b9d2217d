/** What opens over a conversation. It is not loaded with it, only soon after: a phone reads first. */
import { late } from '../ui/late'

export const channelSheet = late(async () => (await import('./sheet')).ChannelSheet)
export const messageActions = late(async () => (await import('./actions')).MessageActions)
export const createChannel = late(async () => (await import('./create-channel')).CreateChannel)
export const direct = late(async () => (await import('./direct')).Direct)

export function bringAll(): void {
  for (const part of [messageActions, channelSheet, direct, createChannel]) part.bring()
}
