import { query, type Ground } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import type { WatchMeans } from './means'
import { empty, here as hereOutput, jobs as jobsOutput, nodes as nodesOutput } from './schemas'

/** @throws Refusal */
export function mayWatch(actor: Actor, { demo }: Pick<Ground, 'demo'>): void {
  if (!demo && actor.role !== 'admin') throw refuse.forbidden()
}

export const nodes = query({
  name: 'watch.nodes',
  summary: 'The nodes alive now, with what each did in its last second.',
  input: empty,
  output: nodesOutput,
  oneStatement: true,
  async run(_sql, actor, _input, ground) {
    mayWatch(actor, ground)
    const all = ground.members().map(({ id, version, state, startedAt, connections, load, figures, lagMs }) => ({
      ...{ id, version, state, startedAt, connections, load },
      ...(figures && { figures }),
      ...(lagMs !== undefined && { lagMs }),
    }))
    return { nodes: all, leader: ground.leader() }
  },
})

/** Clients ask this to see how far away a node is, and how far behind: it costs next to nothing. */
export const here = query({
  name: 'watch.here',
  summary: 'The node that answers, and how far it is behind what is confirmed.',
  input: empty,
  output: hereOutput,
  oneStatement: true,
  async run(_sql, _actor, _input, { node, lagMs }) {
    const ms = lagMs?.()
    return { node, ...(ms !== undefined && { lagMs: ms }) }
  },
})

const mostFailed = 200
const dataCharacters = 500

export const jobs = (means: WatchMeans) =>
  query({
    name: 'watch.jobs',
    summary: 'How much work waits, runs and failed, and why.',
    roles: ['admin'],
    input: empty,
    output: jobsOutput,
    oneStatement: true,
    async run() {
      const [queues, failed] = await Promise.all([means.jobs().overview(), means.jobs().failed(mostFailed)])
      const told = failed.map(({ data, at, ...job }) => ({
        ...job,
        data: JSON.stringify(data).slice(0, dataCharacters),
        at: at.toISOString(),
      }))
      return { queues, failed: told }
    },
  })
