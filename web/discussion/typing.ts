/** Who is writing right now: heard as whispers, forgotten after a few seconds without one. */
import { Store } from '../../client/store'

export interface Writer {
  id: string
  name: string
}

const forgetMs = 5000
/** How often our own writing is told. Well below what makes others forget it. */
export const tellEveryMs = 2500

export class Typing {
  readonly writers = new Store<readonly Writer[]>([])
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>()

  heard(writer: Writer): void {
    clearTimeout(this.timers.get(writer.id))
    this.timers.set(
      writer.id,
      setTimeout(() => this.stopped(writer.id), forgetMs),
    )
    if (this.writers.get().some(({ id }) => id === writer.id)) return
    this.writers.update((writers) => [...writers, writer])
  }

  /** What they wrote has arrived. */
  stopped(id: string): void {
    clearTimeout(this.timers.get(id))
    this.timers.delete(id)
    if (this.writers.get().some((writer) => writer.id === id)) {
      this.writers.update((writers) => writers.filter((writer) => writer.id !== id))
    }
  }

  close(): void {
    for (const timer of this.timers.values()) clearTimeout(timer)
  }
}
