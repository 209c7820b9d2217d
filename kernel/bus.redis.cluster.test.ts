import { afterAll, describe, expect, test } from 'bun:test'
import { OwnRedis, redisServer } from '../prove/testing/redis'
import { until } from '../prove/testing/until'
import { redisBus, type Bus } from './bus'
import { busContract, type BusWorld } from './bus.contract'

if (redisServer === undefined) console.log('skipped: there is no redis-server or valkey-server on this machine')

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
    const redis = await OwnRedis.open(['--cluster-enabled', 'yes'])
    await redis.command('CLUSTER ADDSLOTSRANGE 0 16383')
    await until(async () => (await redis.command('CLUSTER INFO')).includes('cluster_state:ok'), { what: 'the cluster' })
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
