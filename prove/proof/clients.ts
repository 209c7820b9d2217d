/** Clients of the public doors that write down what they do and see. They know no more than the contract. */
import { Centrifuge, type PublicationContext, type SubscribedContext } from 'centrifuge'
import { codes } from '../../protocol/errors'
import type { Role } from '../../protocol/roles'
import type { Arena } from './arena'
import { digestOf, type Call, type Final, type FinalEvent, type History } from './history'

const attemptMs = 8000
const pauseMs = 50
const pageEvents = 300

export interface Person {
  user: string
  role: Role
}

/** What an intent came to: an output, a refusal, or no answer in time. */
export type Settled =
  | { outcome: 'ok'; output: Record<string, unknown> }
  | { outcome: 'refused'; code: string }
  | { outcome: 'never' }

export class Client {
  readonly name: string
  /** The newest offset seen, by topic. */
  readonly last = new Map<string, number>()
  private sdk: Centrifuge | undefined
  private node = ''

  constructor(
    private readonly arena: Arena,
    private readonly history: History,
    readonly person: Person,
    label = 'c',
    /** Comes through the bad network, where there is one. */
    private readonly far = false,
  ) {
    this.name = `${label}/${person.user}`
  }

  private get url(): string {
    return (this.far ? this.arena.network?.url : undefined) ?? this.arena.url
  }

  /** A realtime connection with the contract's options. */
  async connect(): Promise<Centrifuge> {
    if (this.sdk) return this.sdk
    const { user, role } = this.person
    const url = `${this.url.replace(/^http/, 'ws')}/connection/websocket`
    const sdk = new Centrifuge(url, {
      token: await this.arena.token(user, role),
      ...{ minReconnectDelay: 20, maxReconnectDelay: 5000, timeout: attemptMs },
    })
    sdk.on('connected', ({ data }: { data?: { node?: string } }) => (this.node = data?.node ?? ''))
    sdk.on('error', () => undefined)
    sdk.connect()
    this.sdk = sdk
    await sdk.ready(30_000)
    return sdk
  }

  disconnect(): void {
    this.sdk?.disconnect()
  }

  /** Follows a topic from now until the end, and writes down all of it. */
  async follow(topic: string): Promise<void> {
    const sdk = await this.connect()
    const subscription = sdk.newSubscription(topic)
    const { name: client } = this
    let resumed = false
    subscription.on('subscribed', (context: SubscribedContext) => {
      const { offset = 0, epoch = '' } = context.streamPosition ?? {}
      const { recovered } = context
      if (!recovered) this.last.set(topic, offset)
      this.history.add({
        type: 'joined',
        client,
        topic,
        at: Date.now(),
        node: this.node,
        offset,
        epoch,
        resumed,
        recovered,
        ...(this.far ? { far: true } : {}),
      })
      resumed = true
    })
    const left = (): void => this.history.add({ type: 'left', client, topic, at: Date.now() })
    subscription.on('subscribing', () => void (resumed && left())).on('unsubscribed', left)
    subscription.on('publication', ({ offset, data }: PublicationContext) => {
      if (offset === undefined) return
      this.last.set(topic, Math.max(offset, this.last.get(topic) ?? 0))
      const committed = Date.parse(String((data as { at?: string }).at))
      this.history.add({ type: 'seen', client, topic, at: Date.now(), offset, digest: digestOf(data), committed })
    })
    subscription.subscribe()
    await subscription.ready(30_000)
  }

  /** One attempt over the realtime door. */
  async attempt(method: string, key: string, input: Record<string, unknown>): Promise<Call> {
    const start = Date.now()
    const common = {
      type: 'call',
      client: this.name,
      user: this.person.user,
      door: 'realtime',
      method,
      key,
      input,
      start,
    } as const
    const note = (rest: Omit<Call, keyof typeof common | 'end'>): Call =>
      this.write({ ...common, ...rest, end: Date.now() })
    try {
      const { data } = await (await this.connect()).rpc(method, key ? { ...input, key } : input)
      const output = data as Record<string, unknown>
      return note({ outcome: 'ok', output, node: String(output['node']) })
    } catch (error) {
      return note({ ...meaning(error), node: this.node })
    }
  }

  /** One attempt over HTTP, on a connection of its own, so that any node may answer. */
  post(method: string, key: string, input: Record<string, unknown>, wrote?: number): Promise<Call> {
    const call = { method, key, input, ...(wrote === undefined ? {} : { wrote }) }
    const headers = { 'content-type': 'application/json' }
    return this.ask(`/api/${method.replace('.', '/')}`, call, headers, JSON.stringify(key ? { ...input, key } : input))
  }

