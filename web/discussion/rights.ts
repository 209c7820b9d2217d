/**
 * What to offer a person. The server decides; these are the tables of its policy that a screen needs in order not to
 * offer what would be refused. `rights.test.ts` holds them together.
 */
import type { Role } from '../../protocol/roles'
import type { Channel, ChannelKind, MadeKind } from '../../services/discussion/model'

const known: readonly Role[] = ['student', 'teacher', 'technician', 'organiser', 'admin']
const everyone: readonly Role[] = [...known, 'guest']
const announcers: readonly Role[] = ['teacher', 'organiser', 'admin']

export const mayCreate: Record<MadeKind, readonly Role[]> = {
  public: known,
  private: known,
  announcement: announcers,
}

export const mayPost: Record<ChannelKind, readonly Role[]> = {
  public: everyone,
  private: everyone,
  announcement: announcers,
  direct: everyone,
}

export const kindsFor = (role: Role): MadeKind[] =>
  (Object.keys(mayCreate) as MadeKind[]).filter((kind) => mayCreate[kind].includes(role))

/** A guest may answer. */
export const mayWriteTo = (role: Role): boolean => known.includes(role)

type Standing = Pick<Channel, 'kind' | 'role'>

export const hasSay = ({ kind, role: membership }: Standing, role: Role): boolean =>
  kind !== 'direct' && (role === 'admin' || membership === 'owner' || membership === 'moderator')

export const owns = (
  { kind, role: membership, thread }: Pick<Channel, 'kind' | 'role' | 'thread'>,
  role: Role,
): boolean => kind !== 'direct' && thread === undefined && (role === 'admin' || membership === 'owner')

export const mayWrite = (channel: Pick<Channel, 'kind' | 'role' | 'archived'>, role: Role): boolean =>
  !channel.archived && (mayPost[channel.kind].includes(role) || hasSay(channel, role))
