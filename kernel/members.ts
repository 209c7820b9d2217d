/**
 * The nodes alive now, found by heartbeat; there is no list to configure.
 *
 *   (unknown) ──beat──▶ alive ──3 s silent──▶ suspected ──5 s silent──▶ gone
 *                         ▲────────beat───────────┘
 *
 * A beat travels over the bus and stands as a row in an unlogged table, which is read with each beat of one's own: a
 * dead bus kills nobody. While neither can be heard, nobody is judged: a node that is blind itself can't tell.
 */
import type { Bus } from './bus'
import type { Lane } from './db'
import type { DatabaseClock } from './clock'

export interface NodeInfo {
  version: string
  address: string
  startedAt: string
  connections: number
  /** The part of one core in use, 0 to 1. */
  load: number
  /** What it did in its last whole second; for people who watch. */
  figures?: Figures
  /** How far what it shows was behind what was confirmed, at the worst of the last seconds. Absent: it can't tell. */
  lagMs?: number
  /** Its own clock minus the database's. */
  clockMs?: number
}

export interface Figures {
  requests: number
  p95Ms: number
  deliveries: number
  topics: number
  waiting: number
  memoryMb: number
  databaseUp: boolean
  busUp: boolean
}

export interface Member extends NodeInfo {
  id: string
  /** A node that returns under the same id has another incarnation. */
  incarnation: string
  state: 'alive' | 'suspected'
}

export interface MembersOptions {
  beatMs: number
  suspectMs: number
  goneMs: number
}

export const membersDefaults: MembersOptions = { beatMs: 1000, suspectMs: 3000, goneMs: 5000 }

interface Known extends Member {
  /** Monotonic time of the last beat. */
  heard: number
}

export interface MembersListener {
  alive?(id: string, incarnation: string): void
  suspected?(id: string, incarnation: string): void
  gone?(id: string, incarnation: string): void
}

/** More nodes than this are not a cluster of ours. */
const maxMembers = 1000

export class Members {
  private readonly known = new Map<string, Known>()
  private readonly listeners: MembersListener[] = []
  /** Lives that said goodbye: a late beat brings none of them back. */
  private readonly ended = new Set<string>()
  private timer: ReturnType<typeof setInterval> | undefined
  private looking: Promise<void> | undefined
  /** The last moment at which bus or table could be heard, and the last at which anyone was judged. */
  private lastSense = performance.now()
  private judgedAt = this.lastSense
  private leaderId: string | undefined

  constructor(
    readonly self: { id: string; incarnation: string },
    private readonly bus: Bus,
    private readonly lane: Lane,
    private readonly clock: DatabaseClock,
    private readonly info: () => NodeInfo,
    private readonly options: MembersOptions = membersDefaults,
  ) {
    bus.onSignal('beat', (text, from) => {
      this.lastSense = performance.now()
      this.hear(from, JSON.parse(text) as Beat)
    })
    bus.onSignal('bye', (text, from) => this.leave(from, text))
  }

  onChange(listener: MembersListener): void {
    this.listeners.push(listener)
  }

