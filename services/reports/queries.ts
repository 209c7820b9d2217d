/** What is read of reports: one of them, the board, one's own, and those that look the same. */
import { z } from 'zod'
import { position } from '../../kernel/log'
import type { Sql } from '../../kernel/db'
import { query } from '../../kernel/service'
import type { Actor } from '../../protocol/roles'
import { follows, isVisible, visibleReport } from './access'
import { boardTopic, statusOf, topicOf, type Viewer } from './model'
import { isHandler, may } from './policy'
import { placesFor } from './places'
import { columns, timelineOf, toCard, toReport, type ReportRow } from './rows'
import { boardOutput, cards, got, placeInput, reportOnly } from './schemas'

const isOpen = `r.state IN ('pending', 'reopened', 'in_progress', 'waiting')`

export const get = query({
  name: 'reports.get',
  summary: 'One report by its id or number: what it says, what happened to it, and where its topic stands.',
  input: reportOnly,
  output: got,
  async run(sql, actor, { report }) {
    const row = await visibleReport(sql, actor, report)
    return {
      report: toReport(row, await timelineOf(sql, row.id)),
      viewer: await viewerOf(sql, actor, row),
      position: await position(sql, topicOf(row.id)),
    }
  },
})

async function viewerOf(sql: Sql, actor: Actor, row: ReportRow): Promise<Viewer> {
  const mine = row.reporter === actor.id
  const rights = [actor.id, isHandler(actor.role)]
  const duplicates = await sql.query<{ id: string; number: number; title: string }>(
    `SELECT r.id, r.number, r.title FROM reports.report r WHERE r.merged_into = $3 AND ${isVisible} ORDER BY r.number`,
    [...rights, row.id],
  )
  // Whoever's report was merged may know how the other one stands, and no more where that is private.
  const [into] = row.merged_into
    ? await sql.query<Pick<ReportRow, 'id' | 'number' | 'state'>>(
        'SELECT id, number, state FROM reports.report WHERE id = $1',
        [row.merged_into],
      )
    : []
  return {
    ...(mine || isHandler(actor.role) || !row.hide_name
      ? { reporter: { id: row.reporter, name: row.reporter_name } }
      : {}),
    ...{ mine, following: await follows(sql, actor, row), duplicates },
    ...(mine ? { receipt: row.receipt } : {}),
    ...(into ? { into: { id: into.id, number: into.number, status: statusOf(into.state) } } : {}),
  }
}

const flag = z.preprocess(
  (value) => (value === 'true' || value === '1' ? true : value === 'false' ? false : value),
  z.boolean(),
)

export const board = query({
  name: 'reports.board',
  summary: 'The board of technicians: all open reports, and those closed lately.',
  roles: may.handle,
  input: z.object({
    /** How many hours closed ones stay. */
    closedHours: z.coerce
      .number()
      .min(0)
      .max(24 * 31)
      .default(24),
    limit: z.coerce.number().int().min(1).max(2000).default(1000),
  }),
  output: boardOutput,
  async run(sql, _actor, { closedHours, limit }) {
    const open = await sql.query<ReportRow>(
      `SELECT ${columns} FROM reports.report r WHERE ${isOpen} ORDER BY r.number DESC LIMIT $1`,
      [limit],
    )
    const closed = await sql.query<ReportRow>(
      `SELECT ${columns} FROM reports.report r WHERE NOT ${isOpen} AND r.updated_at > now() - make_interval(hours => $1::int)
       ORDER BY r.number DESC LIMIT $2`,
      [Math.ceil(closedHours), limit],
    )
    const all = [...open, ...closed].sort((a, b) => b.number - a.number)
    return { cards: all.map(toCard), position: await position(sql, boardTopic) }
  },
})

export const mine = query({
  name: 'reports.mine',
  summary: 'Reports that you made or follow, the newest first.',
  input: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50), followed: flag.default(true) }),
  output: cards,
  oneStatement: true,
  run: async (sql, actor, { limit, followed }) => {
    const rows = await sql.query<ReportRow>(
      `SELECT ${columns} FROM reports.report r
       WHERE r.reporter = $1
         OR ($2 AND r.id IN (SELECT report FROM reports.follower WHERE user_id = $1))
       ORDER BY r.number DESC LIMIT $3`,
      [actor.id, followed, limit],
    )
    return { cards: rows.map(toCard) }
  },
})

const mostSimilar = 5

export const similar = query({
  name: 'reports.similar',
  summary: 'Open reports of the same place, those that speak of the same things first.',
  input: z.object({ place: placeInput, text: z.string().max(200).default('') }),
  output: cards,
  async run(sql, actor, { place, text }) {
    const [where] = await placesFor(sql, [place])
    const rows = await sql.query<ReportRow>(
      `SELECT ${columns} FROM reports.report r
       WHERE ${isOpen} AND NOT r.private AND ${isVisible}
         AND (r.place_id = $3 OR r.place_id IN (SELECT id FROM reports.place WHERE parent = $3)
           OR r.place_id = (SELECT parent FROM reports.place WHERE id = $3 AND kind = 'asset')
           OR ($3::text IS NULL AND lower(r.place_text) = lower($4)))
       ORDER BY (SELECT count(*) FROM unnest(string_to_array(lower($5), ' ')) AS w(word)
                 WHERE length(word) > 2 AND strpos(lower(r.title || ' ' || r.details), word) > 0) DESC, r.number DESC
       LIMIT ${mostSimilar}`,
      [actor.id, isHandler(actor.role), where!.place_id, where!.place_text, text],
    )
    return { cards: rows.map(toCard) }
  },
})
