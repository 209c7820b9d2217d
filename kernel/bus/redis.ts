/**
 * The bus over Redis or Valkey: pub/sub, nothing kept. One server, Sentinel or Cluster (sharded pub/sub).
 *
 * A subscriber can be connected and deaf: a failover that nobody told it of, a proxy that swallows, a server that stands
 * still. So each node sends itself an echo by the same way as everything else; whoever doesn't hear it for a while
 * throws both connections away and makes new ones. What was missed meanwhile the hub reads from the log.
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
  open(listen: (message: string) => void): Promise<void>
  publish(message: string): Promise<unknown>
  close(): void
}

class RedisBus extends BusStation {
  private link: Link | undefined
  private heardAt = 0

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
      try {
        await within(
          connectMs,
          link.open((message) => this.receive(message)),
        )
        this.heardAt = performance.now()
        // Only what comes back proves that it works.
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

  /** Returns when nothing was heard for too long. @throws when the connection broke */
  private async watch(link: Link, heard: () => void): Promise<void> {
    const opened = this.heardAt
    while (!this.stopped && performance.now() - this.heardAt < deafMs) {
      await within(deafMs, link.publish(this.node + separator))
      await pause(this.heardAt > opened ? echoMs : 10)
      if (this.heardAt === opened) continue
      this.become('up')
      this.wakeUp()
      heard()
    }
  }

  protected async sendLoop(): Promise<void> {
    while (!this.stopped) {
      if (this.waiting.length === 0 || this.state === 'down') await this.sleep()
      if (this.stopped || this.waiting.length === 0 || this.state === 'down') continue
      const messages = pack(this.node, this.waiting.splice(0), messageBytes)
      const { link } = this
      await within(deafMs, Promise.all(messages.map((message) => link!.publish(message)))).catch(() => undefined)
    }
  }

  private receive(message: string): void {
    if (isFrom(this.node, message)) this.heardAt = performance.now()
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
    async open(listen) {
      await Promise.all([speaker.connect(), listener.connect()])
      await listener.subscribe(channel, listen)
    },
    publish: (message) => speaker.publish(channel, message),
    close: () => [speaker, listener].forEach(end),
  }
}

function clusterLink(url: string): Link {
  const { nodes, credentials } = partsOf(url)
  const rootNodes = nodes.map(({ host, port }) => ({ url: `redis://${host}:${port}` }))
  const cluster = createCluster({ rootNodes, defaults: { ...credentials, socket } })
  cluster.on('error', () => undefined)
  const names = Array.from({ length: shards }, (_, nth) => `${channel}:${nth}`)
  let next = 0
  return {
    async open(listen) {
      await cluster.connect()
      for (const name of names) await cluster.sSubscribe(name, listen)
    },
    publish: (message) => cluster.sPublish(names[next++ % shards]!, message),
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
