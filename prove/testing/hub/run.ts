/**
 * A cluster's hubs in one process and in virtual time: some nodes over one log in memory and a bus that loses, repeats,
 * delays and reorders, with readers that come, go, are thrown out and move from node to node. Everything follows from
 * the seed.
 */
import { SimulatedNetwork } from '../../../kernel/bus/simulated'
import { hubDefaults, type HubOptions } from '../../../kernel/hub'
import { random, type Random } from '../random'
import { Client, Violation, type World } from './client'
import { Fold } from './fold'
import { SimulatedLog, SimulatedSource, type Happening } from './log'
import { SimulatedNode } from './node'
import { VirtualTime } from './time'

const topicNames = ['discussion:a', 'discussion:b', 'drops:c', 'reports:d']
const users = ['ann', 'bob', 'cid', 'dee']
const stepMs = 10
const nodeCount = 3

/** Small bounds, so that every one of them is met. */
const options: HubOptions = {
  ...hubDefaults,
  fullSweepEvery: 4,
  lingerMs: 1500,
  recoveryEvents: 30,
  ringEvents: 16,
  aheadEvents: 8,
  openEvents: 6,
}

export type Counts = World['counts'] & Record<'committed' | 'epochs', number>

/**
 * Runs one seed for `virtualMs` of trouble, then lets all come to rest and looks whether everybody has everything.
 * @throws Violation, with the seed in its words.
 */
export async function simulateHubs(seed: number, virtualMs = 15_000): Promise<Counts> {
  const simulation = new Simulation(seed)
  try {
    await simulation.run(virtualMs)
  } catch (error) {
    if (!(error instanceof Violation)) throw error
    throw new Violation(`seed ${seed}, at ${simulation.time.now()} ms: ${error.message}`)
  } finally {
    simulation.end()
  }
  return simulation.counts
}

class Simulation {
  readonly time = new VirtualTime()
  readonly counts: Counts = {
    delivered: 0,
    recovered: 0,
    reloaded: 0,
    revoked: 0,
    invalidated: 0,
    committed: 0,
    epochs: 0,
  }
  private readonly random: Random
  private readonly log = new SimulatedLog(this.time)
  private readonly network: SimulatedNetwork
  private readonly clients: Client[]
  private folds: Fold[] = []
  private readonly world: World
  private nodes: SimulatedNode[] = []
  private names = 0
  private starting = 0
  private found: string | undefined
  /** Who delivered what was lost last. */
  private knowing = new Set<SimulatedNode>()

  constructor(private readonly seed: number) {
    this.random = random(seed)
    const faults = {
      lose: this.random.pick([0, 0.1, 0.6]),
      repeat: this.random.pick([0, 0.2]),
      delayTurns: this.random.pick([0, 8, 40]),
    }
    this.network = new SimulatedNetwork(random(seed + 1), faults)
    this.world = {
      log: this.log,
      time: this.time,
      random: this.random,
      recoveryEvents: options.recoveryEvents,
      promptMs: 2000,
      violation: (message) => (this.found ??= message),
      counts: this.counts,
    }
    this.log.onRenewal = (justified) => {
      this.counts.epochs++
      if (!justified) this.world.violation('a new epoch began, though nothing was lost')
    }
    this.clients = topicNames.flatMap((topic) =>
      users.map((user) => new Client(`${user}'s reader`, user, topic, this.world)),
    )
  }

  async run(virtualMs: number): Promise<void> {
    while (this.time.now() < virtualMs) await this.step(true)
    await this.calm()
  }

  end(): void {
    for (const node of this.nodes) node.die()
  }

  private addNode(): void {
    const name = `n${++this.names}`
    const faults = { fail: this.random.pick([0, 0, 0.02]), delayMs: this.random.pick([1, 20, 120]) }
    const source = new SimulatedSource(this.log, this.time, random(this.seed * 100 + this.names), faults)
    const crowded = this.seed % 4 === 0
    const node = new SimulatedNode(name, this.log, source, this.network.join(name), options, this.time, crowded)
    this.starting++
    void node
      .run()
      .then(
        () => this.join(node),
        () => node.die(),
      )
      .finally(() => this.starting--)
  }

  private join(node: SimulatedNode): void {
    this.nodes.push(node)
    const fold = new Fold(node, this.random.pick(topicNames), this.world)
    this.folds = [...this.folds, fold]
    void fold.run()
  }

  private async step(trouble: boolean): Promise<void> {
    if (this.nodes.length + this.starting < nodeCount) this.addNode()
    if (trouble && this.nodes.length > 0) this.trouble()
    this.network.step()
    await this.time.passUntil(this.time.now() + stepMs)
    this.noticeLostTails()
    for (const client of this.clients) client.judge()
    for (const fold of this.folds) fold.judge()
    if (this.found !== undefined) throw new Violation(this.found)
  }

