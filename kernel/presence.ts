/**
 * Who is present on a topic: the union of what living nodes announce. Nothing is stored; a roster is right again within
 * seconds whatever was lost, and a dead node's clients vanish with it (no zombies).
 *
 * Each node numbers its announcements. Who misses one (the number doesn't follow) or learns from the digest, sent each
 * second, that it is behind, asks for all of that node's clients and replaces what it knew. What a suspected node
 * announced is hidden, what a dead one announced is dropped; one that returns announces itself anew.
 *
 * Listeners hear of each who comes and goes while that is little; of a crowd they hear its size and see a sample.
 */
import { limits } from '../protocol/limits'
import { signalBytes, type Bus } from './bus'
import type { Members } from './members'
import { Crowds, type CrowdOptions } from './presence/crowds'
import { RemoteNode, type Digest, type Full } from './presence/remote'
import { Roster, type Present } from './presence/roster'

export type { Present } from './presence/roster'

export interface PresenceListener {
  joined(topic: string, who: Present): void
  left(topic: string, who: Present): void
  /** Instead of the joins and leaves since the last word: how many are there now, and some of them, or all. */
  gathered(topic: string, now: Gathering): void
}

/** A roster at one moment. `some` are all where they are as many as `clients`. */
export interface Gathering {
  clients: number
  users: number
  some: Present[]
}

export interface PresenceOptions extends CrowdOptions {
  digestMs: number
  /** At most one question to the same node in this time. */
  askMs: number
  /** How often a gathered roster is told. */
  beatMs: number
}

export const presenceDefaults: PresenceOptions = {
  digestMs: 1000,
  askMs: 500,
  beatMs: 1000,
  ...{ most: limits.rosterShown, changes: limits.rosterChanges, sample: limits.crowdShown },
}

/** What fits into one signal beside its frame. */
const changeBytes = signalBytes - 200

/** A change on the wire: join carries everything, leave only topic and client. */
type Change = ['+', string, string, string, unknown] | ['-', string, string]

export class Presence {
  private readonly own = new Roster()
  private readonly remote = new Map<string, RemoteNode>()
  private seq = 0
  private changes: Change[] = []
  private readonly timers: ReturnType<typeof setInterval>[] = []
  private readonly askedAt = new Map<string, number>()
  private readonly listeners: PresenceListener[] = []
  private readonly told: Crowds

  constructor(
    private readonly self: { id: string; incarnation: string },
    private readonly bus: Bus,
    private readonly members: Pick<Members, 'onChange' | 'knows'>,
    private readonly options: PresenceOptions = presenceDefaults,
  ) {
    /** All listeners as one. */
    const all: PresenceListener = {
      joined: (topic, who) => this.listeners.forEach((listener) => listener.joined(topic, who)),
      left: (topic, who) => this.listeners.forEach((listener) => listener.left(topic, who)),
      gathered: (topic, now) => this.listeners.forEach((listener) => listener.gathered(topic, now)),
    }
    this.told = new Crowds(options, all, (topic, most) => this.list(topic, most))
    bus.onSignal('presence', (text, from) => this.hearChanges(from, JSON.parse(text) as Delta))
    bus.onSignal('presence-digest', (text, from) => this.hearDigest(from, JSON.parse(text) as Digest))
    bus.onSignal('presence-ask', (text) => {
      if (text === self.id) this.announceAll()
    })
    bus.onSignal('presence-full', (text, from) => this.hearFull(from, JSON.parse(text) as Full))
    members.onChange({
      alive: (id) => this.remote.get(id)?.show(),
      suspected: (id) => this.remote.get(id)?.hide(),
      gone: (id, incarnation) => this.drop(id, incarnation),
    })
  }

  onChange(listener: PresenceListener): void {
    this.listeners.push(listener)
  }

  run(): void {
    const { digestMs, beatMs } = this.options
    this.timers.push(
      setInterval(() => this.announceDigest(), digestMs),
      setInterval(() => this.told.beat(), beatMs),
    )
    this.announceDigest()
  }

  stop(): void {
    for (const timer of this.timers.splice(0)) clearInterval(timer)
  }

  /** @throws when it does not fit into a message: `info` is for a few hundred bytes. */
  join(topic: string, who: Present): void {
    const change: Change = ['+', topic, who.client, who.user, who.info]
    if (Buffer.byteLength(JSON.stringify(change)) > changeBytes)
      throw new Error('what a client tells of itself is too long')
    if (!this.own.add(topic, who)) return
    this.told.joined(topic, who)
    this.announce(change)
  }

