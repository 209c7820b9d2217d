/** Discussion: channels and what is said in them. */
import type { Service } from '../../kernel/service'
import { visibleChannel } from './access'
import { create, expel, invite, leave, post, read } from './commands'
import { channelsTopic } from './model'
import { listChannels, readHistory, typing } from './queries'
import { channelEvents, directoryEvents } from './schemas'
import { note, thread, threadMembers } from './threads'

export const discussion: Service = {
  name: 'discussion',
  methods: [listChannels, readHistory, post, create, invite, leave, expel, read, typing, thread, note, threadMembers],
  topics: [
    {
      prefix: 'discussion',
      summary: 'One channel: its messages and who is in it. For those who can see the channel.',
      roster: true,
      events: channelEvents,
      authorize: async (sql, actor, id) => {
        await visibleChannel(sql, actor, id)
      },
    },
    {
      prefix: channelsTopic,
      single: true,
      summary: 'Channels that everybody may see, as they are made.',
      roster: false,
      events: directoryEvents,
      authorize: async () => undefined,
    },
  ],
  migrations: `${import.meta.dir}/migrations`,
}
