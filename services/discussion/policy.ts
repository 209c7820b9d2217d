/** Who may do what, on one screen. Membership is a matter of the data and is decided where it is read. */
import type { Role } from '../../protocol/roles'
import type { ChannelKind, MadeKind, MemberRole } from './model'

const everyone: readonly Role[] = ['student', 'teacher', 'technician', 'organiser', 'admin', 'guest']
const known: readonly Role[] = ['student', 'teacher', 'technician', 'organiser', 'admin']
const announcers: readonly Role[] = ['teacher', 'organiser', 'admin']

export const mayCreate: Record<MadeKind, readonly Role[]> = {
  public: known,
  private: known,
  announcement: announcers,
}

/** In a private channel and in direct messages the author must also be a member. */
export const mayPost: Record<ChannelKind, readonly Role[]> = {
  public: everyone,
  private: everyone,
  announcement: announcers,
  direct: everyone,
}

/** Who may begin direct messages; a guest may answer. */
export const mayWriteTo = known

/** Who may address everybody in a channel, or everybody with a role. */
export const mayAddressAll = known
/** More people than this are addressed only after one was asked, and by those of the second list. */
export const manyPeople = 20
export const mayAddressMany = announcers

/** Who has a say about others' messages in a channel: those the channel chose, and admins where they can see. */
export const moderates = (membership: MemberRole | null, role: Role): boolean =>
  role === 'admin' || membership === 'owner' || membership === 'moderator'

/** Who may change a channel itself. */
export const owns = (membership: MemberRole | null, role: Role): boolean => role === 'admin' || membership === 'owner'

/** In a conversation of few anyone in it; elsewhere those who have a say, and those who announce. */
export const mayPin = (kind: ChannelKind, membership: MemberRole | null, role: Role): boolean =>
  kind === 'direct' ||
  (kind === 'private' && membership !== null) ||
  moderates(membership, role) ||
  announcers.includes(role)
