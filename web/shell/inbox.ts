/** What this person was told: the newest of it, live, over the connection's own topic. */
import type { Client } from '../../client/client'
import { Guesses } from '../../client/guesses'
import { Store } from '../../client/store'
import { apply, type InboxState, type Notification } from '../../services/inbox/model'
import type { EventData } from '../../protocol/event'

export interface InboxValue {
  /** Missing until it is known. */
  state?: InboxState
  /** Why it isn't. */
  error?: unknown
  /** There may be older ones than those in `state`. */
  hasOlder: boolean
}

const pageSize = 20

export class Inbox {
  readonly store = new Store<InboxValue>({ hasOlder: false })
  private readonly leave: () => void
  private readonly guesses: Guesses<InboxState>
  /** What the stream has said; the store shows it with the guesses over it. */
  private known: InboxState | undefined
  /** Up to where `state` has the stream. Missing while it is read. */
  private at: number | undefined
  private held: [event: EventData, offset: number][] = []

  constructor(
    private readonly client: Client,
    /** Told of each notification as it comes. */
    private readonly arrived: (notification: Notification) => void,
  ) {
    this.guesses = new Guesses<InboxState>(client, () => this.show())
    this.leave = client.connection.onInbox({
      event: (event, offset) => this.hear(event, offset),
      reset: () => void this.load(),
    })
    void this.load()
  }

  close(): void {
    this.leave()
  }

  async load(): Promise<void> {
    this.at = undefined
    try {
      const { notifications, unread, position } = await this.client.query('inbox.list', { limit: pageSize })
      this.store.set({ hasOlder: notifications.length === pageSize })
      this.learn({ notifications, unread })
      this.at = position.offset
      for (const [event, offset] of this.held.splice(0)) this.hear(event, offset)
    } catch (error) {
      this.store.update((value) => ({ ...value, error }))
    }
  }

  /** @throws CallError */
  async older(): Promise<void> {
    const last = this.known?.notifications.at(-1)
    if (!last) return
    const { notifications } = await this.client.query('inbox.list', { before: last.id, limit: pageSize })
    this.store.update((value) => ({ ...value, hasOlder: notifications.length === pageSize }))
    if (this.known) this.learn({ ...this.known, notifications: [...this.known.notifications, ...notifications] })
  }

  /** Read here at once, and on every device as soon as the server says so. @throws CallError */
  async read(which: { ids: string[] } | { upTo: string }): Promise<void> {
    const isMeant = ({ id }: Notification): boolean => ('ids' in which ? which.ids.includes(id) : id <= which.upTo)
    await this.guesses.make({
      ...{ lane: `read ${JSON.stringify(which)}`, name: 'inbox.read', input: which },
      change(state) {
        // Older ones that are not here are not counted away: the server knows how many are left.
        const unread = state.unread - state.notifications.filter((one) => !one.read && isMeant(one)).length
        return apply(state, { kind: 'seen', at: '', data: { ...which, unread } })
      },
      isIn: ({ notifications }) => notifications.every((one) => one.read || !isMeant(one)),
    })
  }

  private learn(state: InboxState): void {
    this.known = state
    this.guesses.saw(state)
    this.show()
  }

  private show(): void {
    const { known } = this
    if (known) this.store.update((value) => ({ ...value, state: this.guesses.over(known) }))
  }

  private hear(data: EventData, offset: number): void {
    if (this.at === undefined) {
      this.held.push([data, offset])
      return
    }
    if (offset <= this.at) return
    this.at = offset
    const before = this.known
    if (!before) return
    const state = apply(before, { kind: data.kind, at: data.at, data })
    this.learn(state)
    const [newest] = state.notifications
    if (data.kind === 'notification' && newest && newest !== before.notifications[0]) this.arrived(newest)
  }
}
