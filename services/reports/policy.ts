/** Who may do what with reports, on one screen. What depends on the report is decided where it is read (`access.ts`). */
import type { Role } from '../../protocol/roles'

export const everyone: readonly Role[] = ['student', 'teacher', 'technician', 'organiser', 'admin', 'guest']
/** They see every report, private ones too, and who made it. */
export const handlers: readonly Role[] = ['technician', 'admin']

export const may = {
  handle: handlers,
  /** Gives a report to somebody else. */
  assign: handlers,
  /** Finishes a report without a photo of the repair, with a reason. */
  override: ['admin'],
  moderate: handlers,
  /** Categories and places. */
  manage: ['admin'],
} as const satisfies Record<string, readonly Role[]>

export const includes = (roles: readonly Role[], role: Role): boolean => roles.includes(role)
export const isHandler = (role: Role): boolean => includes(handlers, role)

/** Reports of one guest in an hour; others are known, and need no bound but the general one. */
export const guestReportsPerHour = 30
