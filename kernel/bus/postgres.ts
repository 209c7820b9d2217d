/**
 * The bus over PostgreSQL's LISTEN/NOTIFY, after commit and on connections of its own.
 *
 * A NOTIFY inside the command's transaction would put all commits of the database behind one lock; a transaction that
 * only notifies writes no WAL. Many events share one notification, many notifications one statement.
 */
import type pg from 'pg'
import type { Bus, BusState, Notice } from '../bus'
import { signalBytes, waitingMessages } from './bounds'
import { texts, type Db } from '../db'
import type { LogEvent } from '../log'
import { eventRecords, isFrom, pack, signalRecord, unpack } from './wire'

const channel = 'alun'
const payloadBytes = 7990
const reconnectMs = 200
const heartbeatMs = 2000
const silenceMs = 2000
const goodbyeMs = 1000

export function postgresBus(db: Db, node: string): Bus {
  return new PostgresBus(db, node)
}

class PostgresBus implements Bus {
  state: BusState = 'down'
  private waiting: string[] = []
  private sending = false
  private stopped = false
  private readonly clients = new Set<pg.Client>()
  private loops: Promise<void>[] = []
  private wake: (() => void) | undefined
  private noticeHandler: (notices: Notice[]) => void = () => undefined
  private wants: (topic: string) => boolean = () => true
  private readonly signalHandlers = new Map<string, (text: string, from: string) => void>()
  private stateHandler: (state: BusState) => void = () => undefined

  constructor(
    private readonly db: Db,
    private readonly node: string,
  ) {}

  publish(events: readonly LogEvent[], life: string): void {
    for (const one of eventRecords(events, life, signalBytes)) this.queue(one)
  }

  signal(name: string, text: string): void {
    this.queue(signalRecord(name, text, signalBytes))
  }

  onNotices(handler: (notices: Notice[]) => void, wants = this.wants): void {
    this.noticeHandler = handler
    this.wants = wants
  }

  onSignal(name: string, handler: (text: string, from: string) => void): void {
    this.signalHandlers.set(name, handler)
  }

  onState(handler: (state: BusState) => void): void {
    this.stateHandler = handler
  }

  /** Resolves when the first attempt to listen has ended, well or not; goes on trying. */
  async run(): Promise<void> {
    const first = Promise.withResolvers<void>()
    this.loops = [this.listenLoop(first.resolve), this.sendLoop()]
    await first.promise
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.wake?.()
    const ended = [...this.clients].map((client) => client.end().catch(() => undefined))
    // A frozen server says no goodbye.
    await Promise.race([Promise.all([...ended, ...this.loops]), pause(goodbyeMs)])
    this.become('down')
  }

  private queue(one: string): void {
    if (this.waiting.length >= waitingMessages) this.waiting.shift()
    this.waiting.push(one)
    if (!this.sending) this.wake?.()
  }

  private become(state: BusState): void {
    if (state === this.state) return
    this.state = state
    this.stateHandler(state)
  }

  /** Keeps one connection listening. Whatever ends it, a new one follows; the hub reads what was missed meanwhile. */
  private async listenLoop(firstTry: () => void): Promise<void> {
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

  private async sendLoop(): Promise<void> {
    while (!this.stopped) {
      try {
        await this.withClient('notify', async (client) => {
          while (!this.stopped) {
            if (this.waiting.length === 0) await new Promise<void>((resolve) => (this.wake = resolve))
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
    this.sending = true
    const messages = pack(this.node, this.waiting.splice(0), payloadBytes)
    try {
      await client.query({
        name: 'notify',
        text: `SELECT pg_notify('${channel}', m) FROM unnest($1::text[]) m`,
        values: [texts(messages)],
      })
    } finally {
      this.sending = false
    }
  }

  private receive(payload: string): void {
    if (isFrom(this.node, payload)) return
    const { sender, notices, signals } = unpack(payload, this.wants)
    if (notices.length > 0) this.noticeHandler(notices)
    for (const { channel: name, text } of signals) this.signalHandlers.get(name)?.(text, sender)
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

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
