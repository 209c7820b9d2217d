/** Who may do what, on one screen. Membership is a matter of the data and is decided where it is read. */
import type { Role } from '../../protocol/roles'
import type { ChannelKind } from './model'

const everyone: readonly Role[] = ['student', 'teacher', 'technician', 'organiser', 'admin', 'guest']
const known: readonly Role[] = ['student', 'teacher', 'technician', 'organiser', 'admin']
const announcers: readonly Role[] = ['teacher', 'organiser', 'admin']

export const mayCreate: Record<ChannelKind, readonly Role[]> = {
  public: known,
  private: known,
  announcement: announcers,
}

/** In a private channel the author must also be a member. */
export const mayPost: Record<ChannelKind, readonly Role[]> = {
  public: everyone,
  private: everyone,
  announcement: announcers,
}
