/**
 * First steps: three things that people of a role come here for. Each is done by doing it, wherever; what is done, and that
 * somebody doesn't want to be shown it, goes along to their other devices.
 */
import type { Client } from '../../client/client'
import type { CommandName } from '../../client/methods'
import { Store } from '../../client/store'
import type { Role } from '../../protocol/roles'
import { recall, remember } from './device'

/** The command that is a step, and where it is done. */
export const places = {
  'discussion.post': '/c',
  'reports.submit': '/reports/new',
  'attendance.check': '/attendance',
  'drops.claim': '/drops',
  'people.invite': '/classes',
  'attendance.open': '/attendance/new',
  'reports.claim': '/reports/queue',
  'reports.update': '/reports/queue',
  'inbox.subscribe_push': '/inbox/settings',
  'drops.create': '/drops/new',
  'reports.place_save': '/reports/places',
} as const satisfies Partial<Record<CommandName, string>>
export type Step = keyof typeof places

export const stepsOf: Record<Role, readonly [Step, Step, Step]> = {
  guest: ['discussion.post', 'reports.submit', 'drops.claim'],
  student: ['attendance.check', 'discussion.post', 'reports.submit'],
  teacher: ['people.invite', 'attendance.open', 'discussion.post'],
  technician: ['inbox.subscribe_push', 'reports.claim', 'reports.update'],
  organiser: ['drops.create', 'people.invite', 'discussion.post'],
  admin: ['people.invite', 'reports.place_save', 'inbox.subscribe_push'],
}

export const hidden = 'hidden'

/** Steps done, and `hidden`. Nothing: not known yet. */
export const guide = new Store<readonly string[] | undefined>(undefined)

let keep: (marks: readonly string[]) => void = () => undefined

/** Adds a mark, here and on the person's other devices. */
export function mark(what: Step | typeof hidden): void {
  const marks = guide.get()
  if (!marks || marks.includes(what)) return
  guide.set([...marks, what])
  keep([...marks, what])
}

/** @param isShared whoever comes in as a made-up person: what one visitor did is kept on their device alone. */
export function followGuide(client: Client, isShared: boolean) {
  guide.set(isShared ? (recall('guide')?.split(' ') ?? []) : undefined)
  keep = (marks) => {
    if (isShared) remember('guide', marks.join(' '))
    else client.command('people.profile', { guide: [...marks] }).catch(() => undefined)
  }
  const { role } = client.connection.status.get().server!.user
  return {
    /** What the person's profile says; nothing was marked where it says nothing. */
    learn: (marks: readonly string[] = guide.get() ?? []): void => guide.set(marks),
    end: client.onDone((name) => {
      const step = stepsOf[role].find((one) => one === name)
      if (step) mark(step)
    }),
  }
}
