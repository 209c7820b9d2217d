/**
 * One drop as this node remembers it: its stream folded, who is in it, and whether that is still all there is to know.
 * `memory.ts` says when it may speak.
 */
import type { Sql } from '../../kernel/db'
import { heads } from '../../kernel/log'
import { apply, type Drop } from './model'
import { placesOf } from './model/claim'
import { pseudonym } from './secrets'

interface Heard {
  offset: number
  json: string
}

/** Kinds of which there are many, and which change counters and claimants only. */
const ofClaims = new Set(['held', 'sold', 'waiting', 'offered', 'redeemed', 'released', 'declined', 'expired'])
const frequent = new Set([...ofClaims, 'entered'])
const mostUnread = 2000
/** Pseudonyms that are kept rather than made again. */
const mostNames = 20_000
/** The longest that a reading waits for company, since the one before. */
const betweenReadsMs = 2
/** Of those who asked of late: with so many there, it is time. */
const enoughPart = 0.5

/** As the log writes events, the kind stands first. */
const kindOf = (json: string): string => json.slice(kindAt, json.indexOf('"', kindAt))
const kindAt = '{"kind":"'.length
const nameMark = '"who":"'

export class Fold {
  drop!: Drop
  offset = 0
  /** Offsets started anew since it began. */
  isOfThePast = false
  follower: { offset: number; epoch: string; stop(): void } | undefined
  private salt = ''
  private opened = false
  private readonly claimants = new Set<string>()
  private early: Heard[] | undefined = []
  private unread: Heard[] = []
  /** A unit was free after the last event. */
  private isFree = false
  opensAtMs = 0
  /** When somebody last asked for it. */
  usedAtMs = 0
  private readonly names = new Map<string, string>()
  private asking: Promise<boolean> | undefined
  /** How many wait for the next reading, and how many of them are enough. */
  private waiting = 0
  private enough = 0
  private gathered: (() => void) | undefined
  private flying: Promise<unknown> = Promise.resolve()
  private askedAtMs = Number.NEGATIVE_INFINITY

  constructor(
    private readonly sql: Sql,
    private readonly topic: string,
  ) {}

  begin(drop: Drop, salt: string, opened: boolean, claimants: readonly string[]): void {
    Object.assign(this, { drop, salt, opened, isFree: drop.free > 0, opensAtMs: Date.parse(drop.opensAt) })
    for (const who of claimants) this.claimants.add(who)
    const { early } = this
    this.early = undefined
    for (const event of early!) this.take(event)
  }

  /** What is heard is read only when somebody might be refused: in a rush that costs nothing but keeping it. */
  take(event: Heard): void {
    this.offset = event.offset
    if (this.early) return void this.early.push(event)
    this.unread.push(event)
    const isFrequent = frequent.has(kindOf(event.json))
    this.isFree = isFrequent && !event.json.includes('"free":0')
    if (!isFrequent || this.unread.length > mostUnread) this.readUp()
  }

  /** False: surely nobody would be refused now. */
  mightRefuse(nowMs: number): boolean {
    return !this.isFree || !this.opened || this.isStopped || nowMs < this.opensAtMs
  }

  private get isStopped(): boolean {
    return this.drop.status === 'paused' || this.drop.status === 'closed'
  }

  /** Each event tells the counters after it: of many claims in a row the last one's stay, and who made the others. */
  private readUp(): void {
    const { unread } = this
    if (unread.length === 0) return
    this.unread = []
    const last = unread.length - 1
    for (const [nth, event] of unread.entries()) {
      if (nth < last && ofClaims.has(kindOf(event.json))) this.readName(event.json)
      else this.read(event)
    }
  }

  /** Not taken apart: inside a JSON text no quotation mark stands bare, so the mark is the field's name. */
  private readName(json: string): void {
    const at = json.indexOf(nameMark)
    if (at < 0) return
    const from = at + nameMark.length
    this.claimants.add(json.slice(from, json.indexOf('"', from)))
  }

  private read(event: Heard): void {
    const data = JSON.parse(event.json) as { kind: string; at: string; who?: string }
    this.drop = apply({ drop: this.drop }, { kind: data.kind, at: data.at, offset: event.offset, data }).drop
    if (data.kind === 'opened' || data.kind === 'drawn') this.opened = true
    if (data.who !== undefined) this.claimants.add(data.who)
  }

  nameOf(user: string): string {
    let name = this.names.get(user)
    if (name === undefined) {
      if (this.names.size >= mostNames) this.names.clear()
      this.names.set(user, (name = pseudonym(this.salt, user)))
    }
    return name
  }

  /** Whether this person ever had a claim or an entry here. */
  knows(who: string): boolean {
    this.readUp()
    return this.claimants.has(who)
  }

  /** What everybody who is new here is told, as far as the fold knows. */
  refuses(): 'sold_out' | 'not_open' | undefined {
    this.readUp()
    if (this.isStopped) return 'not_open'
    const { sold, stock, waiting, waitlist } = this.drop
    const over = this.opened && sold === stock && waiting === 0 && placesOf(waitlist) === 0
    return over ? 'sold_out' : undefined
  }

  /** Whether the fold stands at the log's head, read after this call. Calls that wait share one read. */
  atHead(): Promise<boolean> {
    if (++this.waiting === this.enough) this.gathered?.()
    return (this.asking ??= this.askInTurn())
  }

  /** One reading after the other, each for as many as may be there soon: a crowd is then answered by few of them. */
  private async askInTurn(): Promise<boolean> {
    await this.flying
    await this.gather()
    // Who comes from here on needs a later one.
    this.asking = undefined
    const served = this.waiting
    this.waiting = 0
    this.askedAtMs = performance.now()
    const asked = this.ask().catch(() => false)
    this.flying = asked
    const isAtHead = await asked
    this.enough = Math.floor((served + this.waiting) * enoughPart)
    return isAtHead
  }

  /** Those who were just answered will ask again. Half of them are waited for, not for long: the others are answered meanwhile. */
  private async gather(): Promise<void> {
    const earlyMs = this.askedAtMs + betweenReadsMs - performance.now()
    if (earlyMs <= 0 || this.waiting >= this.enough) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, earlyMs)
    // Whoever is read from the sockets in this same turn comes along.
    this.gathered = () => void setImmediate(resolve)
    await promise
    this.gathered = undefined
    clearTimeout(timer)
  }

  private async ask(): Promise<boolean> {
    const { heads: found, epoch } = await heads(this.sql, [this.topic])
    this.isOfThePast = epoch !== this.follower?.epoch
    return !this.isOfThePast && (found.get(this.topic) ?? 0) <= this.offset
  }
}
