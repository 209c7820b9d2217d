import { Client } from '../clients'
import { clientsOf, mustDo, settle, Worker, type Scenario, type Stage, type Work } from '../scenario'

const callers = 24
/** A node that serves less than this part of its share is left out by something. */
const leastShare = 0.3
/** Every so many calls are a word, said again and again with one key: whoever serves knows it. */
const wordEvery = 4

export const balance: Scenario = {
  name: 'balance',
  what: 'requests on new connections are spread over all nodes, who served is named each time, and whoever serves knows a key that another took; the database goes away, and nobody is cut off',
  faults: [],
  some: { of: ['kill database', 'freeze database'], count: 1 },
  lastingMs: 3000,
  begin: (stage) => call(stage),
}

async function call(stage: Stage): Promise<Work> {
  const { arena, history, round } = stage
  const start = Date.now()
  const owner = new Client(arena, history, { user: 'owner', role: 'teacher' })
  const made = { name: `Proof ${round}`, kind: 'public' }
  const channel = String((await mustDo(owner, 'discussion.create', `channel-${round}`, made))['id'])
  const [reader] = clientsOf(stage, [{ user: 'reader', role: 'student' }], 'r')
  await reader!.follow(`discussion:${channel}`)
  const people = Array.from({ length: callers }, (_, nth) => ({ user: `caller-${nth + 1}`, role: 'student' as const }))
  const served = new Map<string, number>()
  const workers = clientsOf(stage, people, 'h').map(
    (client) =>
      new Worker(async (nth) => {
        const says = nth % wordEvery === 0
        const key = says ? `${client.person.user}-${round}` : ''
        const input = says ? { channel, text: `${client.person.user} is here` } : {}
        const { node = '', outcome } = await client.post(says ? 'discussion.post' : 'people.me', key, input)
        if (outcome === 'ok') served.set(node, (served.get(node) ?? 0) + 1)
      }),
  )
  return {
    stop: async () => void (await Promise.all(workers.map((worker) => worker.stop()))),
    finish: async () => {
      await settle(owner, [reader!], [`discussion:${channel}`])
      for (const client of [owner, reader!]) client.disconnect()
      const died = history.of('died').flatMap(({ node, at }) => (at >= start ? [node] : []))
      mustBeSpread(arena.nodes, served, died)
    },
  }
}

/** @param died who was away for part of the time: it need only have served. @throws when a node was left out. */
export function mustBeSpread(nodes: number, served: ReadonlyMap<string, number>, died: readonly string[]): void {
  const all = [...served.values()].reduce((sum, one) => sum + one, 0)
  const isLeftOut = ([node, count]: [string, number]): boolean =>
    !died.includes(node) && count < (all / nodes) * leastShare
  if (served.size === nodes && ![...served].some(isLeftOut)) return
  throw new Error(`not all nodes serve: ${JSON.stringify(Object.fromEntries(served))}`)
}
