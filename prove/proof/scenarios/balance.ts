import { Client } from '../clients'
import { Worker, type Scenario } from '../scenario'

const callers = 24
/** A node that serves less than this part of its share is left out by something. */
const leastShare = 0.3

export const balance: Scenario = {
  name: 'balance',
  what: 'requests on new connections are spread over all nodes; who served is named each time',
  faults: [],
  lastingMs: 3000,
  async begin({ arena, history }) {
    const clients = Array.from(
      { length: callers },
      (_, index) => new Client(arena, history, { user: `caller-${index}`, role: 'student' }, 'h'),
    )
    const served = new Map<string, number>()
    const workers = clients.map(
      (client) =>
        new Worker(async () => {
          const { node = '', outcome } = await client.post('people.me', '', {})
          if (outcome === 'ok') served.set(node, (served.get(node) ?? 0) + 1)
        }),
    )
    return {
      stop: async () => void (await Promise.all(workers.map((worker) => worker.stop()))),
      finish: async () => {
        const all = [...served.values()].reduce((sum, one) => sum + one, 0)
        history.add({ type: 'state', of: 'balance', value: { served: Object.fromEntries(served), all } })
        const least = Math.min(...served.values())
        if (served.size < arena.nodes || least < (all / arena.nodes) * leastShare) {
          throw new Error(`not all nodes serve: ${JSON.stringify(Object.fromEntries(served))}`)
        }
      },
    }
  },
}
