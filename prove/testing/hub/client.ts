import type { Joined, Subscriber } from '../../../kernel/hub'
import type { LogEvent } from '../../../kernel/log'
import { refuse } from '../../../protocol/errors'
import type { Random } from '../random'
import type { SimulatedLog, Stored } from './log'
import type { SimulatedNode } from './node'
import type { VirtualTime } from './time'

/** Something happened that must never happen. */
export class Violation extends Error {}

export interface World {
  log: SimulatedLog
  time: VirtualTime
  random: Random
  recoveryEvents: number
  /** How long an event may take to a subscriber when nothing is in its way. */
  promptMs: number
  violation(message: string): void
  counts: Record<'delivered' | 'recovered' | 'reloaded' | 'revoked' | 'invalidated', number>
}

/**
 * One reader of one topic, and its judge: it believes nothing, and holds everything that it is told against the log.
 *
 *   away ──subscribe──▶ joining ──reply──▶ joined ──left, revoked or invalidated──▶ away
 */
export class Client {
  phase: 'away' | 'joining' | 'joined' = 'away'
  node: SimulatedNode | undefined
  position: { offset: number; epoch: string } | undefined
  private since = 0
  private asked: { offset: number; epoch: string } | undefined
  /** It asked from where it could have been. */
  private honest = true
  private subscription: Subscriber | undefined

  constructor(
    readonly name: string,
    readonly user: string,
    readonly topic: string,
    private readonly world: World,
  ) {}

  /** It asks from where it cannot have been. */
  get lies(): boolean {
    return this.phase === 'joining' && !this.honest
  }

  async subscribe(node: SimulatedNode, from = this.position): Promise<void> {
    const { time } = this.world
    this.phase = 'joining'
    this.node = node
    this.since = time.now()
    this.asked = from
    this.honest = (from?.offset ?? 0) <= this.world.log.head(this.topic)
    const subscription: Subscriber = {
      user: this.user,
      revoked: () => this.subscription === subscription && this.end('revoked'),
      invalidated: () => this.subscription === subscription && this.end('invalidated'),
    }
    this.subscription = subscription
    const request = {
      topic: this.topic,
      subscriber: subscription,
      from,
      authorize: () => this.authorize(),
      joined: (reply: Joined) => {
        if (this.subscription === subscription) this.join(reply)
      },
    }
    try {
      await node.hub.subscribe(request)
      if (this.subscription !== subscription) node.hub.unsubscribe(this.topic, subscription)
      else if (this.phase === 'joining') this.fail('subscribing ended without a reply')
    } catch {
      if (this.subscription === subscription) this.leave()
    }
  }

  /** Closes the connection, whatever it was doing. */
  leave(): void {
    if (this.subscription && this.phase === 'joined') this.node?.hub.unsubscribe(this.topic, this.subscription)
    this.node?.leave(this.topic, this)
    this.subscription = undefined
    this.phase = 'away'
  }

  hear(event: LogEvent): void {
    const { log, time, counts } = this.world
    counts.delivered++
    if (this.phase !== 'joined') return this.fail(`heard ${event.offset} while ${this.phase}`)
    // Whoever stands in an epoch that is over is about to be told so; see `judge`.
    if (this.position!.epoch !== log.epoch) return
    if (log.lostTail === this.topic) {
      this.position!.offset = event.offset
      return
    }
    if (event.offset !== this.position!.offset + 1) {
      return this.fail(`heard ${event.offset} after ${this.position!.offset}`)
    }
    const truth = log.topic(this.topic).events[event.offset - 1]
    if (!truth) return this.fail(`heard ${event.offset}, which the log does not have`)
    this.compare(event, truth)
    this.position!.offset = event.offset
    if (!log.memberAt(this.topic, this.user, event.offset - 1)) {
      return this.fail(`heard ${event.offset} after ${this.user} lost the right to read`)
    }
    const late = time.now() - this.couldHave(truth.committedAt)
    if (late > this.world.promptMs) this.fail(`heard ${event.offset} ${late} ms after it could have`)
  }

