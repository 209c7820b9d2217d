import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Refusal } from '../protocol/errors'
import {
  emptyDatabase,
  migrationsOf,
  ownPostgres,
  statement,
  testDatabase,
  type TestDatabase,
} from '../prove/testing/database'
import { PostgresProxy } from '../prove/testing/proxy'
import { errorOf, until } from '../prove/testing/until'
import { Db, isDuplicate, migrate, OutcomeUnknown, type HealthState, type Lane, type Migration } from './db'

let database: TestDatabase
let db: Db
let lane: Lane

beforeAll(async () => {
  database = await testDatabase()
  await statement(database.url, 'CREATE TABLE things (id int PRIMARY KEY, n bigint NOT NULL DEFAULT 0)')
  db = new Db(database.url, 'db-test')
  lane = db.lane('test', { connections: 4 })
}, 30_000)

afterAll(async () => {
  await db.close()
  await database.stop()
})

const many = <T>(count: number, make: (nth: number) => T): T[] => Array.from({ length: count }, (_, nth) => make(nth))
const ids = async (): Promise<number[]> =>
  (await lane.query<{ id: number }>('SELECT id FROM things ORDER BY id')).map(({ id }) => id)
const codeOf = async (promise: Promise<unknown>): Promise<string> => ((await errorOf(promise)) as Refusal).code

describe('a lane', () => {
  test('commits what its work did, or nothing at all', async () => {
    await lane.query('DELETE FROM things')
    expect(await lane.transaction(async (sql) => (await sql.query('INSERT INTO things (id) VALUES (1)'), 'done'))).toBe(
      'done',
    )
    const failed = lane.transaction(async (sql) => {
      await sql.query('INSERT INTO things (id) VALUES (2)')
      throw new Error('changed my mind')
    })
    expect(String(await errorOf(failed))).toContain('changed my mind')
    const twice = await errorOf(lane.transaction((sql) => sql.query('INSERT INTO things (id) VALUES (1)')))
    expect([isDuplicate(twice), isDuplicate(twice, 'things_pkey'), isDuplicate(twice, 'other')]).toEqual([
      true,
      true,
      false,
    ])
    expect(await ids()).toEqual([1])
  })

  test('does not say that it committed when PostgreSQL rolled back, though nobody threw', async () => {
    await lane.query('DELETE FROM things')
    const swallowed = lane.transaction(async (sql) => {
      await sql.query('INSERT INTO things (id) VALUES (7)')
      await sql.query('SELECT 1 / 0').catch(() => undefined)
      return 'done'
    })
    expect(String(await errorOf(swallowed))).toContain('rolled back')
    expect(await ids()).toEqual([])
  })

  test('calls a disk without room unavailable, also when it shows in what goes with the commit', async () => {
    await lane.query('DELETE FROM things')
    const full = `DO $$ BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$`
    const late = lane.transaction(async (sql, last) => {
      await sql.query('INSERT INTO things (id) VALUES (8)')
      for (const text of [full, 'INSERT INTO things (id) VALUES (9)']) last({ text, params: [] })
    })
    expect(await codeOf(late)).toBe('unavailable')
    expect(await ids()).toEqual([])
  })

  test('reads bigints as numbers', async () => {
    const [row] = await lane.query<{ n: number; none: null }>(
      'SELECT 9007199254740991::bigint AS n, NULL::bigint AS none',
    )
    expect(row).toEqual({ n: Number.MAX_SAFE_INTEGER, none: null })
  })

  test('shows one committed moment to all statements of a snapshot', async () => {
    await lane.query('DELETE FROM things')
    await lane.query('INSERT INTO things (id) VALUES (1)')
    const seen = await lane.snapshot(async (sql) => {
      const count = async (): Promise<number> => (await sql.query('SELECT 1 FROM things')).length
      const before = await count()
      await lane.query('INSERT INTO things (id) VALUES (2)')
      return [before, await count()]
    })
    expect(seen).toEqual([1, 1])
    expect(await ids()).toEqual([1, 2])
    await errorOf(lane.snapshot((sql) => sql.query('INSERT INTO things (id) VALUES (3)')))
    expect(await ids()).toEqual([1, 2])
  })

  test('runs many statements at once on few connections, each with its own result', async () => {
    const rows = await Promise.all(many(200, (nth) => lane.query<{ nth: number }>('SELECT $1::int AS nth', [nth])))
    expect(rows.map(([row]) => row!.nth)).toEqual(many(200, (nth) => nth))
  })

  test('is not slowed by another lane that is full', async () => {
    const busy = db.lane('busy', { connections: 2 })
    let isOver = false
    const storm = Promise.all(many(10, () => busy.query('SELECT pg_sleep(0.3)'))).then(() => (isOver = true))
    for (let nth = 0; nth < 20; nth++) await lane.query('SELECT 1')
    expect(isOver).toBe(false)
    await storm
  })

  test('ends what takes too long, frees its locks, and goes on', async () => {
    await lane.query('DELETE FROM things')
    await lane.query('INSERT INTO things (id) VALUES (1)')
    const short = db.lane('short', { connections: 1, statementMs: 200 })
    const slow = codeOf(short.query('SELECT pg_sleep(5)'))
    const holding = Promise.withResolvers<void>()
    const forgetful = codeOf(
      db.lane('forgetful', { connections: 1 }).transaction(async (sql) => {
        await sql.query('UPDATE things SET n = n + 1 WHERE id = 1')
        holding.resolve()
        // As a process that was frozen here: it would keep the row's lock until somebody ends it.
        await until(() => false, { timeoutMs: 3000 }).catch(() => undefined)
        await sql.query('SELECT 1')
      }),
    )
    await holding.promise
    await until(() => lane.query('UPDATE things SET n = n + 10 WHERE id = 1').then(() => true), { timeoutMs: 4000 })
    expect([await slow, await forgetful]).toEqual(['unavailable', 'unavailable'])
    expect(await lane.query<{ n: number }>('SELECT n FROM things')).toEqual([{ n: 10 }])
    expect(await short.query<{ one: number }>('SELECT 1 AS one')).toEqual([{ one: 1 }])
  }, 10_000)

  test('gives up waiting for a connection of its own, and blames nobody else', async () => {
    const tight = db.lane('tight', { connections: 1 })
    const go = Promise.withResolvers<void>()
    const holder = tight.snapshot(() => go.promise)
    expect(await codeOf(tight.query('SELECT 1'))).toBe('unavailable')
    go.resolve()
    await holder.catch(() => undefined)
    expect(await until(() => tight.query('SELECT 1'))).toHaveLength(1)
    expect(await db.health.verdict()).toBe('up')
  }, 10_000)
})

