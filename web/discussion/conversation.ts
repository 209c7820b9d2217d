/**
 * One open channel: its messages live, what is on its way, who is here and who is writing. Of a long channel it holds a
 * stretch: the newest, or one around a message that was asked for; it grows at either end and lets go at the other.
 */
import type { Live } from '../../client/live'
import type { OutboxItem } from '../../client/outbox'
import type { Roster } from '../../client/presence'
import { Store } from '../../client/store'
import { apply, heard, topicOf, type ChannelState, type Message, type Receipt } from '../../services/discussion/model'
import type { SignedIn } from '../shell/session'
import { FileLinks } from './file-links'
import { appended, mostHeld, prepended, trimmed } from './stretch'
import { tellEveryMs, Typing } from './typing'

const pageSize = 50

export type EdgeState = 'more' | 'loading' | 'none' | 'failed'
export interface Edges {
  older: EdgeState
  newer: EdgeState
  error?: unknown
}

export type PendingPost = OutboxItem<'discussion.post'>

/** What is on its way to a channel. */
export function postsIn(items: readonly OutboxItem[], channel: string): PendingPost[] {
  const lane = topicOf(channel)
  return items.filter((item): item is PendingPost => item.lane === lane && item.name === 'discussion.post')
}

/** What the next words are about. */
export interface Composing {
  replyTo?: Message
  editing?: Message
}

export class Conversation {
  readonly live: Live<ChannelState>
  readonly roster: Roster
  readonly typing = new Typing()
  readonly edges = new Store<Edges>({ older: 'more', newer: 'none' })
  /** Messages that others answer, wherever they are. */
  readonly related = new Store<ReadonlyMap<string, Message>>(new Map())
  /** How far others are, where they tell. */
  readonly receipts = new Store<ReadonlyMap<string, Receipt>>(new Map())
  readonly composing = new Store<Composing>({})
  /** A message to bring into sight. */
  readonly target = new Store<{ offset: number } | undefined>(undefined)
  readonly files: FileLinks
  private toldAtMs = -Infinity
  /** Where the reader came close to last. */
  private near: 'older' | 'newer' = 'newer'

  constructor(
    readonly channel: string,
    readonly signedIn: SignedIn,
  ) {
    const { client } = signedIn
    this.files = new FileLinks(client)
    this.live = client.live<ChannelState>({
      topic: topicOf(channel),
      query: () => this.newest(),
      apply,
      onEvent: (event) => {
        if (event.kind === 'file') this.files.refresh()
        if (event.kind !== 'posted') return
        this.typing.stopped(event.actor)
        this.settle([event.data as { key?: unknown }], event.offset)
      },
      onWhisper: (data) => this.hear(data),
    })
    this.roster = client.roster(topicOf(channel))
  }

  close(): void {
    this.live.close()
    this.roster.close()
    this.typing.close()
    this.files.close()
  }

  get me(): string {
    return this.signedIn.client.connection.status.get().server?.user.id ?? ''
  }

  post(text: string, more: { files?: string[]; mentions?: string[] } = {}): void {
    this.toldAtMs = -Infinity
    const { replyTo } = this.composing.get()
    this.composing.set({})
    const input = { channel: this.channel, text, ...(replyTo ? { replyTo: replyTo.id } : {}), ...more }
    this.signedIn.outbox.add(topicOf(this.channel), 'discussion.post', input)
  }

  /** @throws CallError */
  react({ id, offset, emoji, on }: { id: string; offset: number; emoji: string; on: boolean }): Promise<void> {
    const { user } = this.signedIn.client.connection.status.get().server!
    const topic = topicOf(this.channel)
    const reacted = { topic, offset, kind: 'reacted', at: '', data: { message: offset, user, emoji, on } }
    return this.live.guess({
      ...{ lane: `react ${id} ${emoji}`, name: 'discussion.react', input: { message: id, emoji, on } },
      change: (state) => apply(state, reacted),
      isIn: ({ messages }) => {
        const reactions = messages.find((one) => one.offset === offset)?.reactions ?? []
        const mine = reactions.find((one) => one.emoji === emoji)?.people.some((one) => one.id === user.id) ?? false
        return mine === on
      },
    })
  }

  /** Tells the others that one is writing, not more often than they forget it. */
  write(): void {
    const now = performance.now()
    if (now - this.toldAtMs < tellEveryMs || !this.signedIn.client.connection.isConnected) return
    this.toldAtMs = now
    this.signedIn.client.whisper('discussion.typing', { channel: this.channel })
  }

