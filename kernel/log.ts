/**
 * The log: the events of all topics, in the database. One order for each topic, offsets 1, 2, 3 … without a hole, in
 * the order in which transactions commit.
 *
 * Density comes from the topic's row: appending raises `head` under that row's lock, which is held until commit. So two
 * transactions can't take the same offset, a later offset can't become visible before an earlier one, and an aborted
 * one leaves no hole. `append` is therefore called once per transaction, last, with topics in sorted order.
 */
import { integers, jsons, texts, type Sql } from './db'

/** What a command says happened. `data` holds the fields of its kind. */
export interface NewEvent {
  topic: string
  kind: string
  actor: string
  data: Record<string, unknown>
  effects?: Effects | undefined
}

/** What every hub does when it reaches this event, before it delivers anything later on the topic. */
export interface Effects {
  /** Users who may no longer read the topic. */
  revokes?: string[]
  /** Offsets whose content is removed for good: gone from the log, from rings and from recovery. */
  redacts?: number[]
}

/** Which life of the offsets something belongs to, and which run of the server told of it. */
export interface Life {
  epoch: string
  server: string
}

/** An event as it travels: `json` is the publication's data, encoded once and never taken apart on the way. */
export interface LogEvent {
  topic: string
  offset: number
  json: string
  effects?: Effects | undefined
}

/** What an appended event got, in the order of the input. */
export interface Appended extends LogEvent, Life {
  /** ISO 8601, milliseconds. */
  at: string
}

export interface Page extends Life {
  /** The topic's newest offset at the moment of reading; 0 when nothing ever happened on it. */
  head: number
  events: LogEvent[]
}

const redactedKind = 'redacted'

/**
 * Appends events in one statement.
 *
 * Law 1: the upsert takes the topics' row locks in sorted order; `clock_timestamp()` in its SET is read after the lock
 * is held, so that `at` follows the order of offsets whatever the nodes' clocks say.
 */
export async function append(tx: Sql, node: string, events: readonly NewEvent[]): Promise<Appended[]> {
  if (events.length === 0) return []
  const nth = new Map<string, number>()
  const places = events.map((event) => {
    const place = (nth.get(event.topic) ?? 0) + 1
    nth.set(event.topic, place)
    return place
  })
  const datas = events.map((event) => JSON.stringify(event.data))
  const rows = await tx.query<Life & { topic: string; head: number; at: Date }>(appendSql, [
    texts([...nth.keys()]),
    integers([...nth.values()]),
    texts(events.map((event) => event.topic)),
    integers(places),
    texts(events.map((event) => event.kind)),
    texts(events.map((event) => event.actor)),
    node,
    jsons(datas),
    jsons(events.map((event) => (event.effects ? JSON.stringify(event.effects) : null))),
  ])
  const heads = new Map(rows.map((row) => [row.topic, row]))
  return events.map((event, index) => {
    const { head, at, epoch, server } = heads.get(event.topic)!
    const offset = head - nth.get(event.topic)! + places[index]!
    const iso = at.toISOString()
    const json = encode(event.kind, iso, event.actor, node, datas[index]!)
    return { topic: event.topic, offset, at: iso, epoch, server, json, effects: event.effects }
  })
}

const appendSql = `
  WITH want AS (SELECT * FROM unnest($1::text[], $2::int[]) AS w(topic, n) ORDER BY topic),
  raised AS (
    INSERT INTO kernel.topics AS t (topic, head, at, changed)
    SELECT topic, n, date_trunc('milliseconds', clock_timestamp()), pg_current_xact_id() FROM want ORDER BY topic
    ON CONFLICT (topic) DO UPDATE SET head = t.head + excluded.head, changed = excluded.changed,
      at = greatest(t.at, date_trunc('milliseconds', clock_timestamp()))
    RETURNING t.topic, t.head, t.at
  ), stored AS (
    INSERT INTO kernel.events (topic, "offset", kind, actor, node, at, data, effects)
    SELECT e.topic, r.head - w.n + e.place, e.kind, e.actor, $7, r.at, e.data, e.effects
    FROM unnest($3::text[], $4::int[], $5::text[], $6::text[], $8::json[], $9::json[])
      AS e(topic, place, kind, actor, data, effects)
    JOIN raised r USING (topic) JOIN want w USING (topic)
  )
  SELECT r.topic, r.head, r.at, i.epoch, i.server FROM kernel.life i CROSS JOIN raised r`

/**
 * Events after `after`, oldest first, at most `limit`, with the head and epoch of the same moment. Offsets in the
 * result are dense; if the first one isn't `after + 1`, older events were removed by retention.
 */
