/** The bus loses, delays and repeats, and goes away altogether; over PostgreSQL or Redis, as the cluster has it. */
import { setTimeout as later } from 'node:timers/promises'
import type { OwnRedis } from '../../testing/redis'
import { freezeBackends, withDatabase } from './database'

const cutMs = 1500
const awayMs = 1500
const repeatMs = 2500
/** A repetition comes at any time within this, so that it also comes in another order. */
const repeatWithinMs = 400
const channel = 'alun'
const connections = '%/bus-%'

/** Connections of the bus are ended as soon as they are there: what was said meanwhile is lost. */
export async function cutBus(databaseUrl: string, redis: OwnRedis | undefined): Promise<void> {
  const end = Date.now() + cutMs
  if (redis) {
    while (Date.now() < end) {
      await redis.command('CLIENT KILL TYPE pubsub').catch(() => undefined)
      await later(5)
    }
    return
  }
  await withDatabase(databaseUrl, async (client) => {
    while (Date.now() < end) {
      await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE $1`, [
        connections,
      ])
      await later(5)
    }
  })
}

/** All that is said waits, and comes at once. */
export async function freezeBus(databaseUrl: string, redis: OwnRedis | undefined): Promise<void> {
  if (!redis) return freezeBackends(databaseUrl, connections)
  redis.freeze()
  await later(awayMs)
  redis.thaw()
}

export async function killBus(redis: OwnRedis): Promise<void> {
  await redis.kill()
  await later(awayMs)
  await redis.start()
}

/** Whatever is said is said twice more, late and in another order. */
export async function repeatBus(databaseUrl: string, redis: OwnRedis | undefined): Promise<void> {
  if (redis) return repeatRedis(redis)
  await withDatabase(databaseUrl, (ear) =>
    withDatabase(databaseUrl, async (mouth) => {
      const { rows } = await mouth.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
      const echo = echoes((text) => mouth.query('SELECT pg_notify($1, $2)', [channel, text]))
      ear.on('notification', ({ processId, payload = '' }) => {
        if (processId !== rows[0]!.pid) echo.add(payload)
      })
      await ear.query(`LISTEN ${channel}`)
      await later(repeatMs)
      await ear.query(`UNLISTEN ${channel}`)
      await echo.ended()
    }),
  )
}

async function repeatRedis({ url }: OwnRedis): Promise<void> {
  const [ear, mouth] = [new Bun.RedisClient(url), new Bun.RedisClient(url)]
  /** What we said ourselves, and have not heard yet. */
  const own = new Map<string, number>()
  const echo = echoes(async (text) => {
    own.set(text, (own.get(text) ?? 0) + 1)
    await mouth.publish(channel, text)
  })
  try {
    await ear.subscribe(channel, (text) => {
      const mine = own.get(text) ?? 0
      if (mine > 0) own.set(text, mine - 1)
      else echo.add(text)
    })
    await later(repeatMs)
    await ear.unsubscribe(channel)
    await echo.ended()
  } finally {
    ear.close()
    mouth.close()
  }
}

function echoes(say: (text: string) => Promise<unknown>): { add(text: string): void; ended(): Promise<unknown> } {
  const said: Promise<unknown>[] = []
  const repeat = async (text: string): Promise<void> => {
    await later(Math.random() * repeatWithinMs)
    await say(text).catch(() => undefined)
  }
  return { add: (text) => void said.push(repeat(text), repeat(text)), ended: () => Promise.all(said) }
}
