/** What a channel is called. Direct messages are called by who is in them. Pure. */
import type { Channel } from '../../services/discussion/model'

export const nameOf = ({ name, people }: Pick<Channel, 'name' | 'people'>): string =>
  people ? people.map((one) => one.name).join(', ') || name : name

export interface Section {
  /** A category's own name, or what kind of section it is. */
  title: { category: string } | 'channels' | 'directs' | 'threads' | 'hidden'
  channels: Channel[]
}

/** Channels by category, then direct messages by what was last said, then threads, then what was put away. */
export function sectionsOf(channels: readonly Channel[]): Section[] {
  const isAside = ({ hidden, archived }: Channel): boolean => hidden === true || archived === true
  const shown = channels.filter((channel) => !isAside(channel))
  const directs = shown.filter(({ kind }) => kind === 'direct').toSorted((a, b) => newestFirst(a, b))
  const threads = shown.filter(({ thread }) => thread).toReversed()
  const rest = shown.filter(({ kind, thread }) => kind !== 'direct' && !thread)
  const plain = rest.filter(({ category }) => !category)
  const categories = [...new Set(rest.flatMap(({ category }) => category ?? []))].toSorted((a, b) => a.localeCompare(b))
  const aside = channels.filter((channel) => isAside(channel) && channel.kind !== 'direct')
  const sections: Section[] = [
    { title: 'channels', channels: plain },
    ...categories.map((category): Section => ({
      title: { category },
      channels: rest.filter((channel) => channel.category === category),
    })),
    { title: 'directs', channels: directs },
    { title: 'threads', channels: threads },
    { title: 'hidden', channels: aside },
  ]
  return sections.filter((section) => section.channels.length > 0)
}

const newestFirst = (a: Channel, b: Channel): number => (b.lastAt ?? '').localeCompare(a.lastAt ?? '')
