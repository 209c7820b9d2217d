import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import { ownPostgres, statement, type OwnPostgres } from '../prove/testing/database'
import { PostgresProxy } from '../prove/testing/proxy'
import { random } from '../prove/testing/random'
import { every, until } from '../prove/testing/until'
import type { Bus } from './bus'
import { SimulatedNetwork } from './bus/simulated'
import { DatabaseClock } from './clock'
import { Db } from './db'
import { Members, type NodeInfo } from './members'

const options = { beatMs: 100, suspectMs: 400, goneMs: 700 }

let own: OwnPostgres
let network: SimulatedNetwork
let pump: () => void
let nodes: Node[] = []

interface Node {
  members: Members
  bus: Bus
  db: Db
  clock: DatabaseClock
  /** What it was told of others, in order. */
  told: string[]
  /** As kill -9: it says nothing more. */
  kill(): Promise<void>
}

beforeAll(async () => {
  own = await ownPostgres()
}, 30_000)

afterEach(async () => {
  pump()
  own.server.thaw()
  await Promise.all(nodes.map((node) => node.kill()))
  await statement(own.url, 'TRUNCATE kernel.nodes, kernel.duties')
  nodes = []
})

afterAll(() => own.stop())

const info = (id: string, life = `${id}-1`): NodeInfo => ({
  version: '1',
  address: `${id}:1`,
  startedAt: `2026-01-01T00:00:0${life.at(-1)}.000Z`,
  connections: 0,
  load: 0,
})

function openNetwork(faults = { lose: 0, repeat: 0, delayTurns: 0 }): void {
  network = new SimulatedNetwork(random(1), faults)
  pump = every(1, () => network.step())
}

async function start(id: string, incarnation = `${id}-1`, url = own.url, patience = options): Promise<Node> {
  const bus = network.join(id)
  const db = new Db(url, id)
  const clock = new DatabaseClock()
  const lane = db.lane('members', { connections: 1 })
  const members = new Members({ id, incarnation }, bus, lane, clock, () => info(id, incarnation), patience)
  const told: string[] = []
  members.onChange({
    alive: (other, life) => told.push(`alive ${other} ${life}`),
    suspected: (other, life) => told.push(`suspected ${other} ${life}`),
    gone: (other, life) => told.push(`gone ${other} ${life}`),
  })
  let killed: Promise<void> | undefined
  const kill = async (): Promise<void> => {
    clearInterval((members as unknown as { timer: ReturnType<typeof setInterval> }).timer)
    await bus.stop()
    await db.close()
  }
  const node: Node = { members, bus, db, clock, told, kill: () => (killed ??= kill()) }
  nodes.push(node)
  await bus.run()
  await members.run()
  return node
}

/** What it was told beside who is alive. */
const bad = ({ told }: Node): string[] => told.filter((what) => !what.startsWith('alive'))
const ids = ({ members }: Node): string =>
  members
    .list()
    .map(({ id, state }) => `${id} ${state}`)
    .join()
const everybodySees = (list: string, of = nodes): Promise<unknown> =>
  until(() => of.every((node) => ids(node) === list), { what: `all to see ${list}`, timeoutMs: 8000 })
/** So many of its beats pass. */
async function beats(node: Node, count: number): Promise<void> {
  let seen = 0
  nodes.find((other) => other !== node)!.bus.onSignal('tick', () => seen++)
  const ticking = every(options.beatMs, () => node.bus.signal('tick', ''))
  await until(() => seen >= count, { timeoutMs: count * options.beatMs * 3 + 2000 })
  ticking()
}

