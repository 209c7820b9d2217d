import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../prove/testing/database'
import { random } from '../prove/testing/random'
import { rewriting } from '../prove/testing/sql'
import { errorOf, until } from '../prove/testing/until'
import { Db, type Lane, type Sql } from './db'
import * as log from './log'

let database: TestDatabase
let db: Db
let lane: Lane

beforeAll(async () => {
  database = await testDatabase()
  db = new Db(database.url, 'log-test')
  lane = db.lane('test', { connections: 24 })
}, 30_000)

afterAll(async () => {
  await db.close()
  await database.stop()
})

const event = (topic: string, data: Record<string, unknown> = {}): log.NewEvent => ({
  topic,
  kind: 'posted',
  actor: 'ann',
  data,
})

const appendTo = (topic: string, count: number, days = 0): Promise<log.Appended[]> =>
  lane.transaction(async (sql) => {
    const events = await log.append(
      sql,
      'n1',
      Array.from({ length: count }, (_, nth) => event(topic, { nth })),
    )
    if (days > 0) {
      await sql.query(`UPDATE kernel.events SET at = at - make_interval(days => $2) WHERE topic = $1`, [topic, days])
    }
    return events
  })

const offsetsOf = async (topic: string): Promise<number[]> =>
  (await log.read(lane, topic, 0, 10_000)).events.map(({ offset }) => offset)

const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at)

async function waitingForLocks(sql: Sql): Promise<number> {
  const rows = await sql.query<{ waiting: number }>(
    `SELECT count(*) AS waiting FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%kernel.installation%'`,
  )
  return rows[0]!.waiting
}

class Abort extends Error {}

/** Many transactions on many connections: some abort after they appended, some take their time before or after. */
async function storm(seed: number, topics: readonly string[], writers: number, each: number): Promise<log.Appended[]> {
  const stored: log.Appended[] = []
  const write = async (writer: number): Promise<void> => {
    const { int, chance, shuffle } = random(seed * 1000 + writer)
    for (let round = 0; round < each; round++) {
      const chosen = shuffle(topics).slice(0, 1 + int(topics.length))
      const events = chosen.flatMap((topic) => upTo(1 + int(3)).map((nth) => event(topic, { writer, round, nth })))
      const work = async (sql: Sql): Promise<log.Appended[]> => {
        if (chance(0.4)) await sql.query('SELECT pg_current_xact_id(), pg_sleep($1)', [int(6) / 1000])
        const appended = await log.append(sql, `n${writer}`, events)
        if (chance(0.3)) await sql.query('SELECT pg_sleep($1)', [int(4) / 1000])
        if (chance(0.25)) throw new Abort()
        return appended
      }
      await lane.transaction(work).then(
        (appended) => stored.push(...appended),
        (error: unknown) => {
          if (!(error instanceof Abort)) throw error
        },
      )
    }
  }
  await Promise.all(upTo(writers).map(write))
  return stored
}

