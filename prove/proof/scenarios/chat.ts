import { Client } from '../clients'
import { clientsOf, mustDo, settle, Worker, type Scenario, type Stage, type Work } from '../scenario'

const channels = 3
const readersEach = 3
const writers = 6
/** Every so many posts an old key is sent again, and the own words are looked for. */
const againEvery = 10
/** As often somebody says this many things at once: what is written together must come in one order, too. */
const burst = 4
/** People who never pause would leave the machine no room to start a node that died. */
const pauseMs = 10

export const chat: Scenario = {
  name: 'chat',
  what: 'six people write in three channels, nine read, while nodes die and hang, connections break, the bus is cut and repeats itself and the database is killed',
  faults: ['kill node', 'cut bus', 'freeze node', 'kill database', 'reset network', 'repeat bus'],
  lastingMs: 9000,
  begin: (stage) => talk(stage),
}

export async function talk(stage: Stage): Promise<Work> {
  const owner = new Client(stage.arena, stage.history, { user: 'owner', role: 'teacher' })
  const ids = await Promise.all(
    Array.from({ length: channels }, async (_, index) => {
      const key = `channel-${index}-${stage.round}`
      const { id } = await mustDo(owner, 'discussion.create', key, {
        name: `Proof ${stage.round} ${index}`,
        kind: 'public',
      })
      return String(id)
    }),
  )
  const topics = ids.map((id) => `discussion:${id}`)
  const readers = topics.flatMap((topic, at) =>
    clientsOf(stage, people(`reader${at}`, readersEach), 'r').map((client) => ({ client, topic })),
  )
  await Promise.all(readers.map(({ client, topic }) => client.follow(topic)))
  const authors = clientsOf(stage, people('writer', writers), 'w')
  const workers = authors.map((client, index) => new Worker(writer(client, ids[index % ids.length]!, stage.round)))
  return {
    stop: async () => void (await Promise.all(workers.map((worker) => worker.stop()))),
    finish: async () => {
      const followers = readers.map(({ client }) => client)
      await settle(owner, followers, topics)
      for (const client of [owner, ...followers, ...authors]) client.disconnect()
    },
  }
}

const people = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ user: `${name}-${index + 1}`, role: 'student' as const }))

function writer(client: Client, channel: string, round: string): (nth: number) => Promise<void> {
  return async (nth) => {
    const key = (n: number): string => `${client.person.user}-${round}-${n}`
    const post = (n: number): Record<string, unknown> => ({ channel, text: `${key(n)} says hello` })
    const door = nth % 2 ? 'http' : 'realtime'
    const { outcome, ...rest } = await client.surely('discussion.post', key(nth), post(nth), { door })
    await Bun.sleep(Math.random() * 2 * pauseMs)
    if (outcome !== 'ok' || nth % againEvery !== againEvery - 1) return
    const { output } = rest as { output: { offset: number } }
    await client.post('discussion.history', '', { channel, limit: 1 }, output.offset)
    const old = nth - againEvery + 1
    await client.surely('discussion.post', key(old), post(old), { door: 'http' })
    const more = Array.from({ length: burst }, (_, one) => nth + (one + 1) / 10)
    await Promise.all(more.map((one) => client.surely('discussion.post', key(one), post(one))))
  }
}
