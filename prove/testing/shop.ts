/**
 * A small service for the tests of the kernel: things of limited stock, and notes. Its commands do what real ones do
 * (lock, look in a new statement, write, append), and `note` misbehaves on demand.
 */
import {
  Batch,
  batchDefaults,
  done,
  withoutEffect,
  type BatchOptions,
  type Call,
  type Decider,
  type NewJob,
  type Tx,
} from '../../kernel/batch'
import { Db, type Lane, type Sql } from '../../kernel/db'
import type { Hit } from '../../kernel/failpoint'
import type { Jobs } from '../../kernel/jobs'
import type { Appended } from '../../kernel/log'
import { statement } from './database'

export interface Took {
  result: 'took' | 'sold_out'
  items: string[]
  nth: number
  node: string
}

export interface Noted {
  text: string
  offset: number
}

export const shopSchema = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.items (id text PRIMARY KEY, stock int NOT NULL, sold int NOT NULL DEFAULT 0);
  CREATE TABLE shop.sales (item text, buyer text, nth int, PRIMARY KEY (item, nth));
  CREATE TABLE shop.notes (nth bigserial PRIMARY KEY, writer text, text text, "offset" bigint)`

export const openShop = (url: string): Promise<void> => statement(url, shopSchema)

export const stock = (url: string, id: string, units: number): Promise<void> =>
  statement(url, 'INSERT INTO shop.items (id, stock) VALUES ($1, $2)', [id, units])

export interface ShopNodeOptions {
  connections?: number
  batch?: Partial<BatchOptions>
  hit?: Hit
  /** Where jobs go. Without it they are only noted. */
  jobs?: Jobs
  /** Changes the lane that batches run on. */
  lane?: (lane: Lane) => Lane
  /** Looked up before the shop's own commands. */
  commands?: Decider<never, unknown>[]
}

/** One node's view of the shop: its own connections, its own batches. */
export class ShopNode {
  readonly db: Db
  readonly lane: Lane
  readonly published: Appended[] = []
  readonly jobs: NewJob[] = []
  readonly take: Batch<{ items: string[] }, Took>
  readonly note: Batch<{ text: string }, Noted>
  readonly bundle: Batch<{ items: string[] }, Took>

  private stopping: Promise<void> | undefined

  constructor(
    url: string,
    readonly name: string,
    private readonly options: ShopNodeOptions = {},
  ) {
    this.db = new Db(url, name)
    const lane = this.db.lane('shop', { connections: options.connections ?? 4 })
    this.lane = options.lane?.(lane) ?? lane
    this.take = this.batch(take)
    this.note = this.batch(note)
    this.bundle = this.batch(bundle)
  }

  batch<I, O>(decider: Decider<I, O>): Batch<I, O> {
    const context = {
      node: this.name,
      lookup: (name: string) => this.lookup(name),
      ask: (_sql: Sql, name: string) => Promise.reject(new Error(`the shop has no query ${name}`)),
      enqueue: async (tx: Sql, all: readonly NewJob[]) => this.options.jobs?.enqueue(tx, all),
      committed: (events: readonly Appended[], jobs: readonly NewJob[]) => {
        this.published.push(...events)
        this.jobs.push(...jobs)
        this.options.jobs?.committed(jobs)
      },
      hit: this.options.hit ?? (() => undefined),
    }
    return new Batch(decider, this.lane, context, { ...batchDefaults, ...this.options.batch })
  }

  stop(): Promise<void> {
    return (this.stopping ??= this.db.close())
  }

  private lookup(name: string): Decider<unknown, unknown> {
    const all = [...(this.options.commands ?? []), take, note, bundle] as Decider<unknown, unknown>[]
    const found = all.find((one) => one.name === name)
    if (!found) throw new Error(`the shop has no command ${name}`)
    return found
  }
}

export const by = <I>(buyer: string, key: string, input: I): Call<I> => ({
  actor: { id: buyer, name: buyer, role: 'student' },
  key,
  input,
})

interface ItemRow {
  id: string
  stock: number
  sold: number
}

/** One unit of each named item, or none at all. */
const take: Decider<{ items: string[] }, Took> = {
  name: 'shop.take',
  async runMany(tx, calls) {
    const ids = [...new Set(calls.flatMap(({ input }) => input.items))]
    await tx.query('SELECT 1 FROM shop.items WHERE id = ANY ($1::text[]) ORDER BY id FOR UPDATE', [ids])
    const rows = await tx.query<ItemRow>('SELECT id, stock, sold FROM shop.items WHERE id = ANY ($1::text[])', [ids])
    const items = new Map(rows.map((row) => [row.id, row]))
    const sales: { item: string; buyer: string; nth: number }[] = []
    const outcomes = calls.map(({ actor, input }) => {
      const wanted = input.items.map((id) => items.get(id)!)
      if (wanted.some(({ stock: units, sold }) => sold >= units)) {
        return withoutEffect<Took>({ result: 'sold_out', items: input.items, nth: 0, node: '' })
      }
      for (const item of wanted) {
        item.sold++
        sales.push({ item: item.id, buyer: actor.id, nth: item.sold })
        tx.append({ topic: `shop:${item.id}`, kind: 'sold', actor: actor.id, data: { nth: item.sold } })
      }
      return done<Took>({ result: 'took', items: input.items, nth: wanted[0]!.sold, node: '' })
    })
    await sell(tx, sales)
    return outcomes
  },
}

async function sell(tx: Tx, sales: { item: string; buyer: string; nth: number }[]): Promise<void> {
  if (sales.length === 0) return
  await tx.query(
    `WITH s AS (SELECT * FROM unnest($1::text[], $2::text[], $3::int[]) AS s(item, buyer, nth)),
     counted AS (UPDATE shop.items i SET sold = n.sold
                 FROM (SELECT item, max(nth) AS sold FROM s GROUP BY item) n WHERE i.id = n.item)
     INSERT INTO shop.sales (item, buyer, nth) SELECT item, buyer, nth FROM s`,
    [sales.map(({ item }) => item), sales.map(({ buyer }) => buyer), sales.map(({ nth }) => nth)],
  )
}

/** `poison` makes the statement fail, `bug` throws; anything else is written down, with its offset. */
const note: Decider<{ text: string }, Noted> = {
  name: 'shop.note',
  async runMany(tx, calls) {
    if (calls.some(({ input }) => input.text.startsWith('bug'))) throw new Error('a bug in the command')
    const outcomes = calls.map(({ actor, input: { text } }) => {
      const ticket = tx.append({ topic: 'shop:notes', kind: 'noted', actor: actor.id, data: { text } })
      tx.ordered(() => ({
        text: `INSERT INTO shop.notes (writer, text, "offset")
               SELECT $1::text, $2::text, $3::bigint / (CASE WHEN starts_with($2, 'poison') THEN 0 ELSE 1 END)`,
        params: [actor.id, text, ticket.offset],
      }))
      return done<Noted>(() => ({ text, offset: ticket.offset }))
    })
    return outcomes
  },
}

/** The same as `take`, through it, and a note about it. */
const bundle: Decider<{ items: string[] }, Took> = {
  name: 'shop.bundle',
  async runMany(tx, calls) {
    const outcomes = await tx.call<{ items: string[] }, Took>('shop.take', calls)
    await tx.call(
      'shop.note',
      calls.map((call) => ({ ...call, input: { text: call.input.items.join() } })),
    )
    return outcomes
  },
}
