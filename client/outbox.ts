/**
 * What was said and is not answered yet: kept on the device, sent in the order in which it was said, once. It survives
 * a reload; the key makes a second sending of the same item harmless, also from two tabs that share the store.
 *
 *   waiting ──▶ sending ──▶ sent ──seen in the stream──▶ (gone)
 *                 └──▶ refused ──retry──▶ waiting
 *                         └──discard──▶ (gone)
 *
 * Items of one lane wait for each other; a refused one doesn't stop those behind it.
 */
import type { Caller } from './call'
import { CallError } from './errors'
import { newKey } from './key'
import type { CommandName, InputOf, OutputOf } from './methods'
import { Store } from './store'

export interface OutboxItem<N extends CommandName = CommandName> {
  key: string
  /** Who said it. Another person on the same device doesn't send it. */
  user: string
  /** Items of one lane keep their order (a channel's messages). */
  lane: string
  name: N
  input: InputOf<N>
  /** When it was said, by the device's clock. */
  atMs: number
  /** In the order in which it was said. */
  place: number
  state: 'waiting' | 'sending' | 'sent' | 'refused'
  refusal?: { code: string; sentence?: string }
  /** Once sent: what the server said. */
  answer?: OutputOf<N>
}

/** Where items outlive the page. An item that can't be stored is sent all the same. */
export interface OutboxStorage {
  load(user: string): Promise<OutboxItem[]>
  put(item: OutboxItem): Promise<void>
  remove(key: string): Promise<void>
}

export interface OutboxOptions {
  caller: Pick<Caller, 'command'>
  storage: OutboxStorage
  user: string
  nowMs?: () => number
}

export class Outbox {
  readonly items = new Store<readonly OutboxItem[]>([])
  private readonly busy = new Set<string>()
  private readonly stopped = new AbortController()
  private lastPlace = 0

  constructor(private readonly options: OutboxOptions) {}

  /** Takes up what an earlier page left. */
  async start(): Promise<void> {
    const left = await this.options.storage.load(this.options.user).catch(() => [])
    const known = new Set(this.items.get().map(({ key }) => key))
    const earlier = left
      .filter(({ key }) => !known.has(key))
      .map((item): OutboxItem => (item.state === 'sending' ? { ...item, state: 'waiting' } : item))
      .sort((one, other) => one.place - other.place)
    this.items.update((items) => [...earlier, ...items])
    for (const lane of new Set(earlier.map(({ lane }) => lane))) void this.pump(lane)
  }

  /** Ends sending on this page. What is not answered stays stored. */
  stop(): void {
    this.stopped.abort(new CallError('ended'))
  }

  /** @returns the key by which the stream will show that it is there. */
  add<N extends CommandName>(lane: string, name: N, input: InputOf<N>): string {
    const atMs = this.options.nowMs?.() ?? Date.now()
    this.lastPlace = Math.max(atMs * 1000, this.lastPlace + 1)
    const item: OutboxItem = {
      key: newKey(atMs),
      user: this.options.user,
      lane,
      name,
      input,
      atMs,
      place: this.lastPlace,
      state: 'waiting',
    }
    this.items.update((items) => [...items, item])
    void this.store(item)
    void this.pump(lane)
    return item.key
  }

  /** Sends a refused item again, under its key, behind what waits. */
  retry(key: string): void {
    const item = this.find(key)
    if (item?.state !== 'refused') return
    const { refusal: _, ...rest } = item
    this.change({ ...rest, state: 'waiting' })
    void this.pump(item.lane)
  }

  /** Forgets items: refused ones that nobody wants any more, and sent ones that the stream has shown. */
  forget(keys: readonly string[]): void {
    const gone = new Set(keys)
    if (!this.items.get().some(({ key }) => gone.has(key))) return
    this.items.update((items) => items.filter(({ key }) => !gone.has(key)))
    for (const key of gone) void this.options.storage.remove(key).catch(() => undefined)
  }

  private async pump(lane: string): Promise<void> {
    if (this.busy.has(lane)) return
    this.busy.add(lane)
    try {
      for (let item = this.next(lane); item && !this.stopped.signal.aborted; item = this.next(lane))
        await this.send(item)
    } finally {
      this.busy.delete(lane)
    }
  }

  private async send(item: OutboxItem): Promise<void> {
    this.change({ ...item, state: 'sending' })
    try {
      const { signal } = this.stopped
      const answer = await this.options.caller.command(item.name, item.input, { key: item.key, signal, patient: true })
      // Committed: the stored copy has done its duty. The item stays on the screen until the stream shows it.
      this.change({ ...item, state: 'sent', answer })
      await this.options.storage.remove(item.key).catch(() => undefined)
    } catch (error) {
      if (!(error instanceof CallError) || error.code === 'ended') {
        this.change({ ...item, state: 'waiting' })
        this.stop()
        return
      }
      const { code, sentence } = error
      const refused: OutboxItem = { ...item, state: 'refused', refusal: { code, ...(sentence ? { sentence } : {}) } }
      this.change(refused)
      void this.store(refused)
    }
  }

  private next(lane: string): OutboxItem | undefined {
    return this.items.get().find((item) => item.lane === lane && item.state === 'waiting')
  }

  private find(key: string): OutboxItem | undefined {
    return this.items.get().find((item) => item.key === key)
  }

  private change(next: OutboxItem): void {
    this.items.update((items) => items.map((item) => (item.key === next.key ? next : item)))
  }

  private async store(item: OutboxItem): Promise<void> {
    await this.options.storage.put(item).catch(() => undefined)
  }
}
