/** Who may do what, on one screen. */
import type { Actor, Role } from '../../protocol/roles'

export const mayCreate: readonly Role[] = ['teacher', 'technician', 'organiser', 'admin']
/** Scan codes at pickup. The one who made the drop may as well. */
const mayRedeem: readonly Role[] = ['teacher', 'technician', 'organiser', 'admin']

interface Owned {
  created_by: string
}

/** Pause, resume and restock. */
export const mayManage = (actor: Actor, drop: Owned): boolean => actor.role === 'admin' || actor.id === drop.created_by
export const mayScan = (actor: Actor, drop: Owned): boolean =>
  mayRedeem.includes(actor.role) || actor.id === drop.created_by
/** A rehearsal's buyers; no person's id looks like that. */
export const botId = (nth: number): string => `bot:${nth}`
const isBot = ({ id }: Actor): boolean => id.startsWith('bot:')
/** A rehearsal is there for who manages the drop, and for those who play the buyers. */
export const maySee = (actor: Actor, drop: Owned & { rehearsal_of: string | null }): boolean =>
  drop.rehearsal_of === null || isBot(actor) || mayManage(actor, drop)
/** A limit per person needs persons: a guest can be made as often as one likes. */
export const mayClaim = (actor: Actor, drop: { guests: boolean }): boolean => actor.role !== 'guest' || drop.guests
