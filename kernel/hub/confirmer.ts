import type { Life } from '../log'
import type { Source } from './source'
import type { Topic } from './topic'

/** What the confirmer needs of the hub. */
export interface ConfirmerHost {
  readonly topics: ReadonlyMap<string, Topic>
  see(life: Life): boolean
}

/** Brings topics to their heads, as the log has them after the call. Calls of one turn share one statement. */
export class Confirmer {
  private waiting: Map<string, PromiseWithResolvers<boolean>> | undefined

  constructor(
    private readonly source: Source,
    private readonly host: ConfirmerHost,
  ) {}

  /**
   * Resolves when everything that was committed at the time of the call has been delivered here.
   * False: the log answered from another life than this node stands in, and nothing is known.
   */
  confirm(topic: Topic): Promise<boolean> {
    if (!this.waiting) {
      const batch = (this.waiting = new Map<string, PromiseWithResolvers<boolean>>())
      setImmediate(() => void this.ask(batch))
    }
    let gate = this.waiting.get(topic.name)
    if (!gate) {
      gate = Promise.withResolvers<boolean>()
      this.waiting.set(topic.name, gate)
    }
    return gate.promise
  }

  private async ask(batch: Map<string, PromiseWithResolvers<boolean>>): Promise<void> {
    this.waiting = undefined
    const names = [...batch.keys()]
    // Taken before the question is asked: whatever was delivered by then must be in the answer.
    const before = new Map(
      names.map((name) => {
        const { delivered = 0, life = 0 } = this.host.topics.get(name) ?? {}
        return [name, { delivered, life }]
      }),
    )
    try {
      const { heads, ...life } = await this.source.heads(names)
      const sure = this.host.see(life)
      for (const [name, gate] of batch) {
        const topic = this.host.topics.get(name)
        if (!sure || !topic) {
          gate.resolve(sure)
          continue
        }
        const head = heads.get(name) ?? 0
        topic.headIs(head)
        const { delivered, life } = before.get(name)!
        topic.confirmed(head, topic.life === life ? delivered : 0)
        topic.caughtUp().then(() => gate.resolve(true), gate.reject)
      }
    } catch (error) {
      for (const gate of batch.values()) gate.reject(error)
    }
  }
}
