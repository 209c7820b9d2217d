/**
 * A crowd in channels, all in this one process: every member has a socket and a seat, half of each channel on one node
 * and half on the other. They post at a pace, whether what they said before has arrived or not: people don't wait for a
 * server. Post and sight are measured by one clock, and only sight on another node than the sender's counts.
 */
import { RawSocket } from '../raw-socket'
import { eachStamp, Words, type Wire } from './wire'

export interface Place {
  ports: readonly number[]
  channels: readonly string[]
  members: number
  /** A wire of one's own for each member. */
  wire(member: string): Wire | Promise<Wire>
}

export interface Talk {
  posted: number
  delivered: number
  expected: number
  seconds: number
  /** From a post to its being seen on another node. */
  seenMs: { p50: number; p99: number }
}

interface Seat {
  socket: RawSocket
  words: Words
}

const enterAtOnce = 25
/** What is heard later is lost: longer than any server of these needs on a busy machine. */
const patienceMs = 10_000

export class Crowd {
  private readonly seats: Seat[] = []
  private readonly seen = new Histogram()
  private delivered = 0
  /** Microseconds: what was said before is not counted. */
  private since = 0
  private next = 0

  private constructor(private readonly place: Place) {}

  static async enter(place: Place): Promise<Crowd> {
    const crowd = new Crowd(place)
    const all = place.channels.flatMap((channel) =>
      Array.from({ length: place.members }, (_, nth) => ({ channel, nth })),
    )
    while (all.length > 0) {
      const some = all.splice(0, enterAtOnce).map(({ channel, nth }) => crowd.sit(channel, nth))
      crowd.seats.push(...(await Promise.all(some)))
    }
    return crowd
  }

  get size(): number {
    return this.seats.length
  }

  leave(): void {
    for (const { socket } of this.seats) socket.close()
  }

  /** Everybody says `rate` things a second, for so many seconds; then what is still on its way is waited for. */
  async talk(rate: number, seconds: number): Promise<Talk> {
    const begun = this.begin()
    const total = Math.floor(rate * this.seats.length * seconds)
    for (let posted = 0; posted < total;) {
      const due = Math.min(total, Math.floor(((performance.now() - begun) / 1000) * rate * this.seats.length))
      for (; posted < due; posted++) this.sayNext()
      if (posted < total) await new Promise((resolve) => setTimeout(resolve, 1))
    }
    return this.heardOut(total, (performance.now() - begun) / 1000)
  }

  /**
   * So many messages, as fast as they are heard: `onTheWay` of them at any time. A busy machine makes it slow, not dear;
   * it ends after `mostSeconds`.
   */
  async press(onTheWay: number, messages: number, mostSeconds: number): Promise<Talk> {
    const begun = this.begin()
    let posted = 0
    while (posted < messages && performance.now() < begun + mostSeconds * 1000) {
      for (; posted - this.delivered / this.place.members < onTheWay; posted++) this.sayNext()
      await new Promise((resolve) => setImmediate(resolve))
    }
    return this.heardOut(posted, (performance.now() - begun) / 1000)
  }

  private begin(): number {
    const begun = performance.now()
    this.since = Math.floor(begun * 1000)
    this.seen.clear()
    this.delivered = 0
    return begun
  }

  private async heardOut(posted: number, seconds: number): Promise<Talk> {
    const expected = posted * this.place.members
    const end = performance.now() + patienceMs
    while (this.delivered < expected && performance.now() < end) await Bun.sleep(2)
    const seenMs = { p50: this.seen.at(0.5), p99: this.seen.at(0.99) }
    return { posted, delivered: this.delivered, expected, seconds, seenMs }
  }

  /** In a fixed order that takes the channels in turn, so that talk comes as a stream and not in bursts. */
  private sayNext(): void {
    const { socket, words } = this.seats[(this.next++ * 617) % this.seats.length]!
    words.say(socket, Math.floor(performance.now() * 1000))
  }

  private async sit(channel: string, nth: number): Promise<Seat> {
    const { ports } = this.place
    const node = nth % ports.length
    const wire = await this.place.wire(`${channel}-${nth}`)
    const seated = Promise.withResolvers<void>()
    seated.promise.catch(() => undefined)
    const note = (from: number, micros: number): void => {
      if (micros < this.since) return
      this.delivered++
      if (from !== node) this.seen.add(performance.now() - micros / 1000)
    }
    const opening = RawSocket.open(ports[node]!, wire.path, {
      message: (payload) => {
        const frame = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
        if (eachStamp(frame, note) > 0) return
        const answer = wire.answer(frame.toString(), channel)
        // Some servers speak first, in the same breath in which they open.
        if (typeof answer === 'string') void opening.then((opened) => opened.send(answer))
        else if (answer) seated.resolve()
      },
      closed: () => seated.reject(new Error('a member was put out')),
    })
    const socket = await opening
    if (wire.hello) socket.send(wire.hello)
    await seated.promise
    return { socket, words: new Words(wire.words(channel), node) }
  }
}

const bucketsPerMs = 10
const longestMs = 10_000

/** Counts by tenths of a millisecond: millions of sights are kept in little. */
class Histogram {
  private readonly counts = new Uint32Array(longestMs * bucketsPerMs + 1)
  private total = 0

  add(ms: number): void {
    this.counts[Math.max(0, Math.min(longestMs * bucketsPerMs, Math.floor(ms * bucketsPerMs)))]!++
    this.total++
  }

  clear(): void {
    this.counts.fill(0)
    this.total = 0
  }

  at(part: number): number {
    let left = this.total * part
    const bucket = this.counts.findIndex((count) => (left -= count) < 0)
    return bucket < 0 ? longestMs : bucket / bucketsPerMs
  }
}
