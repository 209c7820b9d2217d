/** What to offer a person. The server decides; this is the part of its policy that a screen needs in order not to lead astray. */
import type { Role } from '../../protocol/roles'

const organisers: readonly Role[] = ['teacher', 'technician', 'organiser', 'admin']

export const mayCreate = (role: Role | undefined): boolean => role !== undefined && organisers.includes(role)