describe('a commit whose answer never came', () => {
  for (const cut of ['before-commit', 'after-commit'] as const) {
    test(`${cut}: is told apart from every other failure, since only the database knows`, async () => {
      await lane.query('DELETE FROM things')
      const proxy = await PostgresProxy.open(database.url)
      const through = new Db(proxy.url, 'through')
      try {
        const work = through.lane('test', { connections: 2 })
        await work.query('SELECT 1')
        proxy.plan.push(cut)
        const error = await errorOf(work.transaction((sql) => sql.query('INSERT INTO things (id) VALUES (1)')))
        expect(error).toBeInstanceOf(OutcomeUnknown)
        expect(await ids()).toEqual(cut === 'after-commit' ? [1] : [])
        expect(await until(() => work.query('SELECT 1'))).toHaveLength(1)
        const earlier = work.transaction(async (sql) => (proxy.cutAll(), sql.query('SELECT 1')))
        expect(await codeOf(earlier)).toBe('unavailable')
      } finally {
        await through.close()
        await proxy.close()
      }
    })
  }
})

describe('the health gate', () => {
  test('refuses at once while the database is away, tells of it, and opens by itself', async () => {
    const own = await ownPostgres()
    const away = new Db(own.url, 'health')
    const states: HealthState[] = []
    away.health.onChange((state) => states.push(state))
    const reads = away.lane('reads', { connections: 4 })
    try {
      await Promise.all(many(4, () => reads.query('SELECT 1')))
      await own.server.stop()
      expect(new Set(await Promise.all(many(20, () => codeOf(reads.query('SELECT 1')))))).toEqual(
        new Set(['unavailable']),
      )
      await until(() => away.health.state === 'down', { what: 'the gate to close' })
      const since = performance.now()
      for (let nth = 0; nth < 50; nth++) expect(await codeOf(reads.query('SELECT 1'))).toBe('unavailable')
      expect(performance.now() - since).toBeLessThan(50)
      await own.server.start()
      const back = performance.now()
      await until(() => reads.query('SELECT 1'), { timeoutMs: 3000 })
      expect(performance.now() - back).toBeLessThan(1000)
      expect([states[0], states.at(-1)]).toEqual(['suspected', 'up'])
    } finally {
      await away.close()
      await own.stop()
    }
  }, 20_000)

  test('does not keep a node from ending while the database is frozen', async () => {
    const own = await ownPostgres()
    const frozen = new Db(own.url, 'frozen')
    try {
      await frozen.lane('reads', { connections: 2 }).query('SELECT 1')
      own.server.freeze()
      const since = performance.now()
      await frozen.close()
      expect(performance.now() - since).toBeLessThan(3000)
    } finally {
      own.server.thaw()
      await own.stop()
    }
  }, 20_000)

  test('makes work wait for the verdict when one connection breaks, instead of failing all', async () => {
    await Promise.all(many(4, () => lane.query('SELECT 1')))
    const broken = codeOf(lane.query('SELECT pg_terminate_backend(pg_backend_pid())'))
    expect(await broken).toBe('unavailable')
    expect(db.health.state).toBe('suspected')
    const answers = await Promise.all(many(20, () => lane.query<{ one: number }>('SELECT 1 AS one')))
    expect(answers).toHaveLength(20)
    expect(db.health.state).toBe('up')
  })
})