describe('append', () => {
  test('gives dense offsets in commit order to many writers, though some of them abort', async () => {
    const topics = ['dense:a', 'dense:b', 'dense:c', 'dense:d']
    const stored = await storm(1, topics, 16, 12)
    for (const topic of topics) {
      const { head, events } = await log.read(lane, topic, 0, 10_000)
      expect(events.map(({ offset }) => offset)).toEqual(upTo(head))
      const told = stored.filter((one) => one.topic === topic).sort((a, b) => a.offset - b.offset)
      expect(told.map(({ offset, json }) => ({ offset, json }))).toEqual(
        events.map(({ offset, json }) => ({ offset, json })),
      )
      const times = told.map(({ at }) => at)
      expect(times).toEqual([...times].sort())
    }
  }, 20_000)

  test('reads the time after the lock, so that a writer who waited is not earlier than the one it waited for', async () => {
    const holding = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    await appendTo('time:a', 1)
    const first = lane.transaction(async (sql) => {
      const [one] = await log.append(sql, 'n1', [event('time:a')])
      holding.resolve()
      await go.promise
      const [{ now }] = (await sql.query<{ now: Date }>('SELECT clock_timestamp() AS now')) as [{ now: Date }]
      return { at: one!.at, now }
    })
    await holding.promise
    const second = lane.transaction((sql) => log.append(sql, 'n2', [event('time:a')]))
    await lane.query('SELECT pg_sleep(0.05)')
    go.resolve()
    const { now } = await first
    const [late] = await second
    expect(new Date(late!.at).getTime()).toBeGreaterThanOrEqual(now.getTime() - 1)
  })

  test("never goes back in time, though the database's clock does", async () => {
    await appendTo('time:b', 1)
    await lane.query(`UPDATE kernel.topics SET at = at + interval '1 hour' WHERE topic = 'time:b'`)
    const [before] = await appendTo('time:b', 1)
    const [after] = await appendTo('time:b', 1)
    expect(after!.at >= before!.at).toBe(true)
    expect(new Date(before!.at).getTime()).toBeGreaterThan(Date.now() + 3_500_000)
  })

  /** Pairs of writers that name the same topics in opposite order; gives how many of them ended in a deadlock. */
  async function deadlocks(prefix: string, edit: (text: string) => string, rounds: number): Promise<number> {
    const { shuffle } = random(7)
    const topics = upTo(30).map((nth) => `${prefix}:t${nth}`)
    await lane.transaction((sql) =>
      log.append(
        sql,
        'n1',
        topics.map((topic) => event(topic)),
      ),
    )
    let found = 0
    for (let round = 0; round < rounds && found === 0; round++) {
      const writers = upTo(12).map(() =>
        lane.transaction((sql) =>
          log.append(
            rewriting(sql, edit),
            'n1',
            shuffle(topics).map((topic) => event(topic)),
          ),
        ),
      )
      for (const { reason } of (await Promise.allSettled(writers)).filter((one) => one.status === 'rejected')) {
        if ((reason as { code?: string }).code !== '40P01') throw reason
        found++
      }
    }
    return found
  }

  test('locks topics in one order, so that writers of the same topics never block each other for good', async () => {
    expect(await deadlocks('sorted', (text) => text, 4)).toBe(0)
  }, 20_000)

  test('would deadlock if it took the topics as they come', async () => {
    expect(await deadlocks('unsorted', (text) => text.replaceAll('ORDER BY topic', ''), 200)).toBeGreaterThan(0)
  }, 20_000)

  test('keeps every text as it was given, in memory and in the log', async () => {
    const texts = [
      '',
      '"\\',
      'baris\nbaru\ttab',
      '\u0000\u001e\u001f\u007f',
      'é 漢字 👩‍👩‍👧',
      '\ud800 alone',
      '\u2028\u2029',
      '</script>',
    ]
    const appended = await lane.transaction((sql) =>
      log.append(
        sql,
        'n1',
        texts.map((text) => event('texts:a', { text })),
      ),
    )
    const { events } = await log.read(lane, 'texts:a', 0, 100)
    expect(events.map(({ json }) => json)).toEqual(appended.map(({ json }) => json))
    expect(events.map(({ json }) => (JSON.parse(json) as { text: string }).text)).toEqual(texts)
  })

  test('an event without fields of its own is still an object of its frame', async () => {
    const [appended] = await lane.transaction((sql) => log.append(sql, 'n1', [event('texts:b')]))
    const { at } = appended!
    expect(JSON.parse(appended!.json)).toEqual({ kind: 'posted', at, actor: 'ann', node: 'n1' })
    expect((await log.read(lane, 'texts:b', 0, 1)).events[0]!.json).toBe(appended!.json)
  })

  test('keeps effects beside the data, for hubs only', async () => {
    const effects = { revokes: ['bob'], redacts: [1] }
    await lane.transaction((sql) => log.append(sql, 'n1', [{ ...event('effects:a'), effects }, event('effects:a')]))
    const { events } = await log.read(lane, 'effects:a', 0, 10)
    expect(events.map((one) => one.effects)).toEqual([effects, undefined])
    expect(events[0]!.json).not.toContain('bob')
  })
})

