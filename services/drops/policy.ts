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
/** A limit per person needs persons: a guest can be made as often as one likes. */
export const mayClaim = (actor: Actor, drop: { guests: boolean }): boolean => actor.role !== 'guest' || drop.guests
