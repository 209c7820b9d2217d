/** Discussion: channels, what is said in them, and the threads of everything else. */
import type { Service } from '../../kernel/service'
import { visibleChannel } from './access'
import { change, create, direct, expel, invite, join, leave, role } from './channels'
import { classJob, followClass } from './classes'
import { post } from './commands'
import { delivered, draft, prefer, read, receipts } from './cursors'
import { listChannels } from './list'
import { edit, pin, react } from './messages'
import { channelsTopic } from './model'
import { flag, pardon, rules, sanction, settle, slow } from './moderation'
import { listMembers, listPins, listVersions, readHistory, readMessage, typing } from './queries'
import { listFlags, readModeration } from './queue'
import { clean, remove } from './remove'
import { channelEvents, directoryEvents } from './schemas'
import { index, search } from './search'
import { tell, tellJob } from './tell'
import { note, thread, threadMembers } from './threads'

export const discussion: Service = {
  name: 'discussion',
  methods: [
    ...[listChannels, readHistory, readMessage, listMembers, listPins, listVersions, search, listFlags, readModeration],
    ...[create, change, join, leave, invite, expel, role, direct],
    ...[post, edit, remove, clean, react, pin],
    ...[read, delivered, draft, prefer, receipts, typing],
    ...[flag, settle, sanction, pardon, slow, rules],
    ...[thread, note, threadMembers, tell, followClass],
  ],
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
      summary: 'Channels that everybody may see, as they are made and change.',
      roster: false,
      events: directoryEvents,
      authorize: async () => undefined,
    },
  ],
  jobs: [tellJob, classJob],
  duties: [index],
  migrations: `${import.meta.dir}/migrations`,
}
