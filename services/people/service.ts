/** People: who they are, how they sign in, what they may be. */
import type { Service, TopicRule } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { classChangeCommand, classCreateCommand, classRoster, enrolCommand, unenrolCommand } from './classes'
import { disable, enable, setRole } from './commands'
import { clearDemo, demoMark, demoPeople, demoRemains, demoState, fillDemo } from './demo'
import { byRole, classes, find, members } from './directory'
import { tidy } from './duties'
import { importCommand } from './import'
import { invite, invites, join, uninvite } from './invites'
import { list } from './list'
import { letterJob, write } from './letters'
import { mailJob, type MailMeans } from './mail'
import { exportMine, forget, profile } from './profile'
import { me, nodes } from './queries'
import { askReset, reset, resetLink, resetMail } from './reset'
import { revokeAllCommand, revokeCommand, sessions } from './sessions'
import { upgrade } from './upgrade'
import { called, named } from './who'

const cluster: TopicRule = {
  prefix: 'cluster',
  single: true,
  summary: 'The nodes, as they come and go.',
  roster: false,
  events: {},
  authorize: async (_sql, actor, id, ground) => {
    if (id !== '') throw refuse.notFound()
    if (!ground.demo && actor.role !== 'admin') throw refuse.forbidden()
  },
}

export const people: Service = {
  name: 'people',
  methods: [
    ...[me, nodes, find, byRole, named, called, list, profile, exportMine, forget],
    ...[resetLink, askReset, resetMail, reset, write],
    ...[sessions, revokeCommand, revokeAllCommand, setRole, disable, enable],
    ...[
      members,
      classes,
      classCreateCommand,
      classChangeCommand,
      enrolCommand,
      unenrolCommand,
      classRoster,
      importCommand,
    ],
    ...[fillDemo, clearDemo, demoState, demoPeople, demoMark, demoRemains],
    ...[invite, invites, uninvite, join, upgrade],
  ],
  topics: [cluster],
  duties: [tidy],
  migrations: `${import.meta.dir}/migrations`,
  connections: 1,
}

/** With what this installation can mail. */
export const peopleOf = (means: MailMeans): Service => ({ ...people, jobs: [mailJob(means), letterJob(means)] })
