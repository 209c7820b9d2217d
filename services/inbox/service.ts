/** The inbox: what concerns one person, in the bell of every page and on their devices. */
import type { Service, TopicRule } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { notify, read } from './commands'
import { notePush, pushKey, subscribePush, unsubscribePush } from './devices'
import type { InboxMeans } from './means'
import { digestJob, pushJob } from './push/jobs'
import { mailJob } from './push/mail'
import { listNotifications } from './queries'
import { events } from './schemas'
import { hold, retention } from './upkeep'
import { settings, wish } from './wishes'

const own: TopicRule = {
  prefix: 'inbox',
  summary: 'What concerns one user alone. Services tell here what is for nobody else, each with kinds of its own.',
  roster: false,
  own: true,
  events,
  authorize: async (_sql, actor, id) => {
    if (actor.id !== id) throw refuse.notFound()
  },
}

export const inbox = (means: InboxMeans): Service => ({
  name: 'inbox',
  methods: [
    ...[listNotifications, read, settings, wish],
    ...[pushKey(means), subscribePush(means), unsubscribePush],
    ...[notify, notePush, hold],
  ],
  topics: [own],
  jobs: [pushJob(means), digestJob(means), mailJob],
  duties: [retention],
  migrations: `${import.meta.dir}/migrations`,
})
