import type { LogEvent } from '../../../kernel/log'
import type { World } from './client'
import type { SimulatedNode } from './node'

/**
 * A fold without subscribers, as a drop's availability is one: a snapshot, and every event after it in order. What it
 * would have computed is judged by which events it got.
 */
export class Fold {
  /** Everything up to here is in the fold; nothing is known while the snapshot is being read. */
  private offset: number | undefined
  private epoch = ''
  private early: LogEvent[] = []
  private stop: () => void = () => undefined
  private readings = 0
  private since: number
  /** It got something else than the next event, and has not been told to start anew since. */
  private broken: { at: number; what: string } | undefined

  constructor(
    private readonly node: SimulatedNode,
    private readonly topic: string,
    private readonly world: World,
  ) {
    this.since = world.time.now()
  }

  async run(): Promise<void> {
    while (this.node.alive) {
      try {
        const follower = await this.node.hub.follow(
          this.topic,
          (event) => this.apply(event),
          () => void this.readSnapshot(),
        )
        this.stop = follower.stop
        return await this.readSnapshot()
      } catch {
        await this.world.time.sleep(100)
      }
    }
  }

  end(): void {
    this.stop()
  }

  judge(): void {
    const { log, time, promptMs } = this.world
    if (!this.node.alive || this.offset === undefined || log.lostTail === this.topic) return
    const after = (moment: number): number => time.now() - Math.max(moment, this.since, this.node.source.lastFailure)
    if (this.broken && after(this.broken.at) > promptMs) this.fail(this.broken.what)
    if (this.epoch !== log.epoch) {
      if (after(log.epochSince) > promptMs) this.fail('was not told of the new epoch')
      return
    }
    const missing = log.topic(this.topic).events[this.offset]
    if (missing && after(missing.committedAt) > promptMs) this.fail(`lacks ${missing.offset}`)
  }

  private async readSnapshot(): Promise<void> {
    this.offset = undefined
    this.broken = undefined
    this.early = []
    const reading = ++this.readings
    for (;;) {
      try {
        const { heads, epoch } = await this.node.source.heads([this.topic])
        if (reading !== this.readings) return
        this.offset = heads.get(this.topic) ?? 0
        this.epoch = epoch
        this.since = this.world.time.now()
        for (const event of this.early.splice(0)) this.apply(event)
        return
      } catch {
        if (!this.node.alive) return
      }
    }
  }

  private apply(event: LogEvent): void {
    const { log } = this.world
    if (this.offset === undefined) return void this.early.push(event)
    if (event.offset <= this.offset) return
    if (this.epoch === log.epoch && log.lostTail !== this.topic && event.offset !== this.offset + 1) {
      this.broken ??= { at: this.world.time.now(), what: `got ${event.offset} after ${this.offset}` }
    }
    this.offset = event.offset
  }

  private fail(what: string): void {
    this.world.violation(`the fold of ${this.topic} on ${this.node.name} (at ${this.offset}@${this.epoch}) ${what}`)
  }
}