describe('members', () => {
  test('find each other without a list, and tell of themselves', async () => {
    openNetwork()
    for (const id of ['a', 'b', 'c']) await start(id)
    await everybodySees('a alive,b alive,c alive')
    expect(nodes[0]!.members.list()[2]).toEqual({ ...info('c'), id: 'c', incarnation: 'c-1', state: 'alive' })
    expect(nodes[0]!.told).toEqual(['alive b b-1', 'alive c c-1'])
  })

  test('that fall silent are suspected, then gone', async () => {
    openNetwork()
    const [a, b, c] = [await start('a'), await start('b'), await start('c')]
    await everybodySees('a alive,b alive,c alive')
    await c.kill()
    const since = performance.now()
    await everybodySees('a alive,b alive,c suspected', [a, b])
    expect(performance.now() - since).toBeGreaterThan(options.suspectMs - 2 * options.beatMs)
    await everybodySees('a alive,b alive', [a, b])
    expect(performance.now() - since).toBeGreaterThan(options.goneMs - 2 * options.beatMs)
    expect(performance.now() - since).toBeLessThan(options.goneMs + 5 * options.beatMs)
    expect(a.told.slice(2)).toEqual(['suspected c c-1', 'gone c c-1'])
  })

  test('that return under their name are another life', async () => {
    openNetwork()
    const [a, b] = [await start('a'), await start('b')]
    await everybodySees('a alive,b alive')
    await b.kill()
    const again = await start('b', 'b-2')
    await everybodySees('a alive,b alive', [a, again])
    await until(() => a.told.length === 3)
    expect(a.told).toEqual(['alive b b-1', 'gone b b-1', 'alive b b-2'])
    // A beat of the former life that was late changes nothing.
    again.bus.signal('beat', JSON.stringify({ incarnation: 'b-1', ...info('b') }))
    await beats(again, 3)
    expect(a.told).toHaveLength(3)
  })

  test('that say goodbye are gone at once, and stay gone', async () => {
    openNetwork()
    const [a, b, c] = [await start('a'), await start('b'), await start('c')]
    await everybodySees('a alive,b alive,c alive')
    const since = performance.now()
    await c.members.stop()
    await everybodySees('a alive,b alive', [a, b])
    expect(performance.now() - since).toBeLessThan(options.suspectMs)
    c.bus.signal('beat', JSON.stringify({ incarnation: 'c-1', ...info('c') }))
    await beats(a, 5)
    expect([a.told.slice(2), ids(a)]).toEqual([['gone c c-1'], 'a alive,b alive'])
  })

  test('choose one leader, and another when it falls silent', async () => {
    openNetwork()
    const [a, b] = [await start('a'), await start('b')]
    await until(() => a.members.leader === 'a' && b.members.leader === 'a')
    await a.kill()
    await until(() => b.members.leader === 'b', { timeoutMs: 6000 })
  }, 10_000)

  test("learn the database's time with every beat", async () => {
    openNetwork()
    const a = await start('a')
    await start('b')
    await beats(a, 3)
    const lane = a.db.lane('test', { connections: 1 })
    const asked = a.clock.now()
    const [row] = await lane.query<{ now: Date }>('SELECT clock_timestamp() AS now')
    expect(row!.now.getTime()).toBeGreaterThan(asked - a.clock.errorMs - 2)
    expect(row!.now.getTime()).toBeLessThan(a.clock.now() + a.clock.errorMs + 2)
    expect(a.clock.errorMs).toBeLessThan(100)
  })
})

describe('nobody dies of', () => {
  test('a bus that is down: the table tells', async () => {
    openNetwork()
    const [a] = [await start('a'), await start('b'), await start('c')]
    await everybodySees('a alive,b alive,c alive')
    network.disconnect()
    await until(() => nodes.every(({ bus }) => bus.state === 'down'))
    const since = performance.now()
    await until(() => performance.now() - since > 3 * options.goneMs)
    expect(nodes.flatMap(bad)).toEqual([])
    await nodes[2]!.kill()
    await until(() => ids(a) === 'a alive,b alive', { timeoutMs: 3000 })
  }, 10_000)

  test('a bus that loses most of what is said', async () => {
    openNetwork({ lose: 0.7, repeat: 0, delayTurns: 20 })
    for (const id of ['a', 'b', 'c']) await start(id)
    await everybodySees('a alive,b alive,c alive')
    const since = performance.now()
    await until(() => performance.now() - since > 3 * options.goneMs)
    expect(nodes.flatMap(bad)).toEqual([])
  })

  test('a database that is frozen: the bus tells', async () => {
    openNetwork()
    for (const id of ['a', 'b']) await start(id)
    await everybodySees('a alive,b alive')
    own.server.freeze()
    const since = performance.now()
    await until(() => performance.now() - since > 5000, { timeoutMs: 6000 })
    expect(nodes.flatMap(bad)).toEqual([])
  }, 15_000)

  test('being deaf oneself: who hears nobody judges nobody', async () => {
    openNetwork()
    // Wide enough for each to find the database again in its own time.
    const patience = { beatMs: 100, suspectMs: 1500, goneMs: 2500 }
    for (const id of ['a', 'b']) await start(id, `${id}-1`, own.url, patience)
    await everybodySees('a alive,b alive')
    network.disconnect()
    // The table of beats is empty after this.
    await own.server.kill()
    const since = performance.now()
    await until(() => performance.now() - since > 1.5 * patience.goneMs)
    await own.server.start()
    const back = performance.now()
    await until(() => performance.now() - back > patience.goneMs)
    expect(nodes.flatMap(bad)).toEqual([])
    await everybodySees('a alive,b alive')
  }, 15_000)

  test('its own way to the database being cut: its voice on the bus does not falter', async () => {
    openNetwork()
    const proxy = await PostgresProxy.open(own.url)
    try {
      const [a] = [await start('a'), await start('b', 'b-1', proxy.url)]
      await everybodySees('a alive,b alive')
      proxy.hold()
      const since = performance.now()
      await until(() => performance.now() - since > 5000, { timeoutMs: 6000 })
      expect(a.told).toEqual(['alive b b-1'])
    } finally {
      await proxy.close()
    }
  }, 15_000)
})
