/** Marks through the cluster, ten a second, each under a key of its own; and what the stream brings back of them. */
import type { Client } from '../../client/client'
import { newKey } from '../../client/key'
import { Store } from '../../client/store'
import type { EventData } from '../../protocol/event'
import { acknowledged, noTally, seen, sent, watchTopic, type Broken, type Tally } from '../../services/watch/model'

const everyMs = 100
const shownBreakages = 8

export interface Happened extends Broken {
  at: string
  offset: number
}

export class Probe {
  readonly tally = new Store<Tally>(noTally)
  readonly isSending = new Store(false)
  readonly broken = new Store<readonly Happened[]>([])
  private readonly own = new Set<string>()
  private readonly leave: () => void
  private timer: ReturnType<typeof setInterval> | undefined

  constructor(private readonly client: Client) {
    this.leave = client.read(watchTopic, { event: ({ kind, at, offset, data }) => this.hear(kind, at, offset, data) })
  }

  close(): void {
    this.stop()
    this.leave()
  }

  start(): void {
    if (this.timer) return
    this.tally.set(noTally)
    this.isSending.set(true)
    this.timer = setInterval(() => void this.send(), everyMs)
  }

  stop(): void {
    clearInterval(this.timer)
    this.timer = undefined
    this.isSending.set(false)
  }

  private async send(): Promise<void> {
    const key = newKey()
    const begun = performance.now()
    this.own.add(key)
    this.tally.update(sent)
    try {
      await this.client.command('watch.probe', { n: this.tally.get().sent }, { key })
      const now = performance.now()
      this.tally.update((tally) => acknowledged(tally, key, now, Math.round(now - begun)))
    } catch {
      // Refused, or the page is closed: then nothing is awaited.
    }
  }

  private hear(kind: string, at: string, offset: number, data: EventData): void {
    const { key, what, target } = data as EventData & { key?: string } & Partial<Broken>
    if (kind === 'probed' && key !== undefined && this.own.has(key)) this.tally.update((tally) => seen(tally, key))
    if (kind !== 'broken' || !what) return
    const happened = { what, at, offset, ...(target ? { target } : {}) }
    this.broken.update((known) => [happened, ...known].slice(0, shownBreakages))
  }
}
