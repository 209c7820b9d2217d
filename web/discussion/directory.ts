/**
 * The channels this person can see, with what is unread in each, kept true: by the events of the channels themselves, by
 * the person's own inbox (read elsewhere, invited, removed), and by reading the list anew whenever something may have
 * been missed.
 */
import type { Client } from '../../client/client'
import { CallError } from '../../client/errors'
import { Guesses } from '../../client/guesses'
import { Store } from '../../client/store'
import { channelsTopic, topicOf, type Channel, type Level } from '../../services/discussion/model'
import { levelOf, withEvent, withLevel, withList, withRead } from './channels'

export interface DirectoryValue {
  /** Missing until the first answer. */
  channels?: readonly Channel[]
  error?: CallError
  /** One shows nobody what one has read. */
  discreet?: boolean
}

/** Channels beyond this many are only counted when the list is read anew. */
const followed = 100
/** How often the others are told what reached this device. */
const deliveredEveryMs = 1000
const refreshEveryMs = 30_000
const gatherMs = 200
/** Kinds of the person's own events after which the list may read otherwise. */
const listKinds = new Set(['invited', 'removed', 'preferred', 'sanctioned', 'class'])
/** What one writes here comes back as an event of one's own. */
const isWriting = (): boolean => document.activeElement instanceof HTMLTextAreaElement && document.hasFocus()

export class Directory {
  readonly store = new Store<DirectoryValue>({})
  /** What the server and the streams said; guesses lie over it. */
  private known: readonly Channel[] | undefined
  private readonly guesses: Guesses<readonly Channel[]>
  private readonly closing: (() => void)[] = []
  private readonly following = new Map<string, () => void>()
  private readonly reading = new Map<string, AbortController>()
  private readonly reached = new Map<string, number>()
  private reaching: ReturnType<typeof setTimeout> | undefined
  private asking: Promise<void> | undefined
  private gathering: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly client: Client) {
    this.guesses = new Guesses(client, () => this.show())
    const again = (): void => this.refreshSoon()
    this.closing.push(
      client.read(channelsTopic, { reset: again, event: again, ended: again }),
      client.connection.onInbox({ event: (event) => this.hear(event), reset: again }),
    )
    const timer = setInterval(again, refreshEveryMs)
    this.closing.push(() => clearInterval(timer))
    void this.refresh()
  }

  close(): void {
    clearTimeout(this.gathering)
    clearTimeout(this.reaching)
    for (const close of this.closing) close()
    for (const close of this.following.values()) close()
    for (const reading of this.reading.values()) reading.abort()
  }

  find(id: string): Channel | undefined {
    return this.store.get().channels?.find((channel) => channel.id === id)
  }

  /** Reads the list from the server; one question at a time. */
  refresh(): Promise<void> {
    this.asking ??= this.ask().finally(() => (this.asking = undefined))
    return this.asking
  }

  /** The person has seen a channel up to `offset`. Told to the server, and thereby to their other devices. */
  read(id: string, offset: number): void {
    const channel = this.find(id)
    if (!channel || channel.read >= offset) return
    this.change((channels) => withRead(channels, id, offset))
    // The newest word replaces one that is still on its way.
    this.reading.get(id)?.abort()
    const stop = new AbortController()
    this.reading.set(id, stop)
    this.client
      .command('discussion.read', { channel: id, offset }, { signal: stop.signal })
      .catch(() => undefined)
      .finally(() => this.reading.get(id) === stop && this.reading.delete(id))
  }

  /** What one is told of a channel: seen at once, and gone again if it is refused. */
  async prefer(id: string, level: Level | 'usual'): Promise<void> {
    await this.guesses.make({
      ...{ lane: `level ${id}`, name: 'discussion.prefer', input: { channel: id, level } },
      change: (channels) => withLevel(channels, id, level),
      isIn: (channels) => levelOf(channels, id) === level,
    })
    await this.refresh()
  }

  private async ask(): Promise<void> {
    try {
      const { channels, discreet = false } = await this.client.query('discussion.channels', {})
      this.store.update(({ channels: shown }) => ({ ...(shown && { channels: shown }), discreet }))
      this.know(withList(this.known ?? [], channels))
      this.follow(channels)
      for (const { id, unread, head } of channels) if (unread > 0) this.arrived(id, head)
    } catch (error) {
      if (error instanceof CallError && error.code !== 'ended') this.store.update((value) => ({ ...value, error }))
    }
  }

  private refreshSoon(): void {
    clearTimeout(this.gathering)
    this.gathering = setTimeout(() => void this.refresh(), gatherMs * (1 + Math.random()))
  }

  private hear(event: { kind: string } & Record<string, unknown>): void {
    const { kind, channel, read } = event
    if (kind === 'read' && typeof channel === 'string' && typeof read === 'number') {
      this.change((channels) => withRead(channels, channel, read))
      if ((this.find(channel)?.head ?? 0) > read) this.refreshSoon()
    } else if (kind === 'drafted' ? !isWriting() : listKinds.has(kind)) this.refreshSoon()
  }

  private follow(channels: readonly Channel[]): void {
    const wanted = new Set(channels.slice(0, followed).map(({ id }) => id))
    for (const [id, close] of this.following) {
      if (wanted.has(id)) continue
      close()
      this.following.delete(id)
    }
    for (const id of wanted) if (!this.following.has(id)) this.following.set(id, this.followOne(id))
  }

  private followOne(id: string): () => void {
    let first = true
    return this.client.read(topicOf(id), {
      load: async () => {
        // The list says where it stands. Asked again, that place is lost: the list is read anew.
        if (!first) await this.refresh()
        first = false
        return { offset: this.find(id)?.head ?? 0, epoch: '' }
      },
      event: (event) => {
        this.change((known) => withEvent(known, id, event, this.me))
        if (event.kind === 'posted' && event.actor !== this.me) this.arrived(id, event.offset)
        if (event.kind === 'changed') this.refreshSoon()
      },
      ended: () => {
        this.following.delete(id)
        this.refreshSoon()
      },
    })
  }

  /** In direct messages those who wrote see that it reached a device. One word for many messages. */
  private arrived(id: string, offset: number): void {
    if (this.find(id)?.kind !== 'direct') return
    this.reached.set(id, Math.max(this.reached.get(id) ?? 0, offset))
    this.reaching ??= setTimeout(() => {
      this.reaching = undefined
      for (const [channel, upto] of this.reached) {
        this.client.command('discussion.delivered', { channel, offset: upto }).catch(() => undefined)
      }
      this.reached.clear()
    }, deliveredEveryMs)
  }

  private get me(): string {
    return this.client.connection.status.get().server?.user.id ?? ''
  }

  private change(next: (channels: readonly Channel[]) => readonly Channel[]): void {
    if (this.known) this.know(next(this.known))
  }

  private know(channels: readonly Channel[]): void {
    this.known = channels
    this.guesses.saw(channels)
    this.show()
  }

  private show(): void {
    const { known } = this
    if (known) this.store.update((value) => ({ ...value, channels: this.guesses.over(known) }))
  }
}
