/** Readers and writers of tests: official SDK clients that keep a record of what they saw and what they were told. */
import type { PublicationContext, SubscribedContext, Subscription } from 'centrifuge'
import type { ClientOptions, TestClient, TestCluster } from './cluster'

export interface Seen {
  offset: number
  key: string
  text: string
}

/** Follows one topic and writes down every publication in the order of arrival. */
export class Reader {
  readonly seen: Seen[] = []
  /** Times (performance.now) at which the subscription was established, recovered events included. */
  readonly subscribedAt: number[] = []
  /** Subscriptions that could not be recovered. */
  unrecovered = 0
  readonly subscription: Subscription
  /** The offset after which this reader began. */
  start = 0

  private constructor(
    readonly client: TestClient,
    topic: string,
  ) {
    this.subscription = client.sdk.newSubscription(topic)
    this.subscription.on('publication', (publication: PublicationContext) => this.note(publication))
    this.subscription.on('subscribed', (context: SubscribedContext) => {
      if (context.wasRecovering && !context.recovered) this.unrecovered++
      if (this.subscribedAt.length === 0) this.start = context.streamPosition?.offset ?? 0
      // The SDK emits what was recovered right after this event, in the same turn.
      queueMicrotask(() => this.subscribedAt.push(performance.now()))
    })
  }

  static async follow(cluster: TestCluster, user: string, topic: string, options: ClientOptions = {}): Promise<Reader> {
    const reader = new Reader(await cluster.client(user, options), topic)
    reader.subscription.subscribe()
    await reader.subscription.ready(10_000)
    return reader
  }

  get last(): number {
    return this.seen.at(-1)?.offset ?? this.start
  }

  private note({ offset, data }: PublicationContext): void {
    if (offset === undefined) return
    const { key, text } = data as { key?: string; text?: string }
    this.seen.push({ offset, key: key ?? '', text: text ?? '' })
  }
}

export interface Acknowledged {
  key: string
  offset: number
  node: string
}

/** Posts one message after another, each with its key until it is answered. */
export class Writer {
  readonly acknowledged: Acknowledged[] = []
  private writing = false
  private ended: Promise<void> = Promise.resolve()

  constructor(
    readonly client: TestClient,
    private readonly channel: string,
  ) {}

  start(): void {
    this.writing = true
    this.ended = this.write()
  }

  async stop(): Promise<void> {
    this.writing = false
    await this.ended
  }

  private async write(): Promise<void> {
    for (let n = 0; this.writing; n++) {
      const key = `${this.client.user}-${n}`
      const answer = await this.client.surely<{ offset: number }>('discussion.post', {
        ...{ channel: this.channel, text: `message ${n} of ${this.client.user}` },
        key,
      })
      this.acknowledged.push({ key, offset: answer.offset, node: answer.node })
    }
  }
}

/** What a reader saw, judged: everything after its start, once, in order. Empty when all is well. */
export function faultsOf(reader: Reader, until: number): string[] {
  const faults: string[] = []
  let expected = reader.start + 1
  for (const { offset } of reader.seen) {
    if (offset !== expected) faults.push(`${reader.client.user}: saw ${offset} where ${expected} was next`)
    expected = offset + 1
  }
  if (expected !== until + 1) faults.push(`${reader.client.user}: saw up to ${expected - 1} of ${until}`)
  if (reader.unrecovered > 0) faults.push(`${reader.client.user}: ${reader.unrecovered} times not recovered`)
  return faults
}

export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * p) - 1)] ?? 0
}
