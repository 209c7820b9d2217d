/**
 * What listeners are told of rosters, so that a crowd costs no more than a few: where few are present, each who comes and
 * goes; where many are, or many come at once, how many there are, and a sample of them.
 *
 *   each ──more than `most` are there, or more than `changes` of them in one beat──▶ gathered
 *   gathered ──a beat at which no more than `most` are there: all of them are told once──▶ each
 *
 * A gathered roster is told once a beat, if it changed. So a topic costs each of its sockets at most `changes` + 1 messages a
 * beat, and one if it is crowded: the work of everybody hearing of everybody would grow with the square of the crowd.
 */
import type { PresenceListener } from '../presence'
import type { Present } from './roster'

export interface CrowdOptions {
  /** Present on one topic; more are a crowd. */
  most: number
  /** Joins and leaves of one topic that are told singly in one beat. */
  changes: number
  /** How many of a crowd are shown. */
  sample: number
}

interface Crowd {
  clients: number
  /** How many clients each user has here. */
  users: Map<string, number>
  changes: number
  state: 'each' | 'gathered'
}

export class Crowds {
  private readonly topics = new Map<string, Crowd>()
  /** Those with changes in this beat. */
  private readonly touched = new Set<string>()

  constructor(
    private readonly options: CrowdOptions,
    private readonly tell: PresenceListener,
    /** The first of those who are shown on a topic, at most so many. */
    private readonly list: (topic: string, most: number) => Present[],
  ) {}

  stats(topic: string): { clients: number; users: number } {
    const crowd = this.topics.get(topic)
    return { clients: crowd?.clients ?? 0, users: crowd?.users.size ?? 0 }
  }

  joined(topic: string, who: Present): void {
    let crowd = this.topics.get(topic)
    if (!crowd) this.topics.set(topic, (crowd = { clients: 0, users: new Map(), changes: 0, state: 'each' }))
    crowd.clients++
    crowd.users.set(who.user, (crowd.users.get(who.user) ?? 0) + 1)
    if (this.isToldSingly(topic, crowd)) this.tell.joined(topic, who)
  }

  left(topic: string, who: Present): void {
    const crowd = this.topics.get(topic)
    if (!crowd) return
    crowd.clients--
    const others = (crowd.users.get(who.user) ?? 0) - 1
    if (others > 0) crowd.users.set(who.user, others)
    else crowd.users.delete(who.user)
    if (this.isToldSingly(topic, crowd)) this.tell.left(topic, who)
  }

  /** Called regularly. */
  beat(): void {
    const { most, sample } = this.options
    for (const topic of this.touched) {
      const crowd = this.topics.get(topic)!
      crowd.changes = 0
      if (crowd.state === 'gathered') {
        const isWhole = crowd.clients <= most
        if (isWhole) crowd.state = 'each'
        this.tell.gathered(topic, {
          clients: crowd.clients,
          users: crowd.users.size,
          some: this.list(topic, isWhole ? most : sample),
        })
      }
      if (crowd.clients === 0) this.topics.delete(topic)
    }
    this.touched.clear()
  }

  private isToldSingly(topic: string, crowd: Crowd): boolean {
    this.touched.add(topic)
    crowd.changes++
    if (crowd.clients > this.options.most || crowd.changes > this.options.changes) crowd.state = 'gathered'
    return crowd.state === 'each'
  }
}
