/** Addresses of the files that messages carry: asked for together, as they come into sight. */
import type { Client } from '../../client/client'
import { Store } from '../../client/store'
import type { FileLink } from '../../services/files/model'

/** Files that are still being looked at are asked for again after this, should nobody tell. */
const againMs = 2000
const mostAtOnce = 200

export class FileLinks {
  readonly store = new Store<ReadonlyMap<string, FileLink>>(new Map())
  private readonly wanted = new Set<string>()
  private readonly asked = new Set<string>()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly client: Pick<Client, 'query'>) {}

  close(): void {
    clearTimeout(this.timer)
  }

  want(files: readonly string[]): void {
    for (const file of files) if (!this.asked.has(file)) this.wanted.add(file)
    if (this.wanted.size > 0) this.soon(0)
  }

  /** Reads those again that were not ready; `all`: their addresses are too old. */
  refresh(all = false): void {
    for (const { id, status } of this.store.get().values()) if (all || status === 'pending') this.wanted.add(id)
    if (this.wanted.size > 0) this.soon(0)
  }

  private soon(ms: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.ask(), ms)
  }

  private async ask(): Promise<void> {
    const files = [...this.wanted].slice(0, mostAtOnce)
    for (const file of files) {
      this.wanted.delete(file)
      this.asked.add(file)
    }
    try {
      const { links } = await this.client.query('files.links', { files })
      this.store.update((known) => new Map([...known, ...links.map((link) => [link.id, link] as const)]))
      if (links.some(({ status }) => status === 'pending')) this.timer = setTimeout(() => this.refresh(), againMs)
    } catch {
      // Asked again when they come into sight the next time.
      for (const file of files) this.asked.delete(file)
    }
    if (this.wanted.size > 0) this.soon(0)
  }
}