  leave(topic: string, client: string): void {
    const who = this.own.remove(topic, client)
    if (!who) return
    this.told.left(topic, who)
    this.announce(['-', topic, client])
  }

  /** Who is on the topic, on all nodes that are not suspected; at most so many, those of this node first. */
  list(topic: string, most = Number.POSITIVE_INFINITY): Present[] {
    const some: Present[] = []
    const rosters = [this.own, ...[...this.remote.values()].filter(({ hidden }) => !hidden).map(({ roster }) => roster)]
    for (const roster of rosters) {
      for (const who of roster.list(topic)) {
        if (some.length >= most) return some
        some.push(who)
      }
    }
    return some
  }

  /** How many are on the topic; it costs the same for any number. */
  stats(topic: string): { clients: number; users: number } {
    return this.told.stats(topic)
  }

  private announce(change: Change): void {
    this.changes.push(change)
    if (this.changes.length === 1) setImmediate(() => this.flush())
  }

  private flush(): void {
    for (const part of chunk(this.changes, changeBytes)) {
      this.seq++
      this.bus.signal('presence', JSON.stringify({ inc: this.self.incarnation, seq: this.seq, changes: part }))
    }
    this.changes = []
  }

  private announceDigest(): void {
    const digest: Digest = { inc: this.self.incarnation, seq: this.seq, clients: this.own.size }
    this.bus.signal('presence-digest', JSON.stringify(digest))
  }

  /** Everything this node has, in parts; those who have it already don't look. */
  private announceAll(): void {
    if (this.changes.length > 0) this.flush()
    const parts = chunk(this.own.entries(), changeBytes)
    const of = Math.max(1, parts.length)
    for (let part = 0; part < of; part++) {
      const full: Full = { inc: this.self.incarnation, seq: this.seq, part, of, entries: parts[part] ?? [] }
      this.bus.signal('presence-full', JSON.stringify(full))
    }
  }

  private hearChanges(from: string, { inc, seq, changes }: Delta): void {
    const node = this.node(from, inc)
    if (!node || seq <= node.seq) return
    if (seq !== node.seq + 1) return this.ask(from)
    node.seq = seq
    for (const change of changes) {
      if (change[0] === '+') node.join(change[1], { client: change[2], user: change[3], info: change[4] })
      else node.leave(change[1], change[2])
    }
  }

  private hearDigest(from: string, digest: Digest): void {
    const node = this.node(from, digest.inc)
    if (node && !node.matches(digest)) this.ask(from)
  }

  private hearFull(from: string, full: Full): void {
    this.node(from, full.inc)?.assemble(full)
  }

  /**
   * What is known of that node; another incarnation starts empty. Words of who is no member are late ones of the dead,
   * or early ones that the next digest repeats.
   */
  private node(id: string, incarnation: string): RemoteNode | undefined {
    if (!this.members.knows(id, incarnation)) return undefined
    const known = this.remote.get(id)
    if (known?.incarnation === incarnation) return known
    known?.clear()
    const node = new RemoteNode(incarnation, this.told)
    this.remote.set(id, node)
    return node
  }

  private ask(id: string): void {
    const now = performance.now()
    if (now - (this.askedAt.get(id) ?? -Infinity) < this.options.askMs) return
    this.askedAt.set(id, now)
    this.bus.signal('presence-ask', id)
  }

  private drop(id: string, incarnation: string): void {
    const node = this.remote.get(id)
    if (node?.incarnation !== incarnation) return
    node.clear()
    this.remote.delete(id)
    this.askedAt.delete(id)
  }
}

interface Delta {
  inc: string
  seq: number
  changes: Change[]
}

/** Parts whose JSON stays below `maxBytes`. */
function chunk<T>(all: readonly T[], maxBytes: number): T[][] {
  const parts: T[][] = []
  let part: T[] = []
  let bytes = 0
  for (const one of all) {
    const size = Buffer.byteLength(JSON.stringify(one)) + 1
    if (part.length > 0 && bytes + size > maxBytes) {
      parts.push(part)
      part = []
      bytes = 0
    }
    part.push(one)
    bytes += size
  }
  if (part.length > 0) parts.push(part)
  return parts
}
