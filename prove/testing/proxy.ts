/**
 * Stands between a program and PostgreSQL on a socket of its own and cuts the connection at the worst moment: around a
 * COMMIT, when the one knows and the other doesn't.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * - `before-commit`: the COMMIT never reaches the server.
 * - `after-commit`: the server carried it out, its answer is lost.
 */
export type Cut = 'before-commit' | 'after-commit'

const socketName = '.s.PGSQL.5432'

export class PostgresProxy {
  /** What to do to the COMMITs to come, one each, first one first. */
  readonly plan: Cut[] = []
  cuts = 0
  private readonly sockets = new Set<Socket>()

  private constructor(
    private readonly dir: string,
    private readonly target: string,
    private readonly original: string,
    private readonly server: Server,
  ) {}

  static async open(url: string): Promise<PostgresProxy> {
    const dir = await mkdtemp(join(tmpdir(), 'alun-proxy-'))
    const target = join(new URL(url).searchParams.get('host')!, socketName)
    const server = createServer()
    const proxy = new PostgresProxy(dir, target, url, server)
    server.on('connection', (client) => proxy.join(client))
    await new Promise<void>((resolve) => server.listen(join(dir, socketName), resolve))
    return proxy
  }

  get url(): string {
    const url = new URL(this.original)
    url.searchParams.set('host', this.dir)
    return url.toString()
  }

  /** Ends all connections now, as a broken network would. */
  cutAll(): void {
    for (const socket of this.sockets) socket.destroy()
  }

  async close(): Promise<void> {
    this.cutAll()
    await new Promise<void>((resolve) => this.server.close(() => resolve()))
    await rm(this.dir, { recursive: true, force: true })
  }

  private join(client: Socket): void {
    const upstream = connect(this.target)
    const end = (): void => {
      client.destroy()
      upstream.destroy()
    }
    for (const socket of [client, upstream]) {
      this.sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        this.sockets.delete(socket)
        end()
      })
    }
    let awaited = false
    const isCommit = commitFinder()
    client.on('data', (chunk: Buffer) => {
      const cut = isCommit(chunk) ? this.plan.shift() : undefined
      if (cut) this.cuts++
      if (cut === 'before-commit') return end()
      awaited = cut === 'after-commit'
      upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      if (awaited) return end()
      client.write(chunk)
    })
  }
}

/** Follows one client's messages; tells of each chunk whether a COMMIT ends in it. */
function commitFinder(): (chunk: Buffer) => boolean {
  let rest: Buffer = Buffer.alloc(0)
  // The first message has no type byte.
  let header = 0
  return (chunk) => {
    rest = Buffer.concat([rest, chunk])
    let found = false
    while (rest.length >= header + 4) {
      const length = header + rest.readInt32BE(header)
      if (rest.length < length) break
      const message = rest.subarray(0, length)
      if (header === 1 && message[0] === 0x51 && message.subarray(5, -1).toString() === 'COMMIT') found = true
      rest = rest.subarray(length)
      header = 1
    }
    return found
  }
}