  loadOlder(): Promise<void> {
    return this.load('older', async () => {
      const oldest = this.messages[0]
      if (!oldest) return 'none'
      const { messages } = await this.read({ before: oldest.offset })
      this.live.amend((state) => prepended(state, messages))
      this.letGo('newest')
      return messages.length < pageSize ? 'none' : 'more'
    })
  }

  /** Does nothing where the newest is here. */
  loadNewer(): Promise<void> {
    return this.load('newer', async () => {
      const newest = this.messages.at(-1)
      if (!newest || !this.isPartial) return 'none'
      const { messages, position } = await this.read({ after: newest.offset })
      // What came since may belong between: only a page that is as new as the stream meets it.
      const isEnd = messages.length < pageSize && position.offset >= this.live.store.get().offset
      this.live.amend((state) => appended(state, messages, isEnd))
      this.letGo('oldest')
      return isEnd ? 'none' : 'more'
    })
  }

  /** Brings a message into sight, wherever it is. */
  async show(offset: number): Promise<void> {
    if (!this.messages.some((message) => message.offset === offset)) {
      const { messages } = await this.read({ around: offset })
      this.live.amend((state) => ({ ...state, messages, partial: true }))
      this.edges.set({ older: 'more', newer: 'more' })
    }
    this.target.set({ offset })
  }

  /** To the newest, which may have to be read anew. */
  async toEnd(): Promise<void> {
    while (this.isPartial) {
      const { messages, position } = await this.read({})
      if (position.offset < this.live.store.get().offset) continue
      this.live.amend(() => ({ messages, partial: false }))
      this.edges.set({ older: messages.length < pageSize ? 'none' : 'more', newer: 'none' })
    }
  }

  /** A message that another one answers. */
  async find(id: string): Promise<void> {
    if (this.related.get().has(id)) return
    const { message } = await this.signedIn.client.query('discussion.message', { message: id })
    this.know([message])
  }

  private get messages(): readonly Message[] {
    return this.live.store.get().state?.messages ?? []
  }

  get isPartial(): boolean {
    return this.live.store.get().state?.partial === true
  }

  private async load(edge: 'older' | 'newer', work: () => Promise<EdgeState>): Promise<void> {
    this.near = edge
    const { [edge]: state } = this.edges.get()
    if (state === 'loading' || state === 'none') return
    const become = (next: EdgeState, error?: unknown): void =>
      this.edges.update((edges) => ({ ...edges, [edge]: next, error }))
    become('loading')
    try {
      become(await work())
    } catch (error) {
      become('failed', error)
    }
  }

  /** In a moment of its own: the list keeps its place when only one end of it changes. Not where the reader went since. */
  private letGo(end: 'oldest' | 'newest'): void {
    setTimeout(() => {
      if (this.messages.length <= mostHeld || this.near === (end === 'oldest' ? 'older' : 'newer')) return
      this.live.amend((state) => trimmed(state, end))
      this.edges.update((edges) => ({ ...edges, [end === 'oldest' ? 'older' : 'newer']: 'more' }))
    }, 100)
  }

  private async read(where: { before?: number; after?: number; around?: number }) {
    const page = { channel: this.channel, limit: pageSize, ...where }
    const answer = await this.signedIn.client.query('discussion.history', page)
    this.know(answer.related ?? [])
    return answer
  }

  private async newest() {
    const { messages, position, receipts = [] } = await this.read({})
    this.edges.set({ older: messages.length < pageSize ? 'none' : 'more', newer: 'none' })
    this.receipts.set(new Map(receipts.map((receipt) => [receipt.user, receipt])))
    this.settle(messages, position.offset)
    return { state: { messages }, position }
  }

  private know(messages: readonly Message[]): void {
    if (messages.length === 0) return
    this.related.update((known) => new Map([...known, ...messages.map((message) => [message.id, message] as const)]))
  }

  private hear(data: unknown): void {
    const words = heard(data)
    if (words?.kind === 'typing' && words.user.id !== this.me) this.typing.heard(words.user)
    if (words?.kind !== 'receipt' || words.user === this.me) return
    this.receipts.update((known) => {
      const before = known.get(words.user)
      const { user } = words
      const read = Math.max(before?.read ?? 0, words.read)
      return new Map(known).set(user, {
        user,
        read,
        delivered: Math.max(before?.delivered ?? 0, words.delivered, read),
      })
    })
  }

  /** What the stream has shown, or has gone past, is not pending any more. */
  private settle(seen: readonly { key?: unknown }[], offset: number): void {
    const { outbox } = this.signedIn
    const past = postsIn(outbox.items.get(), this.channel).filter(({ answer }) => answer && answer.offset <= offset)
    outbox.forget([...seen, ...past].flatMap(({ key }) => (typeof key === 'string' ? [key] : [])))
  }
}
