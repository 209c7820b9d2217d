/** What a reader does when the stream misbehaves: a server that keeps its promises never shows this. */
import { expect, test } from 'bun:test'
import type { SubscriptionOptions } from 'centrifuge'
import { until } from '../prove/testing/until'
import type { Connection } from './connect'
import type { CallError } from './errors'
import { Topics, type Place, type Reader } from './topic'

type Handler = (context: unknown) => void

/** A subscription whose stream the test writes. */
class Stream {
  state = 'unsubscribed'
  private readonly handlers = new Map<string, Handler>()
  constructor(readonly options: SubscriptionOptions) {}

  on(event: string, handler: Handler): this {
    this.handlers.set(event, handler)
    return this
  }
  removeAllListeners(): void {
    this.handlers.clear()
  }
  subscribe(): void {
    this.state = 'subscribing'
  }
  unsubscribe(): void {
    this.state = 'unsubscribed'
  }

  emit(event: string, context: unknown): void {
    this.handlers.get(event)?.(context)
  }
  /** As the SDK does: asks for the place, if there is somebody to ask, and is subscribed from there. */
  async open(): Promise<Place | undefined> {
    const since = this.options.since ?? (await this.options.getState?.())
    this.state = 'subscribed'
    const streamPosition = { offset: since?.offset ?? 0, epoch: 'e' }
    this.emit('subscribed', { wasRecovering: since !== undefined, recovered: since !== undefined, streamPosition })
    return since as Place | undefined
  }
  event(offset: number): void {
    this.emit('publication', { offset, data: { kind: 'said', at: '', actor: '', node: '' } })
  }
}

function setUp() {
  const streams: Stream[] = []
  const connection = {
    sdk: {
      newSubscription: (_name: string, options: SubscriptionOptions) => {
        const stream = new Stream(options)
        streams.push(stream)
        return stream
      },
      removeSubscription: () => undefined,
    },
    markBehind: () => undefined,
  } as unknown as Connection
  return { topics: new Topics(connection), streams, stream: () => streams.at(-1)! }
}

/** A reader that notes what it gets, and whose snapshots stand where the test says. */
function reader(...places: number[]): Reader & { got: number[]; loads: number; ends: CallError[] } {
  const noted = {
    got: [] as number[],
    loads: 0,
    ends: [] as CallError[],
    load: () => {
      const offset = places[Math.min(noted.loads, places.length - 1)]!
      noted.loads++
      noted.got.push(-offset)
      return Promise.resolve({ offset, epoch: 'e' })
    },
    event: ({ offset }: { offset: number }) => noted.got.push(offset),
    ended: (error: CallError) => noted.ends.push(error),
  }
  return noted
}

test('events before the snapshot are not shown again, and a repeated one is shown once', async () => {
  const { topics, stream } = setUp()
  const one = reader(5)
  topics.read('t', one)
  await stream().open()
  for (const offset of [4, 5, 6, 6, 7]) stream().event(offset)
  expect(one.got).toEqual([-5, 6, 7])
})

test('a gap is never shown: the snapshot is read anew, and what comes meanwhile follows it', async () => {
  const { topics, stream } = setUp()
  const one = reader(5, 9)
  topics.read('t', one)
  await stream().open()
  stream().event(6)
  stream().event(9)
  stream().event(10)
  await until(() => one.got.includes(10))
  expect(one.got).toEqual([-5, 6, -9, 10])
})

test('a snapshot that is older than what was delivered is read again', async () => {
  const { topics, stream } = setUp()
  const one = reader(5, 6, 8)
  topics.read('t', one)
  await stream().open()
  stream().event(8)
  await until(() => one.loads === 3)
  stream().event(9)
  expect(one.got).toEqual([-5, -6, -8, 9])
})

test('a reader that comes later has its events held until its snapshot is there, and reads no more than once for it', async () => {
  const { topics, stream, streams } = setUp()
  const [one, other] = [reader(5), reader(7)]
  topics.read('t', one)
  await stream().open()
  topics.read('t', other)
  for (const offset of [6, 7, 8]) stream().event(offset)
  await until(() => other.got.includes(8))
  expect(other.got).toEqual([-7, 8])
  expect(other.loads).toBe(1)
  expect(one.got).toEqual([-5, 6, 7, 8])
  expect(streams).toHaveLength(1)
})

test('the subscription starts from the earliest of its readers, and each gets only what is new to it', async () => {
  const { topics, stream } = setUp()
  const [one, other] = [reader(5), reader(3)]
  topics.read('t', one)
  topics.read('t', other)
  expect((await stream().open())?.offset).toBe(3)
  for (const offset of [4, 5, 6]) stream().event(offset)
  expect(one.got).toEqual([-5, 6])
  expect(other.got).toEqual([-3, 4, 5, 6])
})

const nothing = (): void => undefined

test('who asks for the roster makes the subscription anew from where it stands, and the readers notice nothing', async () => {
  const { topics, stream, streams } = setUp()
  const one = reader(5)
  topics.read('t', one)
  await stream().open()
  stream().event(6)
  const leave = topics.watchRoster('t', { opened: nothing, joined: nothing, left: nothing, gathered: nothing })
  expect(streams).toHaveLength(2)
  expect(stream().options).toMatchObject({ joinLeave: true, since: { offset: 6, epoch: 'e' } })
  await stream().open()
  stream().event(7)
  leave()
  expect(stream().options).toMatchObject({ joinLeave: false, since: { offset: 7 } })
  await stream().open()
  expect(one.got).toEqual([-5, 6, 7])
  expect(one.loads).toBe(1)
})

test('a reader without a snapshot is told where it cannot know what came before or between', async () => {
  const { topics, stream } = setUp()
  const got: (number | string)[] = []
  topics.read('t', { event: ({ offset }) => got.push(offset), reset: () => got.push('reset') })
  await stream().open()
  for (const offset of [1, 2, 5, 6]) stream().event(offset)
  expect(got).toEqual(['reset', 1, 2, 'reset', 6])
})

test('a right that is lost ends all readers, and a new one begins anew', async () => {
  const { topics, stream, streams } = setUp()
  const one = reader(5)
  topics.read('t', one)
  await stream().open()
  stream().emit('unsubscribed', { code: 103, reason: 'permission denied: You are not in it.' })
  expect(one.ends).toMatchObject([{ code: 'forbidden', sentence: 'You are not in it.' }])
  topics.read('t', reader(5))
  expect(streams).toHaveLength(2)
})

test('the last one to leave closes the subscription', async () => {
  const { topics, stream } = setUp()
  const leave = [topics.read('t', reader(5)), topics.read('t', reader(5))]
  const { state } = await stream().open().then(stream)
  expect(state).toBe('subscribed')
  leave[0]!()
  expect(stream().state).toBe('subscribed')
  leave[1]!()
  expect(stream().state).toBe('unsubscribed')
})