export async function read(sql: Sql, topic: string, after: number, limit: number): Promise<Page> {
  return page(await sql.query<Row>(readSql, [topic, after, limit]), topic)
}

/** The newest `limit` events before `before`, newest first. */
export async function readBack(sql: Sql, topic: string, before: number, limit: number): Promise<Page> {
  return page(await sql.query<Row>(readBackSql, [topic, before, limit]), topic)
}

interface Row extends Life {
  head: number | null
  offset: number | null
  kind: string
  actor: string
  node: string
  at: Date
  data: string
  effects: string | null
}

const readFrom = (range: string, order: string): string => `
  SELECT i.epoch, i.server, t.head, e."offset", e.kind, e.actor, e.node, e.at, e.data::text AS data, e.effects::text AS effects
  FROM kernel.life i
  LEFT JOIN kernel.topics t ON t.topic = $1
  LEFT JOIN LATERAL (
    SELECT * FROM kernel.events WHERE topic = $1 AND "offset" ${range} $2 ORDER BY "offset" ${order} LIMIT $3
  ) e ON true
  ORDER BY e."offset" ${order}`
const readSql = readFrom('>', 'ASC')
const readBackSql = readFrom('<', 'DESC')

function page(rows: Row[], topic: string): Page {
  const first = rows[0]!
  const events = first.offset === null ? [] : rows.map((row) => toEvent(topic, row))
  return { head: first.head ?? 0, epoch: first.epoch, server: first.server, events }
}

function toEvent(topic: string, row: Row): LogEvent {
  return {
    topic,
    offset: row.offset!,
    json: encode(row.kind, row.at.toISOString(), row.actor, row.node, row.data),
    effects: row.effects ? (JSON.parse(row.effects) as Effects) : undefined,
  }
}

/**
 * The publication's data: the event's frame with the kind's own fields beside it. `data` is a JSON object's text; that of
 * an event without a kind is any JSON and goes out as it came in.
 */
function encode(kind: string, at: string, actor: string, node: string, data: string): string {
  if (kind === '') return data
  const frame = `{"kind":${JSON.stringify(kind)},"at":"${at}","actor":${JSON.stringify(actor)},"node":${JSON.stringify(node)}`
  return data === '{}' ? `${frame}}` : `${frame},${data.slice(1)}`
}

/** Where a topic stands, in the snapshot of `sql`. */
export async function position(sql: Sql, topic: string): Promise<{ topic: string; offset: number; epoch: string }> {
  const [row] = await sql.query<{ epoch: string; head: number | null }>(
    'SELECT i.epoch, t.head FROM kernel.life i LEFT JOIN kernel.topics t ON t.topic = $1',
    [topic],
  )
  return { topic, offset: row!.head ?? 0, epoch: row!.epoch }
}

export interface Changes extends Life {
  /** Topics whose head may have moved since the look before, with their heads. */
  heads: { topic: string; head: number }[]
  /** Give this to the next look. */
  cursor: string
}

/**
 * What changed since `cursor` (`'0'` at first: everything). Exact, whatever the order of commits: a transaction that
 * was under way at the last look has an id at or above that look's xmin.
 */
export async function changes(sql: Sql, cursor: string): Promise<Changes> {
  const rows = await sql.query<Omit<Changes, 'heads'> & { topic: string | null; head: number }>(
    `SELECT i.epoch, i.server, pg_snapshot_xmin(pg_current_snapshot())::text AS cursor, t.topic, t.head
     FROM kernel.life i LEFT JOIN kernel.topics t ON t.changed >= $1::text::xid8`,
    [cursor],
  )
  const heads = rows.filter((row) => row.topic !== null).map((row) => ({ topic: row.topic!, head: row.head }))
  const { epoch, cursor: next, server } = rows[0]!
  return { heads, epoch, cursor: next, server }
}

/** The cursor of this moment: what is committed by now is not asked about again. */
export async function cursorNow(sql: Sql): Promise<Changes> {
  const [row] = await sql.query<Omit<Changes, 'heads'>>(
    'SELECT epoch, server, pg_snapshot_xmin(pg_current_snapshot())::text AS cursor FROM kernel.life',
  )
  return { heads: [], ...row! }
}

export interface Heads extends Life {
  /** A topic that is missing never had an event. */
  heads: Map<string, number>
}

