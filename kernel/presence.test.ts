import { afterEach, describe, expect, test } from 'bun:test'
import { random } from '../prove/testing/random'
import { every, until } from '../prove/testing/until'
import type { Bus } from './bus'
import { SimulatedNetwork, type Faults } from './bus/simulated'
import type { MembersListener } from './members'
import { Presence, type Gathering, type Present } from './presence'

const topic = 'discussion:a'

/** What presence asks of the members: who is there, and what becomes of them. */
class Watch {
  private readonly there = new Map<string, string>()
  private listener: MembersListener = {}

  onChange(listener: MembersListener): void {
    this.listener = listener
  }

  knows(id: string, incarnation: string): boolean {
    return this.there.get(id) === incarnation
  }

  alive(id: string, incarnation: string): void {
    this.there.set(id, incarnation)
    this.listener.alive?.(id, incarnation)
  }

  suspected(id: string, incarnation: string): void {
    this.listener.suspected?.(id, incarnation)
  }

  gone(id: string, incarnation: string): void {
    if (this.knows(id, incarnation)) this.there.delete(id)
    this.listener.gone?.(id, incarnation)
  }
}

interface Node {
  id: string
  incarnation: string
  bus: Bus
  presence: Presence
  watch: Watch
  /** What a page would show that only follows the changes. */
  folded: Map<string, Present>
  doubled: string[]
  /** What listeners were told: joins and leaves, and how a crowd stands. */
  told: { singly: number; gathered: Gathering[] }
}

const beatMs = 30
const crowds = { most: 100, changes: 20, sample: 12 }

let pump: (() => void) | undefined
let nodes: Node[] = []

afterEach(() => {
  pump?.()
  for (const { presence } of nodes) presence.stop()
  nodes = []
})

/** Nodes that know each other, on a network whose turns pass by themselves. */
function cluster(
  ids: readonly string[],
  faults?: Faults,
  seed = 1,
): { network: SimulatedNetwork; nodes: [Node, Node, Node] } {
  const network = new SimulatedNetwork(random(seed), faults)
  pump = every(1, () => network.step())
  nodes = ids.map((id) => start(network, id, `${id}-1`))
  for (const node of nodes) for (const other of nodes) if (other !== node) node.watch.alive(other.id, other.incarnation)
  // Whoever asks for fewer takes fewer.
  return { network, nodes: nodes as [Node, Node, Node] }
}

function start(network: SimulatedNetwork, id: string, incarnation: string): Node {
  const bus = network.join(id)
  const watch = new Watch()
  const presence = new Presence({ id, incarnation }, bus, watch, { digestMs: 20, askMs: 10, beatMs, ...crowds })
  const node: Node = {
    id,
    incarnation,
    bus,
    presence,
    watch,
    folded: new Map(),
    doubled: [],
    told: { singly: 0, gathered: [] },
  }
  presence.onChange({
    joined: (_, who) => {
      node.told.singly++
      if (node.folded.has(who.client)) node.doubled.push(who.client)
      node.folded.set(who.client, who)
    },
    left: (_, { client }) => {
      node.told.singly++
      if (!node.folded.delete(client)) node.doubled.push(client)
    },
    gathered: (_, now) => {
      node.told.gathered.push(now)
      node.folded = new Map(now.some.map((one) => [one.client, one]))
    },
  })
  void bus.run()
  presence.run()
  return node
}

const person = (client: string): Present => ({ client, user: `user of ${client}`, info: { name: `n${client} é` } })
const clients = ({ presence }: Node): string =>
  presence
    .list(topic)
    .map(({ client }) => client)
    .sort()
    .join()
const sees = (node: Node, ...who: string[]): Promise<unknown> =>
  until(() => clients(node) === who.toSorted().join(), { what: `${node.id} to see ${who.join()}`, timeoutMs: 3000 })

