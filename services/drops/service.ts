/** Drops: limited stock, sold to exactly as many as there is, in an order that anybody can check. */
import type { Service } from '../../kernel/service'
import { claim, confirm, decline, release } from './commands'
import { tick } from './duties'
import { enter } from './lobby'
import { directoryTopic } from './model'
import { create } from './create'
import { close, pause, redeem, restock, resume } from './organise'
import { sheet, tallies } from './ledger'
import { get, list, mine, record, seen, verify } from './queries'
import { bots, discard, discarding, rehearse, rehearsing } from './rehearsal'
import { search } from './search'
import { directoryEvents, dropEvents } from './schemas'

export const drops: Service = {
  name: 'drops',
  methods: [
    list,
    search,
    get,
    mine,
    record,
    verify,
    tallies,
    sheet,
    create,
    enter,
    claim,
    confirm,
    release,
    decline,
    redeem,
    pause,
    resume,
    restock,
    close,
    rehearse,
    discard,
    ...bots,
  ],
  jobs: [rehearsing, discarding],
  topics: [
    {
      prefix: directoryTopic,
      summary:
        '`drops:<drop>`: one drop, everything that happens to it, people under pseudonyms. `drops`: new drops. For everyone.',
      roster: false,
      events: { ...dropEvents, created: dropEvents.created.or(directoryEvents.created) },
      authorize: async (sql, actor, id) => {
        if (id !== '') await seen(sql, actor, id)
      },
    },
  ],
  duties: [tick],
  migrations: `${import.meta.dir}/migrations`,
  connections: 2,
}
