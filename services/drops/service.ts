/** Drops: limited stock, sold to exactly as many as there is, in an order that anybody can check. */
import type { Service } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { claim, confirm, decline, release } from './commands'
import { tick } from './duties'
import { enter } from './lobby'
import { directoryTopic } from './model'
import { create, pause, redeem, restock, resume } from './organise'
import { get, list, mine, record, verify } from './queries'
import { noSuchDrop } from './texts'
import { directoryEvents, dropEvents } from './schemas'

export const drops: Service = {
  name: 'drops',
  methods: [
    list,
    get,
    mine,
    record,
    verify,
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
  ],
  topics: [
    {
      prefix: directoryTopic,
      summary:
        '`drops:<drop>`: one drop, everything that happens to it, people under pseudonyms. `drops`: new drops. For everyone.',
      roster: false,
      events: { ...dropEvents, created: dropEvents.created.or(directoryEvents.created) },
      authorize: async (sql, _actor, id) => {
        if (id === '') return
        const found = await sql.query('SELECT 1 FROM drops.drop WHERE id = $1', [id])
        if (found.length === 0) throw refuse.notFound(noSuchDrop)
      },
    },
  ],
  duties: [tick],
  migrations: `${import.meta.dir}/migrations`,
  connections: 2,
}