describe('rosters', () => {
  test('are the union of what every node announces, with what each client tells of itself', async () => {
    const {
      nodes: [a, b, c],
    } = cluster(['a', 'b', 'c'])
    a.presence.join(topic, person('1'))
    b.presence.join(topic, person('2'))
    b.presence.join('discussion:other', person('3'))
    for (const node of [a, b, c]) await sees(node, '1', '2')
    expect(c.presence.list(topic).find(({ client }) => client === '1')).toEqual(person('1'))
    a.presence.join(topic, { ...person('4'), user: 'user of 1' })
    await sees(c, '1', '2', '4')
    expect(c.presence.stats(topic)).toEqual({ clients: 3, users: 2 })
    b.presence.leave(topic, '2')
    a.presence.leave(topic, 'unknown')
    for (const node of [a, b, c]) await sees(node, '1', '4')
  })

  for (const seed of [1, 2, 3, 4, 5]) {
    test(`come to agree although the bus loses, repeats and reorders (seed ${seed})`, async () => {
      const { nodes: all } = cluster(['a', 'b', 'c'], { lose: 0.4, repeat: 0.2, delayTurns: 10 }, seed)
      const { pick, chance } = random(seed)
      const present = new Map<string, Node>()
      for (let nth = 0; nth < 300; nth++) {
        if (present.size > 0 && chance(0.45)) {
          const client = pick([...present.keys()])
          present.get(client)!.presence.leave(topic, client)
          present.delete(client)
        } else {
          const node = pick(all)
          node.presence.join(topic, person(`${seed}-${nth}`))
          present.set(`${seed}-${nth}`, node)
        }
        if (chance(0.2)) await new Promise((resolve) => setImmediate(resolve))
      }
      for (const node of all) await sees(node, ...present.keys())
      for (const node of all) {
        await until(() => [...node.folded.keys()].sort().join() === clients(node), { what: 'what is told to agree' })
        expect(node.presence.stats(topic).clients).toBe(node.presence.list(topic).length)
      }
      expect(all.flatMap(({ doubled }) => doubled)).toEqual([])
    }, 10_000)
  }

  test('that are longer than one message arrive whole', async () => {
    const {
      network,
      nodes: [a],
    } = cluster(['a'])
    const many = Array.from({ length: 500 }, (_, nth) => String(nth))
    for (const client of many) a.presence.join(topic, person(client))
    const late = start(network, 'late', 'late-1')
    nodes.push(late)
    late.watch.alive('a', 'a-1')
    await sees(late, ...many)
    for (const client of many.slice(3)) a.presence.leave(topic, client)
    await sees(late, '0', '1', '2')
  })

  test('notice an announcement that was lost, though the numbers of clients agree', async () => {
    const {
      network,
      nodes: [a, b],
    } = cluster(['a', 'b'])
    a.presence.join(topic, person('1'))
    await sees(b, '1')
    network.disconnect()
    a.presence.leave(topic, '1')
    a.presence.join(topic, person('2'))
    await new Promise((resolve) => setImmediate(resolve))
    network.connect()
    a.presence.join(topic, person('3'))
    await sees(b, '2', '3')
  })

  test('do not go back to an older announcement that comes late', async () => {
    const {
      nodes: [a, b],
    } = cluster(['a', 'b'])
    a.presence.join(topic, person('1'))
    await sees(b, '1')
    const old = { inc: 'a-1', seq: 0, part: 0, of: 1, entries: [] }
    a.bus.signal('presence-full', JSON.stringify(old))
    a.bus.signal('last', '')
    await new Promise<void>((resolve) => b.bus.onSignal('last', () => resolve()))
    expect([clients(b), b.doubled]).toEqual(['1', []])
  })

  test('once they agree, only digests are sent', async () => {
    const {
      nodes: [a, b],
    } = cluster(['a', 'b'])
    a.presence.join(topic, person('1'))
    await sees(b, '1')
    let digests = 0
    const other: string[] = []
    b.bus.onSignal('presence-digest', () => digests++)
    for (const channel of ['presence', 'presence-full', 'presence-ask'])
      b.bus.onSignal(channel, () => other.push(channel))
    await until(() => digests > 5)
    expect(other).toEqual([])
  })

  test('refuse who tells more of itself than fits into a message, and tell whoever let it in', async () => {
    const {
      nodes: [a, b],
    } = cluster(['a', 'b'])
    expect(() => a.presence.join(topic, { ...person('1'), info: 'x'.repeat(8000) })).toThrow('too long')
    a.presence.join(topic, person('2'))
    await sees(b, '2')
    expect(clients(a)).toBe('2')
  })
})