  private trouble(): void {
    const { random: chance, log } = this
    if (chance.chance(0.25) && !log.away) this.commit()
    if (chance.chance(0.15)) this.comeOrGo()
    if (chance.chance(0.004)) this.network.connected ? this.network.disconnect() : this.network.connect()
    if (chance.chance(log.away ? 0.02 : 0.002)) log.away = !log.away
    if (chance.chance(0.002)) this.trim()
    if (chance.chance(0.0015)) this.loseTail()
    if (chance.chance(0.0007)) log.restore(chance)
    // After a restart, who claims to know more than there is would be believed.
    if (chance.chance(0.0007) && !this.clients.some(({ lies }) => lies)) log.restart()
    if (chance.chance(0.003)) this.replace(chance.pick(this.nodes))
  }

  private trim(): void {
    const topic = this.random.pick(topicNames)
    // What took the place of something that was lost is younger than any retention.
    if (topic !== this.log.lostTail) this.log.trim(topic, this.random.int(60))
  }

  private commit(): void {
    const happenings = Array.from({ length: 1 + this.random.int(4) }, () => this.happening())
    this.counts.committed += happenings.length
    this.random.pick(this.nodes).commit(happenings, this.random.chance(0.8))
  }

  private happening(): Happening {
    const topic = this.random.pick(topicNames)
    const kind = this.random()
    if (kind < 0.04) return { topic, revokes: this.random.pick(users) }
    if (kind < 0.1) return { topic, grants: this.random.pick(users) }
    const head = this.log.head(topic)
    if (kind < 0.16 && head > 0) return { topic, redacts: Math.max(1, head - this.random.int(20)) }
    return { topic, long: kind > 0.97 }
  }

  private comeOrGo(): void {
    const client = this.random.pick(this.clients)
    const node = this.random.pick(this.nodes)
    if (client.phase !== 'away') {
      if (this.random.chance(0.4)) client.leave()
      return
    }
    const head = this.log.head(client.topic)
    const way = this.random()
    if (way < 0.1) void client.subscribe(node, undefined)
    // A client that is wrong, or lies: that is no proof of anything.
    else if (way < 0.15 && !this.log.restarted) {
      void client.subscribe(node, { offset: head + 1 + this.random.int(50), epoch: this.log.epoch })
    } else void client.subscribe(node)
  }

  private loseTail(): void {
    const topic = this.random.pick(topicNames)
    if (this.log.head(topic) < 3 || this.log.lostTail !== undefined) return
    this.log.loseTail(topic, 1 + this.random.int(3))
    this.knowing = new Set()
    // The bus went down with the database, and with it what was on its way.
    if (this.network.connected) {
      this.network.disconnect()
      this.network.connect()
    }
  }

  /** What was lost is noticed as long as one node that delivered it lives; also when other events took its places. */
  private noticeLostTails(): void {
    const { lostTail: topic, tailLostAt, tailKept, life } = this.log
    if (topic === undefined) return
    const behind = this.nodes.filter((node) => this.log.isBeforeLoss(node.life))
    for (const node of behind) {
      // It may have closed the topic meanwhile, or not have come to this epoch yet.
      if (node.delivered(topic) > tailKept && node.life.epoch === life.epoch) this.knowing.add(node)
      else this.knowing.delete(node)
    }
    const know = this.nodes.filter((node) => this.knowing.has(node))
    const named = know.map(({ name }) => name).join()
    const since = Math.max(tailLostAt, ...know.map(({ source }) => source.lastFailure))
    if (know.some((node) => !behind.includes(node))) this.found ??= `${named} took lost events for good ones`
    if (know.length > 0 && this.time.now() - since > (options.fullSweepEvery + 2) * options.sweepMs) {
      this.found ??= `${named} delivered what the log lost and did not notice`
    }
    // Clients alone can prove it only as long as they know of more than there is.
    const told = this.clients.some(
      (client) =>
        client.topic === topic &&
        client.position?.epoch === life.epoch &&
        client.position.offset > this.log.head(topic),
    )
    if (behind.length === 0 && !told && this.starting === 0) this.log.lostTail = undefined
  }

  private replace(node: SimulatedNode): void {
    node.die()
    this.nodes = this.nodes.filter((other) => other !== node)
    for (const client of this.clients) if (client.node === node) client.leave()
  }

  /** All troubles end. In a few seconds everybody who may read has everything. */
  private async calm(): Promise<void> {
    this.log.away = false
    this.network.connect()
    const end = this.time.now() + 12_000
    while (this.time.now() < end) {
      await this.step(false)
      if (this.nodes.length === 0) continue
      for (const client of this.clients)
        if (client.phase === 'away') void client.subscribe(this.random.pick(this.nodes))
    }
    for (const client of this.clients) {
      const head = this.log.head(client.topic)
      const complete =
        client.phase === 'joined' && client.position?.offset === head && client.position.epoch === this.log.epoch
      if (complete || !this.log.memberAt(client.topic, client.user, head)) continue
      throw new Violation(
        `${client.name} on ${client.topic} is ${client.phase} at ${client.position?.offset}, the head is ${head}`,
      )
    }
  }
}
