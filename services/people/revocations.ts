/**
 * What is not believed any more: of users whose role changed, everything issued before; of disabled ones, everything; of a
 * session that ended, what was issued to it. Every node follows the topic, so a token that any node may verify without
 * the database is refused everywhere within moments.
 */
import type { Sql } from '../../kernel/db'
import { revocationEvent, revocationsTopic } from './model'

/** What is needed of the hub. */
export interface Follows {
  follow(topic: string, apply: (event: { json: string }) => void, reset: () => void): Promise<{ stop(): void }>
}

/** How long a token or a cookie's copy of a session can outlive it, with much to spare. */
export const sessionEndLasts = { days: 1 }
const lastsMs = sessionEndLasts.days * 24 * 3600 * 1000
const tidyAt = 10_000

export class Revocations {
  private readonly users = new Map<string, { before: number; disabled: boolean }>()
  /** Ended sessions, and when that was heard; the oldest first. */
  private readonly sessions = new Map<string, number>()
  private follower: { stop(): void } | undefined

  /**
   * @param told called whenever something of this user's stops counting: forget what is cached, cut what is open. With a
   * session, only what was issued to that.
   */
  constructor(
    private readonly told: (userId: string, session?: string) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  isRevoked(userId: string, issuedAtMs: number, session?: string): boolean {
    if (session !== undefined && this.sessions.has(session)) return true
    const user = this.users.get(userId)
    return user !== undefined && (user.disabled || issuedAtMs < user.before)
  }

  /** First follows, then reads what was before: nothing falls between. @throws when the database can't be read. */
  async run(hub: Follows, sql: Sql): Promise<void> {
    const load = (): Promise<void> => this.load(sql)
    this.follower = await hub.follow(
      revocationsTopic,
      ({ json }) => {
        const event = revocationEvent.safeParse(JSON.parse(json))
        if (!event.success) return
        if (event.data.kind === 'ended') this.end(event.data.user, event.data.session)
        else this.learn(event.data.user, event.data.before, event.data.disabled)
      },
      () => void load().catch(() => undefined),
    )
    await load()
  }

  stop(): void {
    this.follower?.stop()
  }

  private async load(sql: Sql): Promise<void> {
    const users = await sql.query<{ user_id: string; before: Date; disabled: boolean }>(
      'SELECT user_id, before, disabled FROM people.revocation',
    )
    for (const row of users) this.learn(row.user_id, row.before.getTime(), row.disabled)
    const sessions = await sql.query<{ user_id: string; session: string }>(
      'SELECT user_id, session FROM people.ended_session ORDER BY at',
    )
    for (const row of sessions) this.end(row.user_id, row.session)
  }

  /** Each change is later than the one before it, so the latest says what holds, in whatever order they are heard. */
  private learn(userId: string, before: number, disabled: boolean): void {
    if (before <= (this.users.get(userId)?.before ?? Number.NEGATIVE_INFINITY)) return
    this.users.set(userId, { before, disabled })
    this.told(userId)
  }

  private end(userId: string, session: string): void {
    if (this.sessions.has(session)) return
    this.sessions.set(session, this.now())
    this.told(userId, session)
    if (this.sessions.size > tidyAt) this.tidy()
  }

  private tidy(): void {
    for (const [session, heard] of this.sessions) {
      if (this.now() - heard < lastsMs) return
      this.sessions.delete(session)
    }
  }
}