  /** What may not go on for long: waiting for a reply, lacking an event, standing in an epoch that is over. */
  judge(): void {
    const { log, time, promptMs } = this.world
    const now = time.now()
    if (this.phase === 'joining' && now - this.couldHave(this.since) > 4 * promptMs)
      this.fail('waits for its reply for ever')
    if (this.phase !== 'joined') return
    if (this.position!.epoch !== log.epoch) {
      if (now - this.couldHave(log.epochSince) > promptMs) this.fail('was not told of the new epoch')
      return
    }
    if (log.lostTail === this.topic) return
    const missing = log.topic(this.topic).events[this.position!.offset]
    if (missing && now - this.couldHave(missing.committedAt) > promptMs) {
      this.fail(`lacks ${missing.offset}, committed at ${missing.committedAt}`)
    }
  }

  private async authorize(): Promise<void> {
    const { log, time, random } = this.world
    await time.sleep(random.int(30))
    const allowed = log.memberAt(this.topic, this.user, log.head(this.topic))
    await time.sleep(random.int(30))
    if (!allowed) throw refuse.forbidden()
  }

  private join(reply: Joined): void {
    const { log, time, counts } = this.world
    if (this.phase !== 'joining') return this.fail(`got a reply while ${this.phase}`)
    this.phase = 'joined'
    this.since = time.now()
    counts[reply.recovered ? 'recovered' : 'reloaded']++
    if (reply.epoch === log.epoch && log.lostTail !== this.topic) this.checkReply(reply)
    this.position = { offset: reply.offset, epoch: reply.epoch }
    this.node!.join(this.topic, this)
  }

  private checkReply(reply: Joined): void {
    const { log } = this.world
    const asked = this.asked
    const { events: truth, floor } = log.topic(this.topic)
    if (reply.offset > truth.length) return this.fail(`was placed at ${reply.offset}, the head is ${truth.length}`)
    if (!log.memberAt(this.topic, this.user, reply.offset))
      this.fail(`joined at ${reply.offset} without the right to read`)
    if (!reply.recovered) {
      if (reply.events.length > 0) this.fail('got events without being recovered')
      const sameEpoch = asked && this.honest && (asked.epoch === '' || asked.epoch === reply.epoch)
      const within = sameEpoch && asked.offset <= truth.length && asked.offset >= floor
      if (within && truth.length - asked.offset <= this.world.recoveryEvents) {
        this.fail(`was told to reload from ${asked.offset}, though nothing was lost up to ${truth.length}`)
      }
      return
    }
    if (!asked) return this.fail('was recovered from nowhere')
    if (asked.offset > reply.offset) return this.fail(`was recovered from ${asked.offset}, beyond ${reply.offset}`)
    if (asked.epoch !== '' && asked.epoch !== reply.epoch) return this.fail('was recovered across epochs')
    const offsets = reply.events.map(({ offset }) => offset).join()
    const want = truth.slice(asked.offset, reply.offset).map(({ offset }) => offset)
    if (offsets !== want.join()) return this.fail(`asked from ${asked.offset} to ${reply.offset} and got [${offsets}]`)
    for (const event of reply.events) this.compare(event, truth[event.offset - 1]!, reply.offset)
  }

  /** @param known what the node knew when it said this: a redaction up to there must have been applied. */
  private compare(event: LogEvent, truth: Stored, known = 0): void {
    if (event.json === this.world.log.content(truth)) return
    if (event.json !== truth.json) return this.fail(`heard another ${event.offset}: ${event.json}`)
    if (truth.redactedBy! <= known)
      this.fail(`heard ${event.offset} though ${truth.redactedBy} had taken its content away`)
  }

  /** From when on nothing stood in the way of what became true at `moment`. */
  private couldHave(moment: number): number {
    return Math.max(moment, this.since, this.node!.source.lastFailure)
  }

  private end(how: 'revoked' | 'invalidated'): void {
    const { counts, log } = this.world
    counts[how]++
    if (this.phase !== 'joined') this.fail(`${how} while ${this.phase}`)
    if (how === 'revoked' && this.position!.epoch === log.epoch && log.lostTail !== this.topic) {
      const { offset } = this.position!
      if (log.memberAt(this.topic, this.user, offset)) this.fail(`was revoked at ${offset}, where it may read`)
    }
    this.node?.leave(this.topic, this)
    this.subscription = undefined
    this.phase = 'away'
  }

  private fail(what: string): void {
    const position = this.position ? `${this.position.offset}@${this.position.epoch}` : 'nowhere'
    this.world.violation(
      `${this.name} (${this.user} on ${this.topic} at ${this.node?.name ?? '-'}, ${position}) ${what}`,
    )
  }
}