  /** Sends a file in one go, again with the same key until it is taken. @returns its id */
  async upload(key: string, name: string, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
    const call = { method: 'files.upload', key, input: { name, bytes: bytes.length } }
    for (const end = Date.now() + 40_000; Date.now() < end;) {
      const body = new FormData()
      body.append('file', new Blob([bytes]), name)
      const { output } = await this.ask('/files', call, { 'idempotency-key': key }, body)
      if (output) return String(output['id'])
      await Bun.sleep(pauseMs * (0.5 + Math.random()))
    }
    return undefined
  }

  private async ask(
    path: string,
    call: Pick<Call, 'method' | 'key' | 'input' | 'wrote'>,
    headers: Record<string, string>,
    body: string | FormData,
  ): Promise<Call> {
    const { user, role } = this.person
    const common = { type: 'call', client: this.name, user, door: 'http', ...call, start: Date.now() } as const
    const note = (rest: Omit<Call, keyof typeof common | 'end'>): Call =>
      this.write({ ...common, ...rest, end: Date.now() })
    try {
      const response = await fetch(`${this.url}${path}`, {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${await this.arena.token(user, role)}` },
        body,
        keepalive: false,
        signal: AbortSignal.timeout(attemptMs),
      })
      const output = (await response.json()) as Record<string, unknown>
      const node = response.headers.get('x-alun-node') ?? ''
      if (response.ok) return note({ outcome: 'ok', output, node })
      const code = String(output['code'])
      return note({ outcome: isFinal(code) ? 'refused' : 'unknown', code, node })
    } catch (error) {
      return note({ outcome: 'unknown', code: (error as Error).name === 'TimeoutError' ? 'late' : 'lost' })
    }
  }

  /** Asks until it is answered, each time with the same key. */
  async surely(
    method: string,
    key: string,
    input: Record<string, unknown>,
    { door = 'realtime', patienceMs = 40_000 }: { door?: Call['door']; patienceMs?: number } = {},
  ): Promise<Settled> {
    const start = Date.now()
    const intent = (settled: boolean): void =>
      this.history.add({ type: 'intent', client: this.name, method, key, start, end: Date.now(), settled })
    while (Date.now() - start < patienceMs) {
      const { outcome, output, code } = await (door === 'http' ? this.post : this.attempt).call(
        this,
        method,
        key,
        input,
      )
      if (outcome !== 'unknown') {
        intent(true)
        return outcome === 'ok' ? { outcome, output: output! } : { outcome, code: code! }
      }
      await Bun.sleep(pauseMs * (0.5 + Math.random()))
    }
    intent(false)
    return { outcome: 'never' }
  }

  /** The whole topic as its log has it now. */
  async final(topic: string): Promise<Final> {
    const sdk = await this.connect()
    const events: FinalEvent[] = []
    for (;;) {
      const since = { offset: events.at(-1)?.offset ?? 0, epoch: '' }
      const page = await answered(() => sdk.history(topic, { limit: pageEvents, since }))
      for (const { offset = 0, data } of page.publications)
        events.push(eventOf(offset, data as Record<string, unknown>))
      if (page.publications.length === 0 || events.at(-1)!.offset >= page.offset) {
        const final: Final = { type: 'final', topic, epoch: page.epoch, head: page.offset, events }
        this.history.add(final)
        return final
      }
    }
  }

  private write(call: Call): Call {
    this.history.add(call)
    return call
  }
}

/** Asked again while nobody can answer: something may just have been broken. */
async function answered<T>(ask: () => Promise<T>): Promise<T> {
  for (const end = Date.now() + 30_000; ;) {
    try {
      return await ask()
    } catch (error) {
      if (meaning(error).outcome === 'refused' || Date.now() > end) throw error
      await Bun.sleep(pauseMs)
    }
  }
}

function eventOf(offset: number, data: Record<string, unknown>): FinalEvent {
  return { offset, digest: digestOf(data), kind: String(data['kind']), actor: String(data['actor']), data }
}

const byNumber = new Map<number, string>(Object.entries(codes).map(([code, { realtime }]) => [realtime, code]))

/** By the contract's table: some errors end an intent, others mean: ask again. */
function meaning(error: unknown): Pick<Call, 'outcome' | 'code'> {
  const { code: number } = error as { code?: number }
  if (number === 100) return { outcome: 'refused', code: 'internal' }
  const code = number === undefined ? undefined : byNumber.get(number)
  // Anything below 100 is the SDK's own: closed, timed out.
  if (code === undefined) return { outcome: 'unknown', code: 'lost' }
  return { outcome: isFinal(code) ? 'refused' : 'unknown', code }
}

const again = new Set(['unavailable', 'overloaded', 'limited'])
const isFinal = (code: string): boolean => !again.has(code)
