/** For this service's tests: a node's kernel without its doors. Nodes hear of each other by sweeping the log only. */
import { SimulatedNetwork } from '../../../kernel/bus/simulated'
import { Db } from '../../../kernel/db'
import { Hub, logSource } from '../../../kernel/hub'
import { Registry, type Service } from '../../../kernel/service'
import type { NewJob } from '../../../kernel/batch'
import type { Actor, Role } from '../../../protocol/roles'
import { Revocations } from '../revocations'
import { people } from '../service'
import { ensureUsers } from '../users'

export interface TestNode {
  registry: Registry
  revocations: Revocations
  /** What was asked to be done later; nobody does it. */
  jobs: NewJob[]
  call(actor: Actor, name: string, input: object, key?: string): Promise<Record<string, unknown>>
  /** As the installation itself. */
  perform(name: string, input: object): Promise<Record<string, unknown>>
  user(name: string, role: Role): Promise<Actor>
  sql: Registry['reads']
  stop(): Promise<void>
}

export async function testNode(
  url: string,
  { demo = false, services = [] }: { demo?: boolean; services?: Service[] } = {},
): Promise<TestNode> {
  const db = new Db(url, 'node')
  const hub = new Hub(logSource(db.lane('hub', { connections: 2 })), new SimulatedNetwork(Math.random).join('n1'), [])
  const jobs: NewJob[] = []
  const ground = {
    ...{ node: 'n1', demo, now: () => Date.now(), members: () => [], leader: () => 'n1' },
    whisper: () => undefined,
  }
  const context = {
    ...{ node: 'n1', hit: () => undefined },
    enqueue: async (_tx: unknown, list: readonly NewJob[]) => void jobs.push(...list),
    committed: (events: Parameters<Hub['publish']>[0]) => hub.publish(events),
  }
  const options = { laneConnections: 2, readConnections: 2, newKey: () => crypto.randomUUID() }
  const registry = new Registry([people, ...services], db, context, ground, options)
  const revocations = new Revocations(() => undefined)
  await hub.run()
  await revocations.run(hub, registry.reads)
  const lane = db.lane('users', { connections: 1 })
  return {
    ...{ registry, revocations, jobs, sql: registry.reads },
    call: (actor, name, input, key = crypto.randomUUID()) => registry.execute(actor, name, { ...input, key }),
    perform: (name, input) => registry.perform(name, { ...input, key: crypto.randomUUID() }),
    user: async (name, role) => (await ensureUsers(lane, [name], role)).actors[0]!,
    stop: async () => {
      revocations.stop()
      hub.stop()
      await db.close()
    },
  }
}
