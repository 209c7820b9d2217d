/**
 * What is not believed any more: of users whose role changed, everything issued before. Every node follows the topic,
 * so a token that any node may verify without the database is refused everywhere within moments.
 */
import type { Sql } from '../../kernel/db'
import { revocationsTopic, revoked } from './model'

/** What is needed of the hub. */
export interface Follows {
  follow(topic: string, apply: (event: { json: string }) => void, reset: () => void): Promise<{ stop(): void }>
}

export class Revocations {
  private readonly before = new Map<string, number>()
  private follower: { stop(): void } | undefined

  /** @param told called whenever something of this user's stops counting: forget what is cached, cut what is open. */
  constructor(private readonly told: (userId: string) => void) {}

  isRevoked(userId: string, issuedAtMs: number): boolean {
    return issuedAtMs < (this.before.get(userId) ?? Number.NEGATIVE_INFINITY)
  }

  /** First follows, then reads what was before: nothing falls between. @throws when the database can't be read. */
  async run(hub: Follows, sql: Sql): Promise<void> {
    const load = (): Promise<void> => this.load(sql)
    this.follower = await hub.follow(
      revocationsTopic,
      ({ json }) => {
        const event = revoked.safeParse(JSON.parse(json))
        if (event.success) this.learn(event.data.user, event.data.before)
      },
      () => void load().catch(() => undefined),
    )
    await load()
  }

  stop(): void {
    this.follower?.stop()
  }

  private async load(sql: Sql): Promise<void> {
    const rows = await sql.query<{ user_id: string; before: Date }>('SELECT user_id, before FROM people.revocation')
    for (const row of rows) this.learn(row.user_id, row.before.getTime())
  }

  private learn(userId: string, before: number): void {
    if (before <= (this.before.get(userId) ?? Number.NEGATIVE_INFINITY)) return
    this.before.set(userId, before)
    this.told(userId)
  }
}
