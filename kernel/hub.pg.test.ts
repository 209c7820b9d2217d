/** The hub on the real log: membership that is lost while the bus loses half (law 4), tails that are lost (law 5). */
import { $ } from 'bun'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { appendFile, writeFile } from 'node:fs/promises'
import { ownPostgres, statement, type OwnPostgres } from '../prove/testing/database'
import { random } from '../prove/testing/random'
import { until } from '../prove/testing/until'
import { refuse } from '../protocol/errors'
import { SimulatedNetwork } from './bus/simulated'
import { Db, type Lane } from './db'
import { Hub, hubDefaults, logSource, type Joined } from './hub'
import * as log from './log'

let own: OwnPostgres
let db: Db
let lane: Lane
let topics = 0
const hubs: Hub[] = []

beforeAll(async () => {
  own = await ownPostgres()
  await statement(own.url, 'CREATE TABLE members (topic text, person text, PRIMARY KEY (topic, person))')
  db = new Db(own.url, 'hub-test')
  lane = db.lane('test', { connections: 6 })
}, 30_000)

afterAll(async () => {
  for (const hub of hubs) hub.stop()
  await db.close()
  await own.stop()
})

const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at)

interface Reader {
  user: string
  hub: Hub
  /** Offsets, as they came. */
  heard: number[]
  epoch: string
  recovered: boolean[]
  ended?: 'revoked' | 'invalidated'
}

/** Hubs over the real log and a bus that misbehaves by seed; `step` lets what is on the bus arrive. */
async function cluster(count: number, faults = { lose: 0, repeat: 0, delayTurns: 0 }) {
  const network = new SimulatedNetwork(random(11), faults)
  const natives = new Map<Hub, Set<Reader>>()
  const nodes = await Promise.all(
    upTo(count).map(async (nth) => {
      const native = new Set<Reader>()
      const bus = network.join(`n${nth}`)
      const outlet = {
        events: (_: string, events: readonly log.LogEvent[]) => {
          for (const reader of [...native]) reader.heard.push(...events.map(({ offset }) => offset))
        },
        whisper: () => undefined,
      }
      const hub = new Hub(logSource(lane), bus, [outlet], { ...hubDefaults, sweepMs: 200, fullSweepEvery: 5 })
      natives.set(hub, native)
      hubs.push(hub)
      await hub.run()
      await bus.run()
      return hub
    }),
  )
  const join = async (
    hub: Hub,
    topic: string,
    user: string,
    from?: { offset: number; epoch: string },
  ): Promise<Reader> => {
    const reader: Reader = { user, hub, heard: [], epoch: '', recovered: [] }
    const end = (how: 'revoked' | 'invalidated') => () => {
      reader.ended = how
      natives.get(hub)!.delete(reader)
    }
    await hub.subscribe({
      topic,
      from,
      subscriber: { user, revoked: end('revoked'), invalidated: end('invalidated') },
      authorize: async () => {
        const rows = await lane.query('SELECT 1 FROM members WHERE topic = $1 AND person = $2', [topic, user])
        if (rows.length === 0) throw refuse.forbidden()
      },
      joined: (reply: Joined) => {
        reader.epoch = reply.epoch
        reader.recovered.push(reply.recovered)
        reader.heard.push(...reply.events.map(({ offset }) => offset))
        natives.get(hub)!.add(reader)
      },
    })
    return reader
  }
  return { nodes, network, join }
}

async function newTopic(...people: string[]): Promise<string> {
  const topic = `discussion:t${++topics}`
  for (const person of people) await statement(own.url, 'INSERT INTO members VALUES ($1, $2)', [topic, person])
  return topic
}

/** A commit of a node, told to the others by its hub. */
async function post(hub: Hub, topic: string, revokes?: string): Promise<log.Appended> {
  const [event] = await lane.transaction(async (sql) => {
    if (revokes) await sql.query('DELETE FROM members WHERE topic = $1 AND person = $2', [topic, revokes])
    const effects = revokes ? { revokes: [revokes] } : undefined
    return log.append(sql, 'n', [{ topic, kind: 'posted', actor: 'ann', data: {}, effects }])
  })
  hub.publish([event!])
  return event!
}

