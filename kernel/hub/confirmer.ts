import type { Source } from './source'
import type { Topic } from './topic'

/** What the confirmer needs of the hub. */
export interface ConfirmerHost {
  topic(name: string): Topic | undefined
  epoch(): string
  seeEpoch(epoch: string): void
}

/** Brings topics to their heads, as the log has them after the call. Calls of one turn share one statement. */
export class Confirmer {
  private waiting: Map<string, PromiseWithResolvers<void>> | undefined

  constructor(
    private readonly source: Source,
    private readonly host: ConfirmerHost,
  ) {}

  /** Resolves when everything that was committed at the time of the call has been delivered here. */
  confirm(topic: Topic): Promise<void> {
    if (!this.waiting) {
      const batch = (this.waiting = new Map<string, PromiseWithResolvers<void>>())
      setImmediate(() => void this.ask(batch))
    }
    let gate = this.waiting.get(topic.name)
    if (!gate) {
      gate = Promise.withResolvers<void>()
      this.waiting.set(topic.name, gate)
    }
    return gate.promise
  }

  private async ask(batch: Map<string, PromiseWithResolvers<void>>): Promise<void> {
    this.waiting = undefined
    const names = [...batch.keys()]
    // Taken before the question is asked: whatever was delivered by then must be in the answer.
    const before = new Map(names.map((name) => [name, this.host.topic(name)?.delivered ?? 0]))
    const asked = this.host.epoch()
    try {
      const { heads, epoch } = await this.source.heads(names)
      this.host.seeEpoch(epoch)
      for (const [name, gate] of batch) {
        const topic = this.host.topic(name)
        const head = heads.get(name) ?? 0
        topic?.headIs(head)
        topic?.confirmed(head, this.host.epoch() === asked ? before.get(name)! : 0)
        void (topic?.caughtUp() ?? Promise.resolve()).then(gate.resolve, gate.reject)
      }
    } catch (error) {
      for (const gate of batch.values()) gate.reject(error)
    }
  }
}