describe('migrate', () => {
  const kernel = (): Promise<Migration[]> => migrationsOf('kernel', join(import.meta.dir, 'migrations'))

  test('lets five processes start at once on an empty database: each migration runs once', async () => {
    const empty = await emptyDatabase()
    const program = `
      import { migrate } from ${JSON.stringify(join(import.meta.dir, 'db.ts'))}
      console.log(JSON.stringify(await migrate(process.env.URL, JSON.parse(process.env.MIGRATIONS))))`
    const all = await kernel()
    const env = { ...process.env, URL: empty.url, MIGRATIONS: JSON.stringify(all) }
    const outputs = await Promise.all(
      many(5, async () => {
        const child = Bun.spawn([process.execPath, '-e', program], { env, stdout: 'pipe', stderr: 'inherit' })
        return JSON.parse(await new Response(child.stdout).text()) as string[]
      }),
    )
    expect(outputs.flat().sort()).toEqual(all.map(({ id }) => `kernel/${id}`))
    await empty.stop()
  }, 20_000)

  test('runs what is new in the order given, all of a migration or nothing of it', async () => {
    const empty = await emptyDatabase()
    const one = { owner: 'a', id: '0001_one', sql: 'CREATE TABLE one (n int); INSERT INTO one VALUES (1);' }
    const two = { owner: 'b', id: '0001_two', sql: 'ALTER TABLE one ADD COLUMN m int;' }
    const bad = { owner: 'b', id: '0002_bad', sql: 'DROP TABLE one; SELECT 1 / 0;' }
    expect(await migrate(empty.url, [one])).toEqual(['a/0001_one'])
    expect(await migrate(empty.url, [one, two])).toEqual(['b/0001_two'])
    expect(String(await errorOf(migrate(empty.url, [one, two, bad])))).toContain('b/0002_bad failed: division by zero')
    expect(await migrate(empty.url, [one, two])).toEqual([])
    await statement(empty.url, 'SELECT m FROM one')
    await empty.stop()
  })

  test('refuses a migration that was changed after it ran, and leaves all as it was', async () => {
    const empty = await emptyDatabase()
    const first = { owner: 'a', id: '0001_one', sql: 'CREATE TABLE one (n int)' }
    await migrate(empty.url, [first])
    const changed = migrate(empty.url, [
      { ...first, sql: 'CREATE TABLE one (n bigint)' },
      { owner: 'a', id: '0002', sql: 'DROP TABLE one' },
    ])
    expect(String(await errorOf(changed))).toContain('a/0001_one was changed after it ran')
    await statement(empty.url, 'SELECT n FROM one')
    expect(await migrate(empty.url, [first])).toEqual([])
    await empty.stop()
  })
})
