/** Lost and found: a thing, a photo and a place; whoever lost it says so, and the finder agrees. */
import type { Service } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { claim, confirm, decline, post } from './commands'
import { topic } from './model'
import { list } from './queries'
import { events } from './schemas'

export const found: Service = {
  name: 'found',
  methods: [list, post, claim, confirm, decline],
  topics: [
    {
      prefix: topic,
      single: true,
      summary: 'What was found and what becomes of it. For everyone signed in.',
      roster: false,
      events,
      authorize: async (_sql, _actor, id) => {
        // `single` is for the documentation; that there is no `found:anything` is said here.
        if (id !== '') throw refuse.notFound()
      },
    },
  ],
  migrations: `${import.meta.dir}/migrations`,
}
