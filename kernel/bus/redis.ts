/**
 * The bus over Redis or Valkey: pub/sub, nothing kept. One server, Sentinel or Cluster (sharded pub/sub).
 *
 * A subscriber can be connected and deaf: a failover that nobody told it of, a proxy that swallows, a server that stands
 * still. So each node sends itself an echo by each way that anything goes; whoever misses one of them for a while
 * throws all connections away and makes new ones. What was missed meanwhile the hub reads from the log.
 */
import { createClient, createCluster, createSentinel } from '@redis/client'
import type { Bus } from '../bus'
import { BusStation, pause } from './station'
import { isFrom, pack } from './wire'

const channel = 'alun'
/** In a cluster, messages are spread over so many channels, each on the shard that its name falls to. */
const shards = 8
const messageBytes = 64 * 1024
const reconnectMs = 200
const connectMs = 3000
const echoMs = 400
/** Delay stays within 2 s: this long deaf, a moment to connect, and the look at the log that follows. */
const deafMs = 1200

/**
 * @param url `redis://…` or `rediss://…`; `redis+sentinel://host:port,host:port/<master>`;
 * `redis+cluster://host:port,host:port`. User and password as in any URL.
 */
export function redisBus(url: string, node: string): Bus {
  return new RedisBus(() => openLink(url), node)
}

/** Two connections: one speaks, one listens. Neither is mended: a new link takes the place of a broken one. */
interface Link {
  /** By any of which a message may go. */
  readonly channels: readonly string[]
  open(listen: (message: string, channel: string) => void): Promise<void>
  publish(channel: string, message: string): Promise<unknown>
  close(): void
}

class RedisBus extends BusStation {
  private link: Link | undefined
  private sent = 0
  /** When our own echo came last over each channel of the link. */
  private readonly echoes = new Map<string, number>()

  constructor(
    private readonly newLink: () => Link,
    node: string,
  ) {
    super(node)
  }

  protected async disconnect(): Promise<void> {
    this.link?.close()
  }

  protected async listenLoop(firstTry: () => void): Promise<void> {
    while (!this.stopped) {
      const link = this.newLink()
      this.link = link
      this.echoes.clear()
      try {
        await within(
          connectMs,
          link.open((message, channel) => this.receive(message, channel)),
        )
        await this.watch(link, firstTry)
      } catch {
        // Health and metrics tell of the state; the reason is the other side's.
      }
      this.become('down')
      firstTry()
      link.close()
      if (!this.stopped) await pause(reconnectMs)
    }
  }

  /** Returns when a channel was silent for too long. @throws when the connection broke */
  private async watch({ channels, publish }: Link, heard: () => void): Promise<void> {
    const opened = performance.now()
    // Only what comes back proves that it works.
    const hearsAll = (): boolean => channels.every((channel) => this.echoes.has(channel))
    const silentSince = (): number => Math.min(...channels.map((channel) => this.echoes.get(channel) ?? opened))
    while (!this.stopped && performance.now() - silentSince() < deafMs) {
      await within(deafMs, Promise.all(channels.map((channel) => publish(channel, this.node + separator))))
      if (hearsAll()) {
        this.become('up')
        this.wakeUp()
        heard()
      }
      await pause(hearsAll() ? echoMs : 10)
    }
  }

  protected async sendLoop(): Promise<void> {
    while (!this.stopped) {
      if (this.waiting.length === 0 || this.state === 'down') await this.sleep()
      if (this.stopped || this.waiting.length === 0 || this.state === 'down') continue
      const messages = pack(this.node, this.waiting.splice(0), messageBytes)
      const { channels, publish } = this.link!
      const sent = messages.map((message) => publish(channels[this.sent++ % channels.length]!, message))
      await within(deafMs, Promise.all(sent)).catch(() => undefined)
    }
  }

  private receive(message: string, channel: string): void {
    if (isFrom(this.node, message)) this.echoes.set(channel, performance.now())
    else this.deliver(message)
  }
}

/** As `wire.ts` has it behind the sender; an echo holds nothing more. */
const separator = '\u001e'

function openLink(url: string): Link {
  if (url.startsWith('redis+cluster:')) return clusterLink(url)
  return url.startsWith('redis+sentinel:') ? sentinelLink(url) : plainLink(url)
}

const socket = { reconnectStrategy: false as const, connectTimeout: connectMs }

function plainLink(url: string): Link {
  return pairLink(() => createClient({ url, socket, disableOfflineQueue: true }))
}

function sentinelLink(url: string): Link {
  const { nodes, path, credentials } = partsOf(url)
  const options = { name: path, sentinelRootNodes: nodes, nodeClientOptions: { ...credentials, socket } }
  return pairLink(() => createSentinel(options))
}

/** A client that subscribes can't speak any more, so there are two. */
function pairLink(make: () => ReturnType<typeof createClient> | ReturnType<typeof createSentinel>): Link {
  const speaker = make()
  const listener = make()
  for (const client of [speaker, listener]) client.on('error', () => undefined)
  return {
    channels: [channel],
    async open(listen) {
      await Promise.all([speaker.connect(), listener.connect()])
      await listener.subscribe(channel, listen)
    },
    publish: (to, message) => speaker.publish(to, message),
    close: () => [speaker, listener].forEach(end),
  }
}

function clusterLink(url: string): Link {
  const { nodes, credentials } = partsOf(url)
  const rootNodes = nodes.map(({ host, port }) => ({ url: `redis://${host}:${port}` }))
  const cluster = createCluster({ rootNodes, defaults: { ...credentials, socket } })
  cluster.on('error', () => undefined)
  const channels = Array.from({ length: shards }, (_, nth) => `${channel}:${nth}`)
  return {
    channels,
    async open(listen) {
      await cluster.connect()
      for (const one of channels) await cluster.sSubscribe(one, listen)
    },
    publish: (to, message) => cluster.sPublish(to, message),
    close: () => end(cluster),
  }
}

/** One that never came to be can't be closed either; that is all the same here. */
function end(client: { destroy(): unknown }): void {
  try {
    void Promise.resolve(client.destroy()).catch(() => undefined)
  } catch {
    // It is closed.
  }
}

/** Lists of hosts are no URL that the platform reads. */
function partsOf(url: string) {
  const found = /^redis\+\w+:\/\/(?:([^:@]*):([^@]*)@)?([^/?]+)(?:\/([^?]*))?/.exec(url)
  if (!found)
    throw new Error('REDIS_URL: redis+sentinel://host:port,host:port/<master>, or redis+cluster://host:port,…')
  const [, username, password, hosts, path = ''] = found
  const nodes = hosts!.split(',').map((entry) => {
    const [host, port] = entry.split(':')
    return { host: host!, port: Number(port ?? 6379) }
  })
  const credentials =
    password === undefined ? {} : { ...(username ? { username } : {}), password: decodeURIComponent(password) }
  return { nodes, path, credentials }
}

async function within<T>(ms: number, promise: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
