/** `alun drop verify ID`: recomputes a drop from its public record, with the code that its fairness page runs. */
import { StartFailure } from '../../cluster/failure'
import { Db } from '../../kernel/db'
import { read } from '../../kernel/log'
import { topicOf } from '../../services/drops/model'
import { verifyPages, type Proof, type RecordPage } from '../../services/drops/model/verify'
import { environment, placeConfig } from '../config'
import type { Command } from './command'
import { databaseOf } from './place'
import { visitor } from './visitor'

const pageEvents = 1000
const mostFaults = 20

export const drop: Command = {
  summary: 'goes through the public record of a drop and says whether everything in it was right (exit 1: it was not)',
  settings: ['data'],
  words: ['verify', 'ID'],
  options: {
    url: { placeholder: 'URL', help: 'ask this installation, as anybody can, instead of the database' },
    token: { placeholder: 'TOKEN', help: 'with --url: as whom; else as a guest' },
    json: { help: 'print the proof as JSON' },
  },
  async run(flags, { ID: id }) {
    const page = typeof flags.url === 'string' ? await overHttp(flags.url, flags.token, id!) : undefined
    const proof = page
      ? await verifyPages(page)
      : await overDatabase(databaseOf(placeConfig(flags, environment())), id!)
    process.stdout.write(flags.json ? `${JSON.stringify(proof)}\n` : told(proof))
    return proof.faults.length > 0 ? 1 : 0
  },
}

type Pages = (after: number) => Promise<RecordPage>

async function overDatabase(url: string, id: string): Promise<Proof & { offset: number }> {
  const db = new Db(url, 'alun/verify')
  try {
    const lane = db.lane('verify', { connections: 1, statementMs: 30_000 })
    return await verifyPages(async (after) => {
      const { events, head } = await read(lane, topicOf(id), after, pageEvents)
      if (head === 0) throw unknownDrop(id)
      return { events: events.map(({ json, offset }) => ({ ...(JSON.parse(json) as Said), offset })), head }
    })
  } finally {
    await db.close()
  }
}

interface Said {
  kind: string
  at: string
}

async function overHttp(url: string, token: unknown, id: string): Promise<Pages> {
  const ask = await visitor(url, token)
  return async (after) => {
    const response = await ask(`/api/drops/record?drop=${encodeURIComponent(id)}&after=${after}`)
    if (response.status === 404) throw unknownDrop(id)
    return (await response.json()) as RecordPage
  }
}

const unknownDrop = (id: string): StartFailure => new StartFailure(`there is no drop ${id}`)

function told({ faults, counters, claims, order, offset }: Proof & { offset: number }): string {
  const { stock, free, held, sold, waiting } = counters
  const lines = [
    `${offset} events, ${claims.length} claims${order.length > 0 ? `, a lobby of ${order.length} drawn as its seed says` : ''}`,
    `stock ${stock} = sold ${sold} + held ${held} + free ${free}; waiting ${waiting}`,
    faults.length === 0 ? 'right: every event follows from those before it' : `WRONG: ${faults.length} faults`,
    ...faults.slice(0, mostFaults).map((fault) => `  at ${fault}`),
  ]
  return `${lines.join('\n')}\n`
}
