/** The last sale to bots, as it goes on: asked for once, then as the stream tells it. */
import type { Client } from '../../client/client'
import { Store } from '../../client/store'
import { watchTopic, type Sale } from '../../services/watch/model'

export class SaleWatch {
  readonly sale = new Store<Sale | undefined>(undefined)
  private readonly leave: () => void
  /** Something newer was heard than what was asked for. */
  private hasHeard = false

  constructor(private readonly client: Client) {
    this.leave = client.read(watchTopic, {
      event: ({ kind, data }) => {
        if (kind === 'sale') this.hear(data as unknown as Sale)
      },
      reset: () => void this.ask(),
    })
    void this.ask()
  }

  close(): void {
    this.leave()
  }

  /** @throws CallError when it can't begin. */
  async start(): Promise<void> {
    await this.client.command('watch.sell_to_bots', {})
  }

  private hear(sale: Sale): void {
    this.hasHeard = true
    this.sale.set(sale)
  }

  private async ask(): Promise<void> {
    this.hasHeard = false
    const { sale } = await this.client.query('watch.sale', {}).catch(() => ({ sale: undefined }))
    if (!this.hasHeard && sale) this.sale.set(sale)
  }
}
