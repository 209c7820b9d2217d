/** The inbox: what concerns one person, in the bell of every page and on their devices. */
import type { Service, TopicRule } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { notify, read } from './commands'
import { listNotifications } from './queries'
import { events } from './schemas'

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

export const inbox: Service = {
  name: 'inbox',
  methods: [listNotifications, notify, read],
  topics: [own],
  migrations: `${import.meta.dir}/migrations`,
}
