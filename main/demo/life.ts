/**
 * Life on the made-up campus: students who talk, check in and claim, at a pace that no machine minds, on the node that
 * leads, and only while somebody is there to see it.
 */
import { Refusal } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { chatter, dropStock } from './campus'
import { putAway, type Thing } from './remains'
import { openDrop, seed, type Campus, type Runs } from './seed'

export interface LifeOptions {
  runs: Runs
  /** Only one node does it at a time; should two, keys and windows keep it from harm. */
  leads(): boolean
  /** How many connections there are in the whole cluster. */
  watchers(): number
  /** Milliseconds by the database's clock. */
  now(): number
  /** A demonstration makes its campus by itself, once. */
  demo: boolean
  trouble(error: unknown): void
}

const tickMs = 3000
/** Something happens in one tick of so many. */
const oneIn = 2
/** So that a demonstration left open on a screen doesn't fill a disk: begun anew with each start of a node. */
const mostActs = 5000
const nextDropMs = 15 * 60_000
const claimsATick = 3

export class Life {
  private timer: ReturnType<typeof setInterval> | undefined
  private busy = false
  private campus: Campus | undefined
  private fill = ''
  private acts = 0
  private nextDropAt = 0

  constructor(private readonly options: LifeOptions) {}

  run(): void {
    this.timer = setInterval(() => void this.tick(), tickMs)
  }

  stop(): void {
    clearInterval(this.timer)
  }

  /** One step, if it is this node's to take. Never rejects. */
  async tick(random: () => number = Math.random): Promise<void> {
    if (this.busy || !this.options.leads()) return
    this.busy = true
    try {
      await this.settle()
      if (this.campus && this.options.watchers() > 0 && this.acts < mostActs) await this.live(this.campus, random)
    } catch (error) {
      // That the database is away is told by who watches it.
      if (!(error instanceof Refusal && error.code === 'unavailable')) this.options.trouble(error)
    }
    this.busy = false
  }

  /** Makes the campus where it is wanted, knows it where it is there, forgets it where it was cleared. */
  private async settle(): Promise<void> {
    const { runs, demo, now, trouble } = this.options
    const { state, fill = '' } = (await runs.perform('people.demo', {})) as { state: string; fill?: string }
    if (state === 'none' && demo) await runs.perform('people.fill_demo', {})
    const isThere = state === 'wanted' || state === 'filled'
    if (!isThere) this.campus = undefined
    if (state === 'cleared') await this.clearAway()
    if (!isThere || (this.campus && this.fill === fill)) return
    // Known anew by the same keys, whichever node made it: what is there stays as it is.
    this.campus = await seed(runs, fill, (error) => void trouble(error))
    this.fill = fill
    this.nextDropAt = now() + nextDropMs
  }

  /** What a node that dies in the middle had taken out stays, without its mark: a channel more, no person. */
  private async clearAway(): Promise<void> {
    const { runs, trouble } = this.options
    const { things } = (await runs.perform('people.demo_remains', {})) as { things: Thing[] }
    await putAway(runs, things, trouble)
  }

  private async live(campus: Campus, random: () => number): Promise<void> {
    const { now } = this.options
    if (now() > this.nextDropAt) await this.nextDrop(campus)
    const student = this.someone(campus, random)
    if (random() * oneIn < 1) await this.talk(campus, student, random)
    if (campus.session) await this.quietly(student, 'attendance.check', { session: campus.session, direction: 'in' })
    for (let n = 0; n < claimsATick && campus.drop; n++) {
      if (random() * dropStock < 6)
        await this.quietly(this.someone(campus, random), 'drops.claim', { drop: campus.drop })
    }
  }

  private async talk(campus: Campus, student: Actor, random: () => number): Promise<void> {
    const channel = random() < 0.7 ? 'general' : (campus.channels[1] ?? 'general')
    await this.quietly(student, 'discussion.join', { channel })
    const said = await this.quietly(student, 'discussion.post', { channel, text: pick(chatter, random) })
    if (said) await this.mark('discussion.post', said)
  }

  private async nextDrop(campus: Campus): Promise<void> {
    const { runs, now } = this.options
    this.nextDropAt = now() + nextDropMs
    const organiser = campus.people.find(({ role }) => role === 'organiser')!
    const drop = await openDrop(runs, organiser, now() + 120_000, `${this.fill}:drop:${Math.floor(now() / nextDropMs)}`)
    if (!drop) return
    campus.drop = drop
    await this.mark('drops.create', drop)
  }

  private someone({ people }: Campus, random: () => number): Actor {
    // The first is whom a visitor may be: words that one hasn't said shouldn't stand under one's name.
    const [, ...students] = people.filter(({ role }) => role === 'student')
    return pick(students, random)
  }

  private async mark(kind: string, id: string): Promise<void> {
    await this.options.runs.perform('people.demo_mark', {
      things: [{ kind, id }],
      key: `${this.fill}:mark:${kind}:${id}`,
    })
  }

  /** A verdict such as "sold out" is part of life. @returns the id of what was made, if anything was. */
  private async quietly(actor: Actor, name: string, input: object): Promise<string | undefined> {
    const { runs } = this.options
    if (!runs.has(name)) return undefined
    this.acts++
    const answer = await runs.execute(actor, name, { ...input, key: crypto.randomUUID() }).catch(() => undefined)
    return answer?.['id'] as string | undefined
  }
}

const pick = <T>(from: readonly T[], random: () => number): T => from[Math.floor(random() * from.length)]!
