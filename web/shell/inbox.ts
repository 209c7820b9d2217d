/** What this person was told: the newest of it, live, over the connection's own topic. */
import type { Client } from '../../client/client'
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
  /** Up to where `state` has the stream. Missing while it is read. */
  private at: number | undefined
  private held: [event: EventData, offset: number][] = []

  constructor(
    private readonly client: Client,
    /** Told of each notification as it comes. */
    private readonly arrived: (notification: Notification) => void,
  ) {
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
      this.store.set({ state: { notifications, unread }, hasOlder: notifications.length === pageSize })
      this.at = position.offset
      for (const [event, offset] of this.held.splice(0)) this.hear(event, offset)
    } catch (error) {
      this.store.update((value) => ({ ...value, error }))
    }
  }

  /** @throws CallError */
  async older(): Promise<void> {
    const last = this.store.get().state?.notifications.at(-1)
    if (!last) return
    const { notifications } = await this.client.query('inbox.list', { before: last.id, limit: pageSize })
    this.store.update(({ state, ...value }) => ({
      ...value,
      ...(state ? { state: { ...state, notifications: [...state.notifications, ...notifications] } } : {}),
      hasOlder: notifications.length === pageSize,
    }))
  }

  /** Read on every device, as soon as the server says so. @throws CallError */
  async read(which: { ids: string[] } | { upTo: string }): Promise<void> {
    await this.client.command('inbox.read', which)
  }

  private hear(data: EventData, offset: number): void {
    if (this.at === undefined) {
      this.held.push([data, offset])
      return
    }
    if (offset <= this.at) return
    this.at = offset
    const before = this.store.get().state
    if (!before) return
    const state = apply(before, { kind: data.kind, at: data.at, data })
    this.store.update((value) => ({ ...value, state }))
    const [newest] = state.notifications
    if (data.kind === 'notification' && newest && newest !== before.notifications[0]) this.arrived(newest)
  }
}
