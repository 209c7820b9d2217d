import type { PresenceListener } from '../presence'
import { Roster, type Present, type RosterEntry } from './roster'

export interface Digest {
  inc: string
  seq: number
  clients: number
}

export interface Full {
  inc: string
  seq: number
  part: number
  of: number
  entries: RosterEntry[]
}

/** What is known of another node's clients, and how far its announcements were followed. */
export class RemoteNode {
  seq = 0
  /** Suspected: what it announced is kept but not shown. */
  hidden = false
  roster = new Roster()
  private parts: (RosterEntry[] | undefined)[] = []
  private partsSeq = -1

  constructor(
    readonly incarnation: string,
    private readonly listener: Pick<PresenceListener, 'joined' | 'left'>,
  ) {}

  matches({ seq, clients }: Digest): boolean {
    return seq === this.seq && clients === this.roster.size
  }

  join(topic: string, who: Present): void {
    if (this.roster.add(topic, who) && !this.hidden) this.listener.joined(topic, who)
  }

  leave(topic: string, client: string): void {
    const who = this.roster.remove(topic, client)
    if (who && !this.hidden) this.listener.left(topic, who)
  }

  /** Takes one part; when all of one announcement are here, they replace what was known. */
  assemble({ seq, part, of, entries }: Full): void {
    if (seq < this.seq) return
    if (seq !== this.partsSeq || this.parts.length !== of) {
      this.partsSeq = seq
      this.parts = Array.from({ length: of }, () => undefined)
    }
    this.parts[part] = entries
    if (this.parts.every((one) => one !== undefined)) {
      this.replace(this.parts.flat() as RosterEntry[], seq)
      this.partsSeq = -1
    }
  }

  hide(): void {
    if (this.hidden) return
    for (const [topic, client, user, info] of this.roster.entries()) this.listener.left(topic, { client, user, info })
    this.hidden = true
  }

  show(): void {
    if (!this.hidden) return
    this.hidden = false
    for (const [topic, client, user, info] of this.roster.entries()) this.listener.joined(topic, { client, user, info })
  }

  clear(): void {
    for (const [topic, client] of this.roster.entries()) this.leave(topic, client)
  }

  private replace(entries: RosterEntry[], seq: number): void {
    const fresh = new Roster()
    for (const [topic, client, user, info] of entries) fresh.add(topic, { client, user, info })
    for (const [topic, client] of this.roster.entries()) if (!fresh.has(topic, client)) this.leave(topic, client)
    for (const [topic, client, user, info] of entries) this.join(topic, { client, user, info })
    this.roster = fresh
    this.seq = seq
  }
}
