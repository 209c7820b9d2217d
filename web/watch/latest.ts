/** What goes on at most once at a time in the cluster, as it goes on: asked for once, then as the stream tells it. */
import type { Client } from '../../client/client'
import { Store } from '../../client/store'
import { watchTopic } from '../../services/watch/model'

export class Latest<T> {
  readonly store = new Store<T | undefined>(undefined)
  private readonly leave: () => void
  /** Something newer was heard than what was asked for. */
  private hasHeard = false

  /** @param kind of the events that carry the whole of it. */
  constructor(
    client: Client,
    kind: string,
    private readonly query: () => Promise<T | undefined>,
  ) {
    this.leave = client.read(watchTopic, {
      event: (event) => {
        if (event.kind === kind) this.hear(event.data as T)
      },
      reset: () => void this.ask(),
    })
    void this.ask()
  }

  close(): void {
    this.leave()
  }

  private hear(told: T): void {
    this.hasHeard = true
    this.store.set(told)
  }

  private async ask(): Promise<void> {
    this.hasHeard = false
    const told = await this.query().catch(() => undefined)
    if (!this.hasHeard && told) this.store.set(told)
  }
}
