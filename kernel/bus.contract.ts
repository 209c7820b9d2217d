/** What every bus promises, as one suite: `busContract('postgres', …)` runs it on an implementation. */
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { until } from '../prove/testing/until'
import { signalBytes, type Bus, type BusState, type Notice } from './bus'
import type { LogEvent } from './log'

export interface BusWorld {
  /** A bus for that node; `run` has not been called. */
  join(node: string): Bus
  /** Lets time pass where the world needs a push. */
  tick?(): void
  /** The connections of all buses break; they may come back at once. */
  breakConnections(): Promise<void>
  /** The far side answers nothing, or is not there, until `restore`. */
  takeAway(): Promise<void>
  restore(): Promise<void>
  stop(): Promise<void>
}

interface Ear {
  bus: Bus
  notices: Notice[]
  signals: { channel: string; text: string; from: string }[]
  states: BusState[]
}

const texts = [
  'biasa saja',
  '',
  'é 漢字 👩‍👩‍👧 \ud83d\ude00',
  '"quotes" \\ and \n newlines \t',
  'control \u0000 \u001d \u001e \u001f \u007f characters',
  '%00 \u2028 </script> \ufeff',
]

const life = 'e1/s1'
let names = 0

export function busContract(name: string, open: () => Promise<BusWorld>): void {
  setDefaultTimeout(15_000)
  let world: BusWorld
  const running: Bus[] = []

  const listen = async (): Promise<Ear> => {
    const bus = world.join(`node-${++names}`)
    const ear: Ear = { bus, notices: [], signals: [], states: [] }
    bus.onNotices((notices) => ear.notices.push(...notices))
    for (const channel of ['a', 'b']) bus.onSignal(channel, (text, from) => ear.signals.push({ channel, text, from }))
    bus.onState((state) => ear.states.push(state))
    expect(bus.state).toBe('down')
    running.push(bus)
    await bus.run()
    return ear
  }

  /** Waits until it is so. */
  const soon = (what: string, condition: () => boolean, timeoutMs = 5000): Promise<unknown> =>
    until(() => (world.tick?.(), condition()), { what, timeoutMs })

  /** Nothing more is on the way to the ear: what its neighbour says last arrives last. */
  const quiet = async (from: Ear, to: Ear): Promise<void> => {
    const last = `last ${Math.random()}`
    from.bus.signal('b', last)
    await soon('the last word', () => to.signals.some(({ text }) => text === last))
    to.signals = to.signals.filter(({ text }) => text !== last)
  }

  const event = (offset: number, json = `{"kind":"posted","nth":${offset}}`): LogEvent => ({
    topic: 'discussion:general',
    offset,
    json,
  })

  const asNotices = (events: readonly LogEvent[]): Notice[] => events.map((one) => ({ ...one, life }))

  beforeAll(async () => {
    world = await open()
  }, 30_000)

  afterAll(async () => {
    await Promise.all(running.map((bus) => bus.stop()))
    await world.stop()
  }, 30_000)

  describe(`the ${name} bus`, () => {
    test('brings events to all others, and not back to who sent them', async () => {
      const [a, b, c] = [await listen(), await listen(), await listen()]
      const events = [event(1), { ...event(2), effects: { revokes: ['bob'], redacts: [1] } }]
      a.bus.publish(events, life)
      await soon('two notices each', () => b.notices.length >= 2 && c.notices.length >= 2)
      await quiet(b, a)
      expect(b.notices).toEqual(asNotices(events))
      expect(c.notices).toEqual(asNotices(events))
      expect(a.notices).toEqual([])
    })

    test('brings many events, in the order in which they were sent', async () => {
      const [a, b] = [await listen(), await listen()]
      const events = Array.from({ length: 5000 }, (_, nth) =>
        event(nth + 1, `{"kind":"posted","text":"${'x'.repeat(nth % 700)}"}`),
      )
      for (let at = 0; at < events.length; at += 50) a.bus.publish(events.slice(at, at + 50), life)
      await soon('5,000 notices', () => b.notices.length >= 5000)
      expect(b.notices).toEqual(asNotices(events))
    })

    test('tells of an event that is too long for it without its content', async () => {
      const [a, b] = [await listen(), await listen()]
      const long = event(2, JSON.stringify({ text: '漢'.repeat(5000) }))
      a.bus.publish([event(1), long, event(3)], life)
      await soon('three notices', () => b.notices.length >= 3)
      expect(b.notices.map(({ topic, offset, json }) => [topic, offset, json])).toEqual([
        ['discussion:general', 1, event(1).json],
        ['discussion:general', 2, undefined],
        ['discussion:general', 3, event(3).json],
      ])
    })

    test('tells of an event whose effects are too long, and loses nothing else by it', async () => {
      const [a, b] = [await listen(), await listen()]
      const revokes = Array.from({ length: 500 }, () => crypto.randomUUID())
      a.bus.publish([event(1), { ...event(2), effects: { revokes } }, event(3)], life)
      await soon('three notices', () => b.notices.length >= 3)
      expect(b.notices.map(({ offset }) => offset)).toEqual([1, 2, 3])
      expect(b.notices[1]!.json).toBeUndefined()
    })

    test('keeps every text as it was given', async () => {
      const [a, b] = [await listen(), await listen()]
      const said = texts.map((text, nth) => event(nth + 1, JSON.stringify({ text })))
      a.bus.publish(said, life)
      for (const text of texts) a.bus.signal('a', text)
      await soon('all texts', () => b.notices.length >= texts.length && b.signals.length >= texts.length)
      expect(b.notices.map(({ json }) => (JSON.parse(json!) as { text: string }).text)).toEqual(texts)
      expect(b.signals).toEqual(texts.map((text) => ({ channel: 'a', text, from: b.signals[0]!.from })))
    })

    test('brings signals by channel, with the name of who sent them', async () => {
      const [a, b] = [await listen(), await listen()]
      a.bus.signal('a', 'one')
      b.bus.signal('b', 'two')
      a.bus.signal('nobody listens to this', 'three')
      await quiet(a, b)
      await quiet(b, a)
      expect(b.signals).toEqual([{ channel: 'a', text: 'one', from: `node-${names - 1}` }])
      expect(a.signals).toEqual([{ channel: 'b', text: 'two', from: `node-${names}` }])
    })

    test('takes signals up to its bound and refuses longer ones: that is a fault of the program', async () => {
      const [a, b] = [await listen(), await listen()]
      a.bus.signal('a', '漢'.repeat(Math.floor(signalBytes / 3)))
      expect(() => a.bus.signal('a', '漢'.repeat(Math.floor(signalBytes / 3) + 1))).toThrow('longer than')
      await quiet(a, b)
      expect(b.signals.map(({ text }) => text.length)).toEqual([Math.floor(signalBytes / 3)])
    })

    test('tells when it goes down and up, and works again after broken connections', async () => {
      const [a, b] = [await listen(), await listen()]
      await soon('both up', () => a.bus.state === 'up' && b.bus.state === 'up')
      await world.breakConnections()
      await soon('down and up again', () => [a, b].every(({ states }) => states.join() === 'up,down,up'))
      let nth = 0
      await soon('an event after it', () => {
        if (b.notices.length === 0) a.bus.publish([event(++nth)], life)
        return b.notices.length > 0
      })
    })

    test('never throws and never waits while it is away, and comes back', async () => {
      const [a, b] = [await listen(), await listen()]
      await world.takeAway()
      await soon('down', () => a.bus.state === 'down' && b.bus.state === 'down', 10_000)
      const since = performance.now()
      for (let nth = 1; nth <= 30_000; nth++) a.bus.publish([event(nth)], life)
      a.bus.signal('a', 'while away')
      expect(performance.now() - since).toBeLessThan(1500)
      await world.restore()
      await soon('up', () => a.bus.state === 'up' && b.bus.state === 'up', 10_000)
      await soon('its voice', () => (a.bus.signal('a', 'back'), b.signals.some(({ text }) => text === 'back')), 10_000)
      await quiet(a, b)
    }, 40_000)

    test('says nothing more and hears nothing more once it has stopped', async () => {
      const [a, b, c] = [await listen(), await listen(), await listen()]
      await b.bus.stop()
      expect(b.bus.state).toBe('down')
      b.bus.signal('a', 'from the grave')
      a.bus.signal('a', 'hello')
      await soon('the living', () => c.signals.length > 0)
      await quiet(a, c)
      expect(c.signals.map(({ text }) => text)).toEqual(['hello'])
      expect(b.signals).toEqual([])
    })
  })
}
