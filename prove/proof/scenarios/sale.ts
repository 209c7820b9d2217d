import { Client } from '../clients'
import { allOf, clientsOf, mustDo, settle, type Scenario, type Stage, type Work } from '../scenario'

const buyers = 500
const units = 100
const watchers = 3
/** Each presses this often: the second time with the same key, as a nervous finger does; the third is a new try. */
const presses = 3

export const sale: Scenario = {
  name: 'sale',
  what: '500 people buy 100 units at once, each pressing three times, while a node dies, connections say nothing and the database is killed',
  faults: ['kill node', 'kill database', 'half-open network'],
  lastingMs: 6000,
  begin: (stage) => sell(stage),
}

export async function sell(stage: Stage): Promise<Work> {
  const seller = new Client(stage.arena, stage.history, { user: 'seller', role: 'organiser' })
  const opensAt = new Date(Date.now() - 1000).toISOString()
  const wanted = { title: `Proof ${stage.round}`, stock: units, opensAt, perPerson: 1, holdSeconds: 0 }
  const { id } = await mustDo(seller, 'drops.create', `drop-${stage.round}`, wanted)
  const drop = String(id)
  const topic = `drops:${drop}`
  const eyes = clientsOf(stage, crowd('watcher', watchers), 'r')
  await Promise.all(eyes.map((client) => client.follow(topic)))
  let stopped = false
  const ended = allOf(
    clientsOf(stage, crowd('buyer', buyers), 'b').map((client, index) =>
      buy(client, index, { drop, round: stage.round, lastingMs: stage.lastingMs, isOver: () => stopped }),
    ),
  )
  return {
    stop: async () => {
      stopped = true
      await ended()
    },
    finish: async () => {
      await settle(seller, eyes, [topic])
      for (const client of [seller, ...eyes]) client.disconnect()
    },
  }
}

const crowd = (name: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ user: `${name}-${index + 1}`, role: 'student' as const }))

interface Purchase {
  drop: string
  round: string
  lastingMs: number
  isOver(): boolean
}

async function buy(client: Client, index: number, { drop, round, lastingMs, isOver }: Purchase): Promise<void> {
  const key = `${client.person.user}-${round}`
  for (let nth = 0; nth < presses; nth++) {
    await client.surely('drops.claim', nth < 2 ? key : `${key}-again`, { drop }, { door: 'http' })
    // Spread over the time that things break in, after the first rush.
    const pause = ((index % 50) / 50) * (lastingMs / presses)
    if (isOver()) return
    await Bun.sleep(pause)
  }
}
