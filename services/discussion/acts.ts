/** What moderators did: who, what, to whom or what, and why. Rows are only ever added. */
import type { Tx } from '../../kernel/batch'
import type { Actor } from '../../protocol/roles'

export interface Done {
  channel: string
  action: 'removed' | 'cleaned' | 'kept' | 'timeout' | 'ban' | 'pardoned' | 'slowed' | 'ruled'
  target?: string
  reason?: string | undefined
}

export async function record(tx: Tx, actor: Actor, { channel, action, target, reason }: Done): Promise<void> {
  await tx.query(
    `INSERT INTO discussion.moderation (channel, actor, actor_name, action, target, reason) VALUES ($1, $2, $3, $4, $5, $6)`,
    [channel, actor.id, actor.name, action, target ?? null, reason ?? null],
  )
}
