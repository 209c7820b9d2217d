/** Asks for the made-up campus, or to have it taken away, beside the running system: its nodes see it in the log. */
import { Db } from '../../kernel/db'
import { Registry } from '../../kernel/service'
import { people } from '../../services/people/service'

export type Wish = 'fill' | 'clear'

/** @returns what the command answered. */
export async function askForDemo(databaseUrl: string, wish: Wish): Promise<Record<string, unknown>> {
  const db = new Db(databaseUrl, 'alun/demo')
  try {
    const ground = {
      ...{ node: 'cli', demo: false, now: () => Date.now(), members: () => [], leader: () => undefined },
      whisper: () => undefined,
    }
    const context = {
      ...{ node: 'cli', hit: () => undefined, committed: () => undefined },
      enqueue: async () => undefined,
    }
    const options = { laneConnections: 1, readConnections: 1, newKey: () => Bun.randomUUIDv7() }
    return await new Registry([people], db, context, ground, options).perform(`people.${wish}_demo`, {})
  } finally {
    await db.close()
  }
}
