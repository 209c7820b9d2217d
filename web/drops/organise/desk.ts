/** One drop as its organiser sees it: the drop live, and how claims are answered, read every two seconds while shown. */
import type { Client } from '../../../client/client'
import type { Live } from '../../../client/live'
import { Store } from '../../../client/store'
import { apply, topicOf, type DropState, type Tallies } from '../../../services/drops/model'

const readEveryMs = 2000

export class Desk {
  readonly live: Live<DropState>
  readonly tallies = new Store<Tallies | undefined>(undefined)
  private readonly stopped = new AbortController()
  private reading = false

  constructor(
    readonly client: Client,
    readonly id: string,
  ) {
    this.live = client.live<DropState>({
      topic: topicOf(id),
      query: async () => {
        const { drop, position } = await client.query('drops.get', { drop: id })
        return { state: { drop }, position }
      },
      apply,
    })
    const timer = setInterval(() => void this.read(), readEveryMs)
    this.stopped.signal.addEventListener('abort', () => clearInterval(timer))
    void this.read()
  }

  close(): void {
    this.stopped.abort()
    this.live.close()
  }

  private async read(): Promise<void> {
    if (this.reading || document.visibilityState === 'hidden') return
    this.reading = true
    try {
      this.tallies.set(await this.client.query('drops.tallies', { drop: this.id }, { signal: this.stopped.signal }))
    } catch {
      // Read again in a moment; the drop itself tells of trouble.
    } finally {
      this.reading = false
    }
  }
}
