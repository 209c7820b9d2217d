/** Who may do what, on one screen. */
import type { Actor, Role } from '../../protocol/roles'

/** Open sessions and import timetables. */
export const mayOpen: readonly Role[] = ['teacher', 'admin']
/** Feed in what card readers saw: a reader is an account of one of these roles. */
export const mayIngest: readonly Role[] = ['teacher', 'admin']
/** See everybody's attendance; teachers see that of their own sessions. */
export const mayTabulate: readonly Role[] = ['teacher', 'admin']

/** Board, code, roll call, corrections, attempts. */
export const mayManage = (actor: Actor, session: { created_by: string }, teaches: boolean): boolean =>
  actor.role === 'admin' || actor.id === session.created_by || teaches

/** Open sessions for a class: who teaches it, and admins. */
export const mayCall = (actor: Actor, teachers: readonly { id: string }[]): boolean =>
  actor.role === 'admin' || teachers.some(({ id }) => id === actor.id)
