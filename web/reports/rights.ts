/** What to offer a person. The server decides; this is the part of its policy that a screen needs in order not to lead astray. */
import type { Role } from '../../protocol/roles'
import type { SignedIn } from '../shell/session'

export const handles = (role: Role | undefined): boolean => role === 'technician' || role === 'admin'

export const roleOf = ({ client }: SignedIn): Role | undefined => client.connection.status.get().server?.user.role
export const userOf = ({ client }: SignedIn): string | undefined => client.connection.status.get().server?.user.id