describe('a node', () => {
  test('that is suspected hides its clients, and shows them when it is heard again', async () => {
    const {
      nodes: [a, b],
    } = cluster(['a', 'b'])
    a.presence.join(topic, person('1'))
    b.presence.join(topic, person('2'))
    await sees(b, '1', '2')
    b.watch.suspected('a', 'a-1')
    expect([clients(b), [...b.folded.keys()]]).toEqual(['2', ['2']])
    a.presence.join(topic, person('3'))
    a.presence.leave(topic, '1')
    b.watch.alive('a', 'a-1')
    await sees(b, '2', '3')
    expect([...b.folded.keys()].sort()).toEqual(['2', '3'])
    expect(b.doubled).toEqual([])
  })

  test('that is gone takes its clients with it', async () => {
    const {
      nodes: [a, b],
    } = cluster(['a', 'b'])
    a.presence.join(topic, person('1'))
    await sees(b, '1')
    b.watch.suspected('a', 'a-1')
    a.presence.stop()
    b.watch.gone('a', 'a-1')
    expect([clients(b), b.folded.size, b.doubled.length]).toEqual(['', 0, 0])
  })

  test('that is gone does not come back by a message that was late: no zombies', async () => {
    const {
      nodes: [a, b],
    } = cluster(['a', 'b'])
    a.presence.join(topic, person('1'))
    await sees(b, '1')
    a.presence.stop()
    b.watch.gone('a', 'a-1')
    a.bus.signal('presence', JSON.stringify({ inc: 'a-1', seq: 2, changes: [['+', topic, '9', 'u', null]] }))
    const full = { inc: 'a-1', seq: 2, part: 0, of: 1, entries: [[topic, '9', 'u', null]] }
    a.bus.signal('presence-full', JSON.stringify(full))
    a.bus.signal('last', '')
    await new Promise<void>((resolve) => b.bus.onSignal('last', () => resolve()))
    expect([clients(b), b.folded.size]).toEqual(['', 0])
  })

  test('that returns under its name announces itself anew, and late words of its former life are not believed', async () => {
    const {
      network,
      nodes: [a, b],
    } = cluster(['a', 'b'])
    a.presence.join(topic, person('1'))
    await sees(b, '1')
    a.presence.stop()
    const again = start(network, 'a', 'a-2')
    nodes.push(again)
    b.watch.gone('a', 'a-1')
    b.watch.alive('a', 'a-2')
    again.presence.join(topic, person('2'))
    await sees(b, '2')
    again.bus.signal('presence-full', JSON.stringify({ inc: 'a-1', seq: 9, part: 0, of: 1, entries: [] }))
    again.bus.signal('last', '')
    await new Promise<void>((resolve) => b.bus.onSignal('last', () => resolve()))
    expect([clients(b), b.doubled]).toEqual(['2', []])
  })

  test('that comes late learns of all who are there', async () => {
    const {
      network,
      nodes: [a, b],
    } = cluster(['a', 'b'])
    a.presence.join(topic, person('1'))
    b.presence.join(topic, person('2'))
    const late = start(network, 'late', 'late-1')
    nodes.push(late)
    for (const id of ['a', 'b']) late.watch.alive(id, `${id}-1`)
    await sees(late, '1', '2')
  })
})

describe('a crowd', () => {
  /** Thousands on two nodes, as the third hears of them. */
  async function crowded(each = 2000) {
    const made = cluster(['a', 'b', 'c'])
    const [a, b, c] = made.nodes
    const begun = performance.now()
    for (let n = 0; n < each; n++) {
      a.presence.join(topic, person(`a${n}`))
      b.presence.join(topic, person(`b${n}`))
    }
    await until(() => c.told.gathered.at(-1)?.clients === 2 * each, { what: 'the whole crowd', timeoutMs: 20_000 })
    return { a, b, c, each, beatsAtMost: (performance.now() - begun) / beatMs + 1 }
  }

  test('is told as its number and a sample, once a beat, however many come', async () => {
    const { c, each, beatsAtMost } = await crowded()
    expect(c.told.singly).toBeLessThanOrEqual(crowds.changes)
    const beats = c.told.gathered.length
    for (const { clients: there, some } of c.told.gathered) {
      expect(some).toHaveLength(there > crowds.most ? crowds.sample : there)
    }
    expect(c.presence.stats(topic)).toEqual({ clients: 2 * each, users: 2 * each })
    expect(c.presence.list(topic, 100)).toHaveLength(100)
    expect(beats).toBeLessThanOrEqual(beatsAtMost)
  }, 30_000)

  test('whose node dies is right again with the next beat, in one word', async () => {
    const { a, c, each } = await crowded()
    const [singly, beats] = [c.told.singly, c.told.gathered.length]
    a.presence.stop()
    c.watch.suspected('a', 'a-1')
    expect(c.presence.stats(topic).clients).toBe(each)
    await until(() => c.told.gathered.length > beats, { what: 'the beat' })
    expect(c.told.gathered.at(-1)).toMatchObject({ clients: each, users: each })
    expect([c.told.singly - singly, c.told.gathered.length - beats]).toEqual([0, 1])
  }, 30_000)

  test('that becomes small is told whole, and then as it comes and goes', async () => {
    const { a, b, c, each } = await crowded(300)
    for (let n = 3; n < each; n++) for (const node of [a, b]) node.presence.leave(topic, `${node.id}${n}`)
    await until(() => c.told.gathered.at(-1)?.clients === 6, { what: 'the few', timeoutMs: 10_000 })
    expect([...c.folded.keys()].sort()).toEqual(['a0', 'a1', 'a2', 'b0', 'b1', 'b2'])
    const { singly } = c.told
    b.presence.join(topic, person('b9'))
    await until(() => c.folded.has('b9'), { what: 'the one who comes' })
    expect([c.told.singly - singly, c.doubled]).toEqual([1, []])
  }, 30_000)
})
