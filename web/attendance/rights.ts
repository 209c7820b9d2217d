/** What to offer a person. The server decides; this is the part of its policy that a screen needs in order not to lead astray. */
import type { Role } from '../../protocol/roles'

const teachers: readonly Role[] = ['teacher', 'admin']

export const mayOpen = (role: Role | undefined): boolean => role !== undefined && teachers.includes(role)