  /** Everyone who is not gone, oneself included, by id. */
  list(): Member[] {
    const self: Member = { ...this.self, ...this.info(), state: 'alive' }
    const others = [...this.known.values()].filter(({ id }) => id !== this.self.id)
    return [self, ...others.map(({ heard: _, ...member }) => member)].sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  /** Whether this life of that node is a member now. */
  knows(id: string, incarnation: string): boolean {
    return this.known.get(id)?.incarnation === incarnation
  }

  get leader(): string | undefined {
    return this.leaderId
  }

  /** Whether this node is the leader, as far as it knows. */
  get leads(): boolean {
    return this.leaderId === this.self.id
  }

  async run(): Promise<void> {
    this.beat()
    await this.looking
    this.timer = setInterval(() => this.beat(), this.options.beatMs)
  }

  async stop(): Promise<void> {
    clearInterval(this.timer)
    this.bus.signal('bye', this.self.incarnation)
    // A beat that is still on its way would stand in the table after us.
    await this.looking
    await this.lane
      .query('DELETE FROM kernel.nodes WHERE node = $1 AND incarnation = $2', [this.self.id, this.self.incarnation])
      .catch(() => undefined)
  }

  /** A look at the table that hangs must not silence us on the bus, nor keep us from hearing. */
  private beat(): void {
    const info = this.info()
    this.bus.signal('beat', JSON.stringify({ incarnation: this.self.incarnation, ...info }))
    if (this.looking) return this.judge()
    this.looking = this.look(info).finally(() => {
      this.looking = undefined
      this.judge()
    })
  }

  /** Writes the beat and reads those of the others. Never rejects. */
  private async look(info: NodeInfo): Promise<void> {
    try {
      const asked = performance.now()
      const rows = await this.lane.query<Row>(beatSql, [this.self.id, this.self.incarnation, JSON.stringify(info)])
      const answered = performance.now()
      this.lastSense = answered
      const others = rows.filter((row) => row.node !== null)
      for (const row of others) {
        if (row.silence < this.options.goneMs) {
          this.hear(row.node!, { incarnation: row.incarnation, ...row.info }, answered - row.silence)
        }
      }
      this.leaderId = rows[0]!.leader ?? undefined
      this.clock.observe(rows[0]!.now.getTime(), asked, answered)
    } catch {
      // The database's health tells of it.
    }
  }

  private hear(id: string, { incarnation, ...info }: Beat, heard = performance.now()): void {
    if (id === this.self.id || this.ended.has(incarnation)) return
    const before = this.known.get(id)
    if (!before && this.known.size >= maxMembers) return
    if (before && before.incarnation !== incarnation) {
      if (heard < before.heard || info.startedAt < before.startedAt) return
      this.forget(before)
    }
    const fresh = before?.incarnation === incarnation ? Math.max(before.heard, heard) : heard
    const state = performance.now() - fresh < this.options.suspectMs ? 'alive' : (before?.state ?? 'suspected')
    this.known.set(id, { ...info, id, incarnation, heard: fresh, state })
    if (state === 'alive' && (before?.state !== 'alive' || before.incarnation !== incarnation)) {
      this.tell('alive', id, incarnation)
    }
  }

  /** Silence counts only while something could be heard. */
  private judge(): void {
    const now = performance.now()
    const sinceMs = now - Math.max(this.judgedAt, this.lastSense)
    this.judgedAt = now
    if (now - this.lastSense > this.options.beatMs * 1.5) {
      for (const member of this.known.values()) member.heard += sinceMs
      return
    }
    for (const member of this.known.values()) {
      const silence = now - member.heard
      if (silence >= this.options.goneMs) this.forget(member)
      else if (silence >= this.options.suspectMs && member.state === 'alive') {
        member.state = 'suspected'
        this.tell('suspected', member.id, member.incarnation)
      }
    }
  }

  private leave(id: string, incarnation: string): void {
    const member = this.known.get(id)
    if (this.ended.size >= maxMembers) this.ended.clear()
    this.ended.add(incarnation)
    if (member?.incarnation === incarnation) this.forget(member)
  }

  private forget(member: Known): void {
    this.known.delete(member.id)
    this.tell('gone', member.id, member.incarnation)
  }

  private tell(event: keyof MembersListener, id: string, incarnation: string): void {
    for (const listener of this.listeners) listener[event]?.(id, incarnation)
  }
}

type Beat = NodeInfo & { incarnation: string }

interface Row {
  now: Date
  leader: string | null
  node: string | null
  incarnation: string
  silence: number
  info: NodeInfo
}

/**
 * One statement: the beat, the lease of the leader, and what the others said. Whoever holds the lease keeps it while it
 * beats; when it falls silent, the first to beat after that takes it. Leading only saves work: a duty is correct even
 * if two nodes do it.
 */
const beatSql = `
  WITH me AS (
    INSERT INTO kernel.nodes (node, incarnation, beat, info) VALUES ($1, $2, clock_timestamp(), $3::json)
    ON CONFLICT (node) DO UPDATE SET incarnation = excluded.incarnation, beat = excluded.beat, info = excluded.info
  ), lead AS (
    INSERT INTO kernel.duties AS d (duty, node, at) VALUES ('lead', $1, clock_timestamp())
    ON CONFLICT (duty) DO UPDATE SET node = excluded.node, at = excluded.at
      WHERE d.node = excluded.node OR d.at < clock_timestamp() - interval '3 seconds'
    RETURNING d.node
  )
  SELECT clock_timestamp() AS now,
    coalesce((SELECT node FROM lead), (SELECT node FROM kernel.duties WHERE duty = 'lead')) AS leader,
    n.node, n.incarnation, n.info, (extract(epoch FROM clock_timestamp() - n.beat) * 1000)::float8 AS silence
  FROM (SELECT 1) one LEFT JOIN kernel.nodes n ON n.node <> $1 AND n.beat > clock_timestamp() - interval '60 seconds'`
