import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { ownPostgres, statement, type OwnPostgres } from '../prove/testing/database'
import { until } from '../prove/testing/until'
import { postgresBus, waitingMessages, type Bus } from './bus'
import { busContract } from './bus.contract'
import { Db } from './db'

busContract('postgres', async () => {
  const own = await ownPostgres()
  const db = new Db(own.url, 'bus-test')
  return {
    join: (node) => postgresBus(db, node),
    breakConnections: () =>
      statement(
        own.url,
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'bus-test/bus-%'`,
      ),
    takeAway: async () => own.server.freeze(),
    restore: async () => own.server.thaw(),
    async stop() {
      await db.close()
      await own.stop()
    },
  }
})

describe('the postgres bus and a database that is away', () => {
  let own: OwnPostgres
  let db: Db
  let buses: Bus[] = []

  const join = (node: string): Bus => {
    const bus = postgresBus(db, node)
    buses.push(bus)
    return bus
  }

  beforeAll(async () => {
    own = await ownPostgres()
    db = new Db(own.url, 'bus-test')
  }, 30_000)

  afterEach(async () => {
    own.server.thaw()
    await Promise.all(buses.map((bus) => bus.stop()))
    buses = []
  })

  afterAll(async () => {
    await db.close()
    await own.stop()
  })

  test('it starts without it, and works when it comes', async () => {
    const [a, b] = [join('a'), join('b')]
    await own.server.stop()
    await Promise.all([a.run(), b.run()])
    expect([a.state, b.state]).toEqual(['down', 'down'])
    await own.server.start()
    const heard: string[] = []
    b.onSignal('s', (text) => heard.push(text))
    await until(() => b.state === 'up')
    a.signal('s', 'here')
    expect(await until(() => heard[0])).toBe('here')
  })

  test('it keeps the newest of what waits, up to a bound', async () => {
    const [a, b] = [join('a'), join('b')]
    const offsets: number[] = []
    b.onNotices((notices) => offsets.push(...notices.map(({ offset }) => offset)))
    await b.run()
    const all = Array.from({ length: waitingMessages + 1000 }, (_, nth) => ({
      topic: 't',
      offset: nth + 1,
      json: '{}',
    }))
    for (const one of all) a.publish([one], 'e1')
    await a.run()
    await until(() => offsets.at(-1) === all.length)
    expect(offsets).toEqual(all.slice(-waitingMessages).map(({ offset }) => offset))
  })

  test('it stops although the server is frozen', async () => {
    const bus = join('a')
    await bus.run()
    own.server.freeze()
    const since = performance.now()
    await bus.stop()
    expect(performance.now() - since).toBeLessThan(3000)
    expect(bus.state).toBe('down')
  })
})
