import type { Role } from '../../protocol/roles'

export type { Role }

/** Without the schema library, which the list of the protocol would bring along. */
export const roles: readonly Role[] = ['student', 'teacher', 'technician', 'organiser', 'admin', 'guest']
export const inviteRoles: readonly Role[] = ['student', 'teacher', 'technician', 'organiser', 'guest']
