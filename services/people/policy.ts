/** Who may do what with people. What depends on a class asks for the role in that class too. */
import type { Role } from '../../protocol/roles'

export const may = {
  makeClasses: ['admin', 'teacher'],
  /** Whoever teaches the class may as well. */
  manageClasses: ['admin'],
  /** A guest sees the people they meet, not a list of everybody. */
  search: ['admin', 'teacher', 'technician', 'organiser', 'student'],
  manage: ['admin'],
} as const satisfies Record<string, readonly Role[]>

export const includes = (roles: readonly Role[], role: Role): boolean => roles.includes(role)