/** Heads of these topics, of one moment. */
export async function heads(sql: Sql, topics: readonly string[]): Promise<Heads> {
  const rows = await sql.query<Life & { topic: string | null; head: number }>(
    `SELECT i.epoch, i.server, t.topic, t.head
     FROM kernel.life i LEFT JOIN kernel.topics t ON t.topic = ANY ($1::text[])`,
    [topics],
  )
  const known = rows.filter((row) => row.topic !== null).map((row) => [row.topic!, row.head] as const)
  return { heads: new Map(known), epoch: rows[0]!.epoch, server: rows[0]!.server }
}

export interface Place {
  topic: string
  offset: number
}

export interface Standing extends Heads {
  /** By topic. Absent: nothing was written there, or retention removed it. */
  events: Map<string, LogEvent>
}

/** As `heads`, with the events that stand at these places now, all of one moment. */
export async function standing(sql: Sql, places: readonly Place[]): Promise<Standing> {
  const rows = await sql.query<Row & { topic: string | null }>(
    `SELECT i.epoch, i.server, t.topic, t.head, e."offset", e.kind, e.actor, e.node, e.at, e.data::text AS data
     FROM kernel.life i
     LEFT JOIN unnest($1::text[], $2::bigint[]) AS p(topic, "offset") ON true
     LEFT JOIN kernel.topics t ON t.topic = p.topic
     LEFT JOIN LATERAL (
       SELECT * FROM kernel.events WHERE topic = p.topic AND "offset" = p."offset" LIMIT 1) e ON true`,
    [places.map(({ topic }) => topic), places.map(({ offset }) => offset)],
  )
  const heads = new Map<string, number>()
  const events = new Map<string, LogEvent>()
  for (const row of rows) {
    if (row.topic === null) continue
    heads.set(row.topic, row.head!)
    if (row.offset !== null) events.set(row.topic, toEvent(row.topic, row))
  }
  return { heads, events, epoch: rows[0]!.epoch, server: rows[0]!.server }
}

/** Whether what the log has at a place is what was delivered there. Its content may have been taken away since. */
export function sameEvent(delivered: LogEvent, found: LogEvent): boolean {
  if (found.json === delivered.json) return true
  return found.json.startsWith(`{"kind":"${redactedKind}"`) && found.json === redactedJson(delivered.json)
}

/**
 * Takes the content of an event away and keeps its offset. The command that does this appends an event with
 * `effects.redacts` on the same topic in the same transaction, which takes it out of every ring.
 */
export async function redact(tx: Sql, topic: string, offset: number): Promise<void> {
  await tx.query(`UPDATE kernel.events SET kind = '${redactedKind}', data = '{}' WHERE topic = $1 AND "offset" = $2`, [
    topic,
    offset,
  ])
}

/** An event whose content is gone, as it stands in a ring afterwards. */
export function redactedJson(json: string): string {
  const { at, actor, node } = JSON.parse(json) as { at: string; actor: string; node: string }
  return encode(redactedKind, at, actor, node, '{}')
}

/**
 * Deletes events of topics beginning with `prefix:` that are older than `days`, at most `limit`; heads stay. Oldest
 * first, so that what is left of a topic has no hole when it stops half-way.
 * @returns how many went. Call again until it is fewer than `limit`.
 */
export async function trim(sql: Sql, prefix: string, days: number, limit: number): Promise<number> {
  const rows = await sql.query(
    `DELETE FROM kernel.events WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM kernel.events
       WHERE topic LIKE $1 AND at < clock_timestamp() - make_interval(days => $2)
       ORDER BY topic, "offset" LIMIT $3)) RETURNING 1`,
    [`${prefix}:%`, days, limit],
  )
  return rows.length
}

/**
 * Begins a new life of all offsets, unless another node did so first.
 * @returns the life that holds now.
 */
export async function renewEpoch(sql: Sql, lost: string): Promise<Life> {
  await sql.query(
    `UPDATE kernel.installation
     SET epoch = substr(md5(gen_random_uuid()::text), 1, 12), database_started = pg_postmaster_start_time()
     WHERE epoch || '.' || kernel.timeline() = $1`,
    [lost],
  )
  // A new statement: one that waited for another node's renewal would still see the epoch that was lost.
  const [row] = await sql.query<Life>('SELECT epoch, server FROM kernel.life')
  if (!row) throw new Error('the installation row is gone: the database is not ours any more')
  return row
}

/** Whether the database process restarted since the epoch was confirmed: only then can a tail have been lost. */
export async function restartedSinceEpoch(sql: Sql): Promise<boolean> {
  const [row] = await sql.query<{ restarted: boolean }>('SELECT restarted FROM kernel.life')
  return row!.restarted
}
