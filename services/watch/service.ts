/** Watch: what the nodes do, what becomes of jobs, and, in a demonstration, what happens when something breaks. */
import type { Service } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { breakSomething, discardJob, probe, retryJob } from './commands'
import { healthOf } from './look'
import type { WatchMeans } from './means'
import { watchTopic } from './model'
import { proofNow, prove, proving, tellProof } from './proof'
import { here, jobs, mayWatch, nodes } from './queries'
import { saleNow, selling, sellToBots, tellSale } from './sale'
import { events } from './schemas'

export const watch = (means: WatchMeans): Service => ({
  name: 'watch',
  methods: [
    ...[
      nodes,
      here,
      healthOf(means),
      jobs(means),
      breakSomething(means),
      probe(means),
      retryJob(means),
      discardJob(means),
    ],
    ...[sellToBots(means), saleNow, tellSale],
    ...[prove(means), proofNow, tellProof],
  ],
  topics: [
    {
      prefix: watchTopic,
      single: true,
      summary:
        'Probes, sales to bots, proofs, and what was broken on purpose. For admins; in a demonstration for everybody.',
      roster: false,
      events,
      authorize: async (_sql, actor, id, ground) => {
        if (id !== '') throw refuse.notFound()
        mayWatch(actor, ground)
      },
    },
  ],
  jobs: [selling(means), proving(means)],
  migrations: `${import.meta.dir}/migrations`,
  connections: 1,
})
