/** The list of channels as data: what it becomes when something is said, read or made. Pure. */
import type { Channel, Level } from '../../services/discussion/model'
import type { TopicEvent } from '../../client/topic'

type Channels = readonly Channel[]

const change = (channels: Channels, id: string, next: (channel: Channel) => Channel): Channels =>
  channels.map((channel) => (channel.id === id ? next(channel) : channel))

/** An event of a channel's topic. What oneself said is not unread. */
export function withEvent(channels: Channels, id: string, event: TopicEvent, me: string): Channels {
  return change(channels, id, (channel) => {
    if (event.offset <= channel.head) return channel
    const counts = event.kind === 'posted' && event.actor !== me && event.offset > channel.read
    return { ...channel, head: event.offset, unread: channel.unread + (counts ? 1 : 0) }
  })
}

/**
 * The read cursor moved, here or on another device. How many lie behind a cursor in the middle isn't known here: the
 * count stays until the list is read anew.
 */
export function withRead(channels: Channels, id: string, read: number): Channels {
  return change(channels, id, (channel) => {
    if (read <= channel.read) return channel
    return { ...channel, read, unread: read >= channel.head ? 0 : channel.unread }
  })
}

/** What one is told of it is another; `usual` is what holds for its kind. */
export function withLevel(channels: Channels, id: string, level: Level | 'usual'): Channels {
  return change(channels, id, ({ level: _, ...rest }) => (level === 'usual' ? rest : { ...rest, level }))
}

export const levelOf = (channels: Channels, id: string): Level | 'usual' =>
  channels.find((channel) => channel.id === id)?.level ?? 'usual'

/** A list read from the server, without forgetting what the stream has told since it was asked for. */
export function withList(known: Channels, fresh: Channels): Channels {
  const before = new Map(known.map((channel) => [channel.id, channel]))
  return fresh.map((channel) => {
    const old = before.get(channel.id)
    return old && (old.head > channel.head || old.read > channel.read) ? newer(old, channel) : channel
  })
}

function newer(old: Channel, fresh: Channel): Channel {
  const head = Math.max(old.head, fresh.head)
  const read = Math.max(old.read, fresh.read)
  return { ...fresh, head, read, unread: read >= head ? 0 : old.head > fresh.head ? old.unread : fresh.unread }
}