describe('changes', () => {
  test('misses no commit, whatever was under way at the look before', async () => {
    const topics = upTo(6).map((nth) => `look:t${nth}`)
    let done = false
    let { cursor } = await log.cursorNow(lane)
    const writing = storm(2, topics, 12, 15).finally(() => (done = true))
    const known = new Map<string, number>()
    let looks = 0
    while (!done) {
      await lane.snapshot(async (sql) => {
        const looked = await log.changes(sql, cursor)
        cursor = looked.cursor
        for (const { topic, head } of looked.heads) known.set(topic, head)
        const { heads } = await log.heads(sql, topics)
        for (const [topic, head] of heads) expect([topic, known.get(topic)]).toEqual([topic, head])
      })
      looks++
    }
    await writing
    expect(looks).toBeGreaterThan(10)
  }, 20_000)

  test('tells again of little: what is quiet is not in the next look', async () => {
    await appendTo('quiet:a', 1)
    const { cursor } = await log.changes(lane, '0')
    await appendTo('quiet:b', 2)
    const { heads } = await log.changes(lane, cursor)
    expect(heads.find(({ topic }) => topic === 'quiet:b')?.head).toBe(2)
    expect(heads.some(({ topic }) => topic === 'look:t1')).toBe(false)
  })
})

describe('read', () => {
  test('gives pages forward and back, each with head and epoch of its moment', async () => {
    await appendTo('pages:a', 10)
    const { epoch } = await log.position(lane, 'pages:a')
    const offsets = ({ events }: log.Page): number[] => events.map(({ offset }) => offset)
    const middle = await log.read(lane, 'pages:a', 3, 4)
    expect([offsets(middle), middle.head, middle.epoch]).toEqual([[4, 5, 6, 7], 10, epoch])
    expect(offsets(await log.read(lane, 'pages:a', 8, 4))).toEqual([9, 10])
    expect(offsets(await log.readBack(lane, 'pages:a', 8, 3))).toEqual([7, 6, 5])
    expect(offsets(await log.readBack(lane, 'pages:a', 3, 10))).toEqual([2, 1])
    const beyond = await log.read(lane, 'pages:a', 10, 4)
    expect([offsets(beyond), beyond.head, beyond.epoch]).toEqual([[], 10, epoch])
  })

  test('knows a topic on which nothing ever happened', async () => {
    const { epoch } = await log.position(lane, 'pages:a')
    expect(await log.read(lane, 'never:a', 0, 10)).toMatchObject({ head: 0, epoch, events: [] })
    expect(await log.readBack(lane, 'never:a', Number.MAX_SAFE_INTEGER, 10)).toMatchObject({
      head: 0,
      epoch,
      events: [],
    })
    expect(await log.position(lane, 'never:a')).toEqual({ topic: 'never:a', offset: 0, epoch })
    expect((await log.heads(lane, ['never:a', 'pages:a'])).heads).toEqual(new Map([['pages:a', 10]]))
  })

  test('gives a position that belongs to the rows of the same snapshot', async () => {
    await appendTo('moment:a', 1)
    await lane.snapshot(async (sql) => {
      const before = await log.position(sql, 'moment:a')
      await appendTo('moment:a', 1)
      expect((await log.position(sql, 'moment:a')).offset).toBe(before.offset)
      expect((await log.read(sql, 'moment:a', 0, 10)).events).toHaveLength(before.offset)
    })
  })
})

