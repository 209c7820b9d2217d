import { afterAll, describe, expect, test } from 'bun:test'
import { freePort } from '../prove/testing/cluster'
import { OwnRedis, redisServer } from '../prove/testing/redis'
import { until } from '../prove/testing/until'
import { redisBus, type Bus } from './bus'
import { busContract, type BusWorld } from './bus.contract'

if (redisServer === undefined) console.log('skipped: there is no redis-server or valkey-server on this machine')

/** Unless told, they speak to each other at a port 10,000 above, which there need not be. */
const clustered = (port = freePort()): string[] => ['--cluster-enabled', 'yes', '--cluster-port', String(port)]

const isWhole = (redis: OwnRedis): Promise<unknown> =>
  until(async () => (await redis.command('CLUSTER INFO')).includes('cluster_state:ok'), {
    ...{ what: 'the cluster', timeoutMs: 20_000, everyMs: 50 },
  })

const worldOf = (redis: OwnRedis, url: string): BusWorld => ({
  join: (node) => redisBus(url, node),
  breakConnections: async () => {
    await redis.command('CLIENT KILL TYPE normal')
    await redis.command('CLIENT KILL TYPE pubsub')
  },
  takeAway: async () => redis.freeze(),
  restore: async () => redis.thaw(),
  stop: () => redis.stop(),
})

// tidy: skip: without the program there is nothing to run
describe.skipIf(redisServer === undefined)('over Redis', () => {
  busContract('redis', async () => {
    const redis = await OwnRedis.open()
    return worldOf(redis, redis.url)
  })

  busContract('redis cluster', async () => {
    const redis = await OwnRedis.open(clustered())
    await redis.command('CLUSTER ADDSLOTSRANGE 0 16383')
    await isWhole(redis)
    return worldOf(redis, `redis+cluster://127.0.0.1:${redis.port}`)
  })
})

// tidy: skip: without the program there is nothing to run
describe.skipIf(redisServer === undefined)('the redis bus and a Redis that dies', () => {
  const opened: OwnRedis[] = []
  const buses: Bus[] = []
  const open = async (more?: string[]): Promise<OwnRedis> => {
    const redis = await OwnRedis.open(more)
    opened.push(redis)
    return redis
  }
  const join = async (url: string, node: string): Promise<{ bus: Bus; heard: string[] }> => {
    const bus = redisBus(url, node)
    const heard: string[] = []
    buses.push(bus)
    bus.onSignal('a', (text) => heard.push(text))
    await bus.run()
    return { bus, heard }
  }
  /** Says something again and again until it is heard: what is said into a gap is lost. */
  const reaches = (from: Bus, heard: string[], text: string): Promise<unknown> =>
    until(() => (from.signal('a', text), heard.includes(text)), {
      what: `"${text}" to be heard`,
      timeoutMs: 20_000,
      everyMs: 50,
    })

  afterAll(async () => {
    await Promise.all(buses.map((bus) => bus.stop()))
    await Promise.all(opened.map((redis) => redis.stop()))
  })

  test('starts without it, and works when it comes, dies and comes again', async () => {
    const redis = await open()
    await redis.kill()
    const [a, b] = await Promise.all([join(redis.url, 'a'), join(redis.url, 'b')])
    expect([a.bus.state, b.bus.state]).toEqual(['down', 'down'])
    for (const life of ['first', 'second']) {
      await redis.start()
      await reaches(a.bus, b.heard, life)
      await until(() => b.bus.state === 'up', { what: 'its own echo' })
      await redis.kill()
      await until(() => a.bus.state === 'down' && b.bus.state === 'down', { what: 'both to notice', timeoutMs: 5000 })
    }
  }, 60_000)

  test('is deaf at one shard of a cluster no longer than at all of them', async () => {
    const gossip = freePort()
    const [one, other] = await Promise.all([open(clustered(gossip)), open(clustered())])
    await one.command('CLUSTER ADDSLOTSRANGE 0 10922')
    await other.command('CLUSTER ADDSLOTSRANGE 10923 16383')
    await other.command(`CLUSTER MEET 127.0.0.1 ${one.port} ${gossip}`)
    for (const redis of [one, other]) await isWhole(redis)
    const url = `redis+cluster://127.0.0.1:${one.port}`
    const [a, b] = await Promise.all([join(url, 'a'), join(url, 'b')])
    await reaches(a.bus, b.heard, 'before')
    // Most of what is said goes by the other shard, and is heard as ever.
    await other.command('CLIENT KILL TYPE pubsub')
    await until(() => b.bus.state === 'down', { what: 'that it is noticed', timeoutMs: 5000 })
    for (let nth = 0; nth < 16; nth++) await reaches(a.bus, b.heard, `again-${nth}`)
  }, 60_000)

  test('follows a cluster to the replica that has taken over', async () => {
    const gossip = freePort()
    const [master, replica] = await Promise.all([open(clustered(gossip)), open(clustered())])
    await master.command('CLUSTER ADDSLOTSRANGE 0 16383')
    const id = /[0-9a-f]{40}/.exec(await master.command('CLUSTER MYID'))![0]
    await replica.command(`CLUSTER MEET 127.0.0.1 ${master.port} ${gossip}`)
    // It must have heard of the master before it can follow it.
    const follows = async (): Promise<boolean> => (await replica.command(`CLUSTER REPLICATE ${id}`)).startsWith('+OK')
    await until(follows, { what: 'the two to meet', timeoutMs: 20_000, everyMs: 50 })
    const isCopy = async (): Promise<boolean> =>
      (await replica.command('INFO replication')).includes('master_link_status:up')
    await until(isCopy, { what: 'the replica to follow', timeoutMs: 20_000, everyMs: 50 })
    const url = `redis+cluster://127.0.0.1:${master.port},127.0.0.1:${replica.port}`
    const [a, b] = await Promise.all([join(url, 'a'), join(url, 'b')])
    await reaches(a.bus, b.heard, 'before')
    await master.kill()
    await until(() => a.bus.state === 'down' && b.bus.state === 'down', { what: 'both to notice', timeoutMs: 5000 })
    expect(await replica.command('CLUSTER FAILOVER TAKEOVER')).toStartWith('+OK')
    const begun = performance.now()
    await reaches(a.bus, b.heard, 'after')
    await reaches(b.bus, a.heard, 'and back')
    console.info(`heard over the replica ${(performance.now() - begun).toFixed(0)} ms after it took over`)
  }, 60_000)

  test('follows Sentinel to the new master', async () => {
    const master = await open()
    const replica = await open(['--replicaof', '127.0.0.1', String(master.port)])
    const sentinel = await open(['--sentinel'])
    await sentinel.command(`SENTINEL MONITOR campus 127.0.0.1 ${master.port} 1`)
    await sentinel.command('SENTINEL SET campus down-after-milliseconds 500')
    await sentinel.command('SENTINEL SET campus failover-timeout 3000')
    await until(async () => (await sentinel.command('SENTINEL REPLICAS campus')).includes(String(replica.port)), {
      ...{ what: 'Sentinel to know the replica', timeoutMs: 20_000 },
    })
    const url = `redis+sentinel://127.0.0.1:${sentinel.port}/campus`
    const [a, b] = await Promise.all([join(url, 'a'), join(url, 'b')])
    await reaches(a.bus, b.heard, 'before')
    await master.kill()
    await until(() => b.bus.state === 'down', { what: 'that it is noticed', timeoutMs: 5000 })
    await reaches(a.bus, b.heard, 'after')
    await reaches(b.bus, a.heard, 'and back')
  }, 60_000)
})