describe('law 4: losing membership is an event of the topic', () => {
  test('who lost it hears nothing later on any node, though the bus loses, repeats and reorders', async () => {
    const { nodes, network, join } = await cluster(3, { lose: 0.5, repeat: 0.2, delayTurns: 4 })
    const topic = await newTopic('ann', 'bob')
    const readers = await Promise.all(nodes.flatMap((hub) => [join(hub, topic, 'ann'), join(hub, topic, 'bob')]))
    const { pick } = random(3)
    for (let nth = 1; nth <= 60; nth++) {
      await post(pick(nodes), topic, nth === 31 ? 'bob' : undefined)
      network.step()
    }
    // Whoever tries to come back in the middle of it all is not let in.
    const back = await Promise.allSettled(nodes.map((hub) => join(hub, topic, 'bob', { offset: 20, epoch: '' })))
    expect(back.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await until(
      () => (network.step(), readers.every(({ user, heard }) => heard.at(-1) === (user === 'ann' ? 60 : 31))),
      {
        what: 'everybody to have heard what they may',
      },
    )
    for (const { user, heard, ended } of readers) {
      expect([user, heard, ended]).toEqual(user === 'ann' ? ['ann', upTo(60), undefined] : ['bob', upTo(31), 'revoked'])
    }
  }, 15_000)

  test('who loses it while joining is not let in by what was read before', async () => {
    const { nodes, join } = await cluster(2)
    for (let round = 0; round < 20; round++) {
      const topic = await newTopic('bob')
      await join(nodes[0]!, topic, 'bob')
      const [joined] = await Promise.allSettled([join(nodes[0]!, topic, 'bob'), post(nodes[1]!, topic, 'bob')])
      await post(nodes[0]!, topic)
      if (joined.status === 'rejected') continue
      const reader = joined.value
      await until(() => reader.ended === 'revoked', { what: 'the revocation' })
      expect(reader.heard).not.toContain(2)
    }
  }, 15_000)
})

describe('law 5: a lost tail', () => {
  /** As a failover to a standby that had not got everything: the newest events are gone. */
  async function loseTail(topic: string, count: number): Promise<void> {
    const args = [topic, count]
    await lane.transaction(async (sql) => {
      await sql.query(
        'DELETE FROM kernel.events e USING kernel.topics t WHERE e.topic = $1 AND t.topic = $1 AND e."offset" > t.head - $2',
        args,
      )
      await sql.query('UPDATE kernel.topics SET head = head - $2 WHERE topic = $1', args)
    })
  }

  const epochNow = async (): Promise<string> => (await log.position(lane, 'any')).epoch

  const filled = async (hub: Hub): Promise<string> => {
    const topic = await newTopic('ann', 'bob')
    for (let nth = 1; nth <= 5; nth++) await post(hub, topic)
    return topic
  }

  test("without a restart a position above the head is that client's mistake: only it starts anew", async () => {
    const { nodes, join } = await cluster(2)
    const topic = await filled(nodes[0]!)
    const ann = await join(nodes[0]!, topic, 'ann', { offset: 0, epoch: '' })
    const { epoch } = ann
    const liar = await join(nodes[1]!, topic, 'bob', { offset: 500, epoch })
    expect([liar.recovered, liar.heard, liar.epoch]).toEqual([[false], [], epoch])
    expect([await epochNow(), ann.ended]).toEqual([epoch, undefined])
    await post(nodes[1]!, topic)
    await until(() => liar.heard.at(-1) === 6 && ann.heard.at(-1) === 6)
  }, 15_000)

  test('a node that delivered more than the log has proves it by itself, and every node starts anew', async () => {
    const { nodes, join } = await cluster(2)
    const topic = await filled(nodes[0]!)
    const quiet = await newTopic('bob')
    const ann = await join(nodes[0]!, topic, 'ann', { offset: 0, epoch: '' })
    const bob = await join(nodes[1]!, quiet, 'bob')
    await loseTail(topic, 2)
    await until(() => ann.ended === 'invalidated' && bob.ended === 'invalidated', { what: 'all to be told' })
    const epoch = await epochNow()
    expect(epoch).not.toBe(ann.epoch)
    const back = await join(nodes[1]!, topic, 'ann', { offset: 5, epoch: ann.epoch })
    expect([back.recovered, back.heard, back.epoch]).toEqual([[false], [], epoch])
    await post(nodes[0]!, topic)
    await until(() => back.heard.join() === '4')
    expect(await epochNow()).toBe(epoch)
  }, 15_000)

  test('a client that was told of more than a restarted database has proves it: one new epoch', async () => {
    const before = await cluster(1)
    const topic = await filled(before.nodes[0]!)
    const { epoch } = await before.join(before.nodes[0]!, topic, 'ann', { offset: 0, epoch: '' })
    for (const hub of before.nodes) hub.stop()
    await loseTail(topic, 2)
    await own.server.restart('kill')
    await until(() => lane.query('SELECT 1'))
    // Nodes that know nothing of before: only the clients do.
    const { nodes, join } = await cluster(2)
    const readers = await Promise.all(
      upTo(6).map((nth) => join(nodes[nth % 2]!, topic, 'ann', { offset: nth === 1 ? 3 : 5, epoch })),
    )
    const renewed = await epochNow()
    expect(renewed).not.toBe(epoch)
    expect(readers.filter(({ recovered }) => recovered[0]).length).toBeLessThanOrEqual(1)
    const settled = await Promise.all(
      readers.map(async (reader) =>
        reader.epoch === renewed
          ? reader
          : (await until(() => reader.ended === 'invalidated'), join(reader.hub, topic, 'ann', { offset: 3, epoch })),
      ),
    )
    expect(settled.map((reader) => [reader.epoch, reader.recovered, reader.heard])).toEqual(
      upTo(6).map(() => [renewed, [false], []]),
    )
    await post(nodes[0]!, topic)
    await until(() => settled.every(({ heard }) => heard.join() === '4'))
    expect(await epochNow()).toBe(renewed)
  }, 20_000)

  test('that new events have overgrown after a failover is told to everybody, also by nodes that never saw it', async () => {
    const { nodes, join } = await cluster(2)
    const topic = await filled(nodes[0]!)
    const ann = await join(nodes[0]!, topic, 'ann', { offset: 0, epoch: '' })
    // A standby, as it stood when the last two events had not reached it, takes over.
    const standby = `${own.server.dataDir}-standby`
    await own.server.stop()
    await $`cp -a ${own.server.dataDir} ${standby}`
    await own.server.start()
    await until(() => lane.query('SELECT 1'))
    for (let nth = 1; nth <= 2; nth++) await post(nodes[0]!, topic)
    await until(() => ann.heard.length === 7)
    await own.server.stop()
    await $`rm -r ${own.server.dataDir}; mv ${standby} ${own.server.dataDir}`
    await appendFile(`${own.server.dataDir}/postgresql.auto.conf`, `restore_command = 'false'\n`)
    await writeFile(`${own.server.dataDir}/recovery.signal`, '')
    await own.server.start()
    // It answers readers before it has taken over.
    await until(
      async () => (await lane.query<{ behind: boolean }>('SELECT pg_is_in_recovery() AS behind'))[0]?.behind === false,
    )
    // Before any node looks: what it stands in is over as soon as another server answers.
    for (let nth = 1; nth <= 4; nth++) await post(nodes[0]!, topic)
    const back = await join(nodes[1]!, topic, 'ann', { offset: 7, epoch: ann.epoch })
    await until(() => ann.ended === 'invalidated')
    expect(ann.heard).toEqual(upTo(7))
    expect(back.epoch).not.toBe(ann.epoch)
    expect([back.recovered, back.heard]).toEqual([[false], []])
    await post(nodes[0]!, topic)
    await until(() => back.heard.join() === '10')
  }, 30_000)
})
