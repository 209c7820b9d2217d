/**
 * Which of several servers takes writes. `DATABASE_URL` may name more than one, as libpq has it
 * (`postgres://user@one,two:5433/alun`, or `?host=/one,/two`): a primary and its standbys. Connections go to the one that
 * took writes last; one that refuses, or says that it is a standby, is left for the next. Who becomes the primary is the
 * database's affair, and that the old one is kept out too.
 */
import pg from 'pg'

/** Everything but the host: what stands before it, the path, the query. */
const parts = /^(postgres(?:ql)?:\/\/(?:[^@/?]*@)?)([^/?]*)(\/[^?]*)?(?:\?(.*))?$/

/**
 * The addresses of the single servers, in the order given.
 * @throws when a list of hosts and one of ports do not fit together.
 */
export function serversOf(url: string): string[] {
  const [, before, authority = '', path = '', query = ''] = parts.exec(url) ?? []
  if (before === undefined) return [url]
  const params = new URLSearchParams(query)
  // We always look for the one that takes writes.
  params.delete('target_session_attrs')
  const address = (host: string): string => {
    const words = params.toString()
    return `${before}${host}${path}${words ? `?${words}` : ''}`
  }
  const hosts = params.get('host')?.split(',')
  if (!hosts) return authority.split(',').map(address)
  const ports = params.get('port')?.split(',') ?? []
  if (ports.length > 1 && ports.length !== hosts.length) throw new Error('as many ports as hosts, or one for all')
  return hosts.map((host, nth) => {
    params.set('host', host)
    if (ports.length > 0) params.set('port', ports[nth] ?? ports[0]!)
    return address(authority)
  })
}

export class Route {
  /** Connections of this kind go where the route leads now, and fail on a standby. */
  readonly Client: typeof pg.Client
  readonly servers: readonly string[]
  private next = 0
  /** Where a connection that may write was last opened. */
  private settled = 0
  private readonly places = new WeakMap<pg.ClientBase, number>()

  constructor(url: string) {
    this.servers = serversOf(url)
    this.Client = clientOf(this)
  }

  /** A connection to the server that takes writes. The caller ends it. @throws what the last server said. */
  async connect(config: pg.ClientConfig): Promise<pg.Client> {
    for (let tries = 1; ; tries++) {
      const client = new this.Client(config)
      client.on('error', () => undefined)
      try {
        await client.connect()
        return client
      } catch (error) {
        await client.end().catch(() => undefined)
        if (tries >= this.servers.length) throw error
      }
    }
  }

  /** It is a connection to a server that we have left since: whatever it says may be of the past. */
  isBehind(client: pg.ClientBase): boolean {
    return (this.places.get(client) ?? this.settled) !== this.settled
  }

  /** Where the next connection goes. */
  get place(): number {
    return this.next
  }

  /** Learns from a connection that is about to be opened there. */
  watch(client: pg.Client, place: number): void {
    if (this.servers.length === 1) return
    this.places.set(client, place)
    const { connection } = client as unknown as {
      connection: NodeJS.EventEmitter & { stream: { destroy(): void } }
    }
    let isDecided = false
    const leave = (): void => {
      if (!isDecided && this.next === place) this.next = (place + 1) % this.servers.length
      isDecided = true
    }
    // Servers from 14 on tell it of themselves before anything can be asked.
    connection.on('parameterStatus', ({ parameterName, parameterValue }: Record<string, string>) => {
      const isReadOnly = parameterName === 'in_hot_standby' || parameterName === 'default_transaction_read_only'
      if (!isReadOnly || parameterValue !== 'on') return
      // That it is ready may stand behind this in the same packet.
      connection.removeAllListeners('readyForQuery')
      connection.emit('error', new Error('connection error: a standby'))
      connection.stream.destroy()
    })
    connection.once('readyForQuery', () => {
      isDecided = true
      this.settled = place
    })
    // Whoever waits for the connection hears of these after us, and may try again at once.
    for (const failure of ['error', 'errorMessage', 'end']) connection.once(failure, leave)
  }
}

function clientOf(route: Route): typeof pg.Client {
  return class extends pg.Client {
    constructor(config?: pg.ClientConfig) {
      const { place } = route
      super({ ...config, connectionString: route.servers[place]! })
      route.watch(this, place)
    }
  }
}
