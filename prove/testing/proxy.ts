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
  private held = false
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

  /** From now on nothing passes, and nothing closes: a network that swallows everything. */
  hold(): void {
    this.held = true
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
    const upToCommit = commitFinder()
    client.on('data', (chunk: Buffer) => {
      if (this.held) return
      const commitAt = upToCommit(chunk)
      const cut = commitAt === undefined ? undefined : this.plan.shift()
      if (cut) this.cuts++
      if (cut === 'before-commit') {
        // What was sent before it arrives, and is undone.
        upstream.write(chunk.subarray(0, Math.max(0, commitAt!)), end)
        return
      }
      awaited ||= cut === 'after-commit'
      upstream.write(chunk)
    })
    upstream.on('data', (chunk: Buffer) => {
      if (this.held) return
      if (awaited && chunk.includes(committed)) return end()
      client.write(chunk)
    })
  }
}

/** The server's word that it carried out a COMMIT. */
const committed = Buffer.from('C\0\0\0\u000bCOMMIT\0')

/** Follows one client's messages; tells where in a chunk the message with a COMMIT begins, if it ends in it. */
function commitFinder(): (chunk: Buffer) => number | undefined {
  let rest: Buffer = Buffer.alloc(0)
  // The first message has no type byte.
  let header = 0
  return (chunk) => {
    const before = rest.length
    rest = Buffer.concat([rest, chunk])
    let found: number | undefined
    let at = 0
    while (rest.length >= at + header + 4) {
      const end = at + header + rest.readInt32BE(at + header)
      if (rest.length < end) break
      if (header === 1 && isCommit(rest.subarray(at, end))) found = at - before
      at = end
      header = 1
    }
    rest = rest.subarray(at)
    return found
  }
}

/** As a simple query, or as one to prepare. */
function isCommit(message: Buffer): boolean {
  const type = String.fromCharCode(message[0]!)
  return (type === 'Q' || type === 'P') && message.includes('COMMIT\0')
}
