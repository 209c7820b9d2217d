/** One open channel: its messages live, older pages on demand, what is on its way, who is here and who is writing. */
import type { Live } from '../../client/live'
import type { OutboxItem } from '../../client/outbox'
import type { Roster } from '../../client/presence'
import { Store } from '../../client/store'
import { apply, heard, topicOf, type ChannelState, type Message } from '../../services/discussion/model'
import type { SignedIn } from '../shell/session'
import { tellEveryMs, Typing } from './typing'

const pageSize = 50

export interface OlderValue {
  state: 'more' | 'loading' | 'none' | 'failed'
  error?: unknown
}

export type PendingPost = OutboxItem<'discussion.post'>

/** What is on its way to a channel. */
export function postsIn(items: readonly OutboxItem[], channel: string): PendingPost[] {
  const lane = topicOf(channel)
  return items.filter((item): item is PendingPost => item.lane === lane && item.name === 'discussion.post')
}

export class Conversation {
  readonly live: Live<ChannelState>
  readonly roster: Roster
  readonly typing = new Typing()
  readonly older = new Store<OlderValue>({ state: 'more' })
  private toldAtMs = -Infinity

  constructor(
    readonly channel: string,
    private readonly signedIn: SignedIn,
  ) {
    const { client } = signedIn
    this.live = client.live<ChannelState>({
      topic: topicOf(channel),
      query: () => this.newest(),
      apply,
      onEvent: (event) => {
        if (event.kind !== 'posted') return
        this.typing.stopped(event.actor)
        this.settle([event.data as { key?: unknown }], event.offset)
      },
      onWhisper: (data) => {
        const words = heard(data)
        if (words?.kind === 'typing' && words.user.id !== this.me) this.typing.heard(words.user)
      },
    })
    this.roster = client.roster(topicOf(channel))
  }

  close(): void {
    this.live.close()
    this.roster.close()
    this.typing.close()
  }

  get me(): string {
    return this.signedIn.client.connection.status.get().server?.user.id ?? ''
  }

  post(text: string): void {
    this.toldAtMs = -Infinity
    this.signedIn.outbox.add(topicOf(this.channel), 'discussion.post', { channel: this.channel, text })
  }

  /** Tells the others that one is writing, not more often than they forget it. */
  write(): void {
    const now = performance.now()
    if (now - this.toldAtMs < tellEveryMs || !this.signedIn.client.connection.isConnected) return
    this.toldAtMs = now
    this.signedIn.client.whisper('discussion.typing', { channel: this.channel })
  }

  /** The page before the oldest message that is here. */
  async loadOlder(): Promise<void> {
    const oldest = this.live.store.get().state?.messages[0]
    const { state } = this.older.get()
    if (!oldest || state === 'loading' || state === 'none') return
    this.older.set({ state: 'loading' })
    try {
      const { channel } = this
      const page = { channel, before: oldest.offset, limit: pageSize }
      const { messages } = await this.signedIn.client.query('discussion.history', page)
      this.live.amend((known) => prepend(known, messages))
      this.older.set({ state: messages.length < pageSize ? 'none' : 'more' })
    } catch (error) {
      this.older.set({ state: 'failed', error })
    }
  }

  private async newest() {
    const page = { channel: this.channel, limit: pageSize }
    const { messages, position } = await this.signedIn.client.query('discussion.history', page)
    this.older.set({ state: messages.length < pageSize ? 'none' : 'more' })
    this.settle(messages, position.offset)
    return { state: { messages }, position }
  }

  /** What the stream has shown, or has gone past, is not pending any more. */
  private settle(seen: readonly { key?: unknown }[], offset: number): void {
    const { outbox } = this.signedIn
    const past = postsIn(outbox.items.get(), this.channel).filter(({ answer }) => answer && answer.offset <= offset)
    outbox.forget([...seen, ...past].flatMap(({ key }) => (typeof key === 'string' ? [key] : [])))
  }
}

/** A page that overlaps what is here (asked for twice, or loaded anew meanwhile) adds only what is missing. */
function prepend(state: ChannelState, page: readonly Message[]): ChannelState {
  const first = state.messages[0]?.offset ?? Infinity
  return { ...state, messages: [...page.filter(({ offset }) => offset < first), ...state.messages] }
}