describe('redact', () => {
  test('takes the content and keeps the offset, in the log and in rings alike', async () => {
    const events = await lane.transaction((sql) =>
      log.append(
        sql,
        'n1',
        upTo(3).map((nth) => event('gone:a', { text: `secret ${nth}` })),
      ),
    )
    await lane.transaction((sql) => log.redact(sql, 'gone:a', 2))
    const page = await log.read(lane, 'gone:a', 0, 10)
    expect(page.events.map(({ offset }) => offset)).toEqual([1, 2, 3])
    expect(page.events[1]!.json).toBe(log.redactedJson(events[1]!.json))
    expect(page.events[1]!.json).not.toContain('secret')
    expect(JSON.parse(page.events[1]!.json)).toMatchObject({ kind: 'redacted', at: events[1]!.at, actor: 'ann' })
    const [{ left }] = (await lane.query<{ left: number }>(
      `SELECT count(*) AS left FROM kernel.events WHERE data::text LIKE '%secret 2%'`,
    )) as [{ left: number }]
    expect(left).toBe(0)
  })
})

describe('trim', () => {
  test('deletes what is older than its days, of its prefix only, and keeps heads', async () => {
    await appendTo('old:a', 5, 40)
    await appendTo('old:a', 2)
    await appendTo('older:a', 3, 40)
    expect(await log.trim(lane, 'old', 30, 100)).toBe(5)
    expect(await offsetsOf('old:a')).toEqual([6, 7])
    expect(await offsetsOf('older:a')).toEqual([1, 2, 3])
    expect((await log.position(lane, 'old:a')).offset).toBe(7)
    const [next] = await appendTo('old:a', 1)
    expect(next!.offset).toBe(8)
  })

  test('leaves no hole when it stops half-way, even where rows were rewritten since', async () => {
    await appendTo('half:a', 12, 40)
    await appendTo('half:b', 12, 40)
    // A redaction moves the row to another place of the table, behind the later ones.
    for (const offset of [1, 2, 5]) await lane.transaction((sql) => log.redact(sql, 'half:a', offset))
    for (let left = 24; left > 0; left -= 5) {
      expect(await log.trim(lane, 'half', 30, 5)).toBe(Math.min(5, left))
      for (const topic of ['half:a', 'half:b']) {
        const offsets = await offsetsOf(topic)
        expect(offsets).toEqual(offsets.length > 0 ? upTo(12, 13 - offsets.length) : [])
      }
    }
  })
})

describe('epoch', () => {
  test('of many nodes that find a lost tail at once, one makes the new epoch and all learn it', async () => {
    const { epoch: lost } = await log.position(lane, 'any:a')
    let renewals: Promise<log.Life>[] = []
    await lane.transaction(async (sql) => {
      await sql.query('SELECT 1 FROM kernel.installation FOR UPDATE')
      renewals = upTo(12).map(() => log.renewEpoch(lane, lost))
      // All of them have begun, and wait: what each can see is the moment before.
      await until(async () => (await waitingForLocks(lane)) === 12, { what: '12 renewals to wait' })
    })
    const renewed = (await Promise.all(renewals)).map(({ epoch }) => epoch)
    expect(new Set(renewed).size).toBe(1)
    expect(renewed[0]).not.toBe(lost)
    expect((await log.position(lane, 'any:a')).epoch).toBe(renewed[0]!)
    expect((await log.renewEpoch(lane, lost)).epoch).toBe(renewed[0]!)
  })

  test('was confirmed in this run of the database until it restarts', async () => {
    expect(await log.restartedSinceEpoch(lane)).toBe(false)
    await lane.query(`UPDATE kernel.installation SET database_started = database_started - interval '1 day'`)
    expect(await log.restartedSinceEpoch(lane)).toBe(true)
    const { epoch } = await log.position(lane, 'any:a')
    await log.renewEpoch(lane, epoch)
    expect(await log.restartedSinceEpoch(lane)).toBe(false)
  })

  test('is not guessed when the installation row is gone', async () => {
    const gone = lane.transaction(async (sql) => {
      await sql.query('DELETE FROM kernel.installation')
      return log.renewEpoch(sql, 'any')
    })
    expect(String(await errorOf(gone))).toContain('installation row is gone')
  })
})
