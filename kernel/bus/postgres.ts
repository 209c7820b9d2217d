/**
 * The bus over PostgreSQL's LISTEN/NOTIFY, after commit and on connections of its own.
 *
 * A NOTIFY inside the command's transaction would put all commits of the database behind one lock; a transaction that
 * only notifies writes no WAL. Many events share one notification, many notifications one statement.
 */
import type pg from 'pg'
import type { Bus } from '../bus'
import { texts, type Db } from '../db'
import { BusStation, pause } from './station'
import { isFrom, pack } from './wire'

const channel = 'alun'
const payloadBytes = 7990
const reconnectMs = 200
const heartbeatMs = 2000
const silenceMs = 2000

export function postgresBus(db: Db, node: string): Bus {
  return new PostgresBus(db, node)
}

class PostgresBus extends BusStation {
  private readonly clients = new Set<pg.Client>()

  constructor(
    private readonly db: Db,
    node: string,
  ) {
    super(node)
  }

  protected disconnect(): Promise<unknown> {
    return Promise.all([...this.clients].map((client) => client.end().catch(() => undefined)))
  }

  /** Keeps one connection listening. Whatever ends it, a new one follows; the hub reads what was missed meanwhile. */
  protected async listenLoop(firstTry: () => void): Promise<void> {
    while (!this.stopped) {
      try {
        await this.withClient('listen', async (client, ended) => {
          client.on('notification', (message) => this.receive(message.payload ?? ''))
          await client.query(`LISTEN ${channel}`)
          this.become('up')
          firstTry()
          await this.watch(client, ended)
        })
      } catch {
        // The reason is the database's, and its health tells of it.
      }
      this.become('down')
      firstTry()
      if (!this.stopped) await pause(reconnectMs)
    }
  }

  /** Returns when the connection ended, or answered nothing for too long (a frozen server closes nothing). */
  private async watch(client: pg.Client, ended: Promise<unknown>): Promise<void> {
    while (!this.stopped) {
      const over = await Promise.race([ended.then(() => true), pause(heartbeatMs).then(() => false)])
      if (over) return
      const alive = await Promise.race([
        client.query('SELECT 1').then(
          () => true,
          () => false,
        ),
        pause(silenceMs).then(() => false),
      ])
      if (!alive) return
    }
  }

  protected async sendLoop(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.withClient('notify', async (client) => {
          while (!this.stopped) {
            if (this.waiting.length === 0) await this.sleep()
            await this.sendAll(client)
          }
        })
      } catch {
        if (!this.stopped) await pause(reconnectMs)
      }
    }
  }

  private async sendAll(client: pg.Client): Promise<void> {
    if (this.waiting.length === 0) return
    const messages = pack(this.node, this.waiting.splice(0), payloadBytes)
    await client.query({
      name: 'notify',
      text: `SELECT pg_notify('${channel}', m) FROM unnest($1::text[]) m`,
      values: [texts(messages)],
    })
  }

  private receive(payload: string): void {
    if (!isFrom(this.node, payload)) this.deliver(payload)
  }

  private async withClient(
    name: string,
    use: (client: pg.Client, ended: Promise<unknown>) => Promise<void>,
  ): Promise<void> {
    const client = this.db.dedicated(`bus-${name}`)
    this.clients.add(client)
    const ended = new Promise((resolve) => client.once('end', resolve).once('error', resolve))
    try {
      await client.connect()
      await use(client, ended)
    } finally {
      this.clients.delete(client)
      client.end().catch(() => undefined)
    }
  }
}
