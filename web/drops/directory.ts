/** The list of drops, kept true: new ones by their topic, those that are open or about to be by reading them again. */
import type { Client } from '../../client/client'
import { CallError } from '../../client/errors'
import { Store } from '../../client/store'
import { directoryTopic, type Drop } from '../../services/drops/model'

export interface DirectoryValue {
  drops?: readonly Drop[]
  error?: CallError
}

const refreshEveryMs = 10_000

export class Directory {
  readonly store = new Store<DirectoryValue>({})
  private readonly stopped = new AbortController()
  private asking: Promise<void> | undefined

  constructor(private readonly client: Client) {
    const again = (): void => void this.refresh()
    const leave = client.read(directoryTopic, { reset: again, event: again, ended: again })
    const timer = setInterval(again, refreshEveryMs)
    this.stopped.signal.addEventListener('abort', () => {
      leave()
      clearInterval(timer)
    })
    again()
  }

  close(): void {
    this.stopped.abort()
  }

  private refresh(): Promise<void> {
    this.asking ??= this.ask().finally(() => (this.asking = undefined))
    return this.asking
  }

  private async ask(): Promise<void> {
    try {
      const { drops } = await this.client.query('drops.list', {}, { signal: this.stopped.signal })
      this.store.set({ drops })
    } catch (error) {
      if (error instanceof CallError) this.store.update((value) => ({ ...value, error }))
    }
  }
}
