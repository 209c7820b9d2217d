/** Files on their way to a message: sent as soon as they are chosen, so that the message itself is quick. */
import { newKey } from '../../client/key'
import { Store } from '../../client/store'
import { sendFile } from '../../client/pieces'
import type { Lang } from '../../protocol/errors'

export interface Sending {
  key: string
  file: File
  /** From 0 to 1. */
  share: number
  /** Once it is there. */
  id?: string
  error?: unknown
}

export const mostFiles = 10

export class Uploads {
  readonly store = new Store<readonly Sending[]>([])
  private readonly stops = new Map<string, AbortController>()

  constructor(private readonly lang: () => Lang) {}

  add(files: readonly File[]): void {
    for (const file of files.slice(0, mostFiles - this.store.get().length)) {
      const key = newKey()
      this.store.update((all) => [...all, { key, file, share: 0 }])
      void this.send(key, file)
    }
  }

  retry(key: string): void {
    const found = this.store.get().find((one) => one.key === key)
    if (!found) return
    this.change(key, { error: undefined })
    void this.send(key, found.file)
  }

  remove(key: string): void {
    this.stops.get(key)?.abort()
    this.store.update((all) => all.filter((one) => one.key !== key))
  }

  /** Those that are there; the list is empty afterwards. */
  take(): string[] {
    const ids = this.store.get().flatMap(({ id }) => id ?? [])
    this.store.set([])
    return ids
  }

  close(): void {
    for (const stop of this.stops.values()) stop.abort()
  }

  private async send(key: string, file: File): Promise<void> {
    const stop = new AbortController()
    this.stops.set(key, stop)
    try {
      const progress = (share: number): void => this.change(key, { share })
      const id = await sendFile(file, { key, lang: this.lang(), signal: stop.signal, progress })
      this.change(key, { id, share: 1 })
    } catch (error) {
      if (!stop.signal.aborted) this.change(key, { error })
    } finally {
      this.stops.delete(key)
    }
  }

  private change(key: string, change: { [K in keyof Sending]?: Sending[K] | undefined }): void {
    this.store.update((all) => all.map((one) => (one.key === key ? ({ ...one, ...change } as Sending) : one)))
  }
}
