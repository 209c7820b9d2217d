/** The public board: how each building fares, for everybody who is signed in, and as open data. No private report. */
import { z } from 'zod'
import { query } from '../../kernel/service'
import { csv, type Cell } from '../../protocol/csv'
import type { Lang } from '../../protocol/errors'
import type { WebAnswer, WebRoute } from '../../protocol/web'
import { xlsx } from '../../protocol/xlsx'
import { allCategories } from './categories'
import { statusOf, type State } from './model'
import { columns, toCard, type ReportRow } from './rows'
import { card } from './schemas'

const building = z.object({
  /** Missing: reports whose place is in somebody's own words. */
  id: z.string().optional(),
  name: z.string(),
  open: z.number().int(),
  /** In the last seven days. */
  fixed: z.number().int(),
  /** From opening to done, of the last ninety days. */
  medianHours: z.number().optional(),
})

const publicOutput = z.object({ buildings: z.array(building), cards: z.array(card) })
const shown = 100

export const publicBoard = query({
  name: 'reports.public',
  summary: 'How the buildings fare: what is open, what was fixed this week, how long it takes. No private reports.',
  input: z.object({ building: z.string().max(40).optional() }),
  output: publicOutput,
  async run(sql, _actor, { building: only }) {
    const buildings = await sql.query<{
      id: string | null
      name: string | null
      open: number
      fixed: number
      median: number | null
    }>(
      `SELECT r.building AS id, b.name,
         (count(*) FILTER (WHERE r.state IN ('pending', 'reopened', 'in_progress', 'waiting')))::int AS open,
         (count(*) FILTER (WHERE r.state IN ('done', 'confirmed') AND r.finished_at > now() - interval '7 days'))::int AS fixed,
         percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM r.finished_at - r.opened_at) / 3600)
           FILTER (WHERE r.finished_at > now() - interval '90 days') AS median
       FROM reports.report r LEFT JOIN reports.place b ON b.id = r.building
       WHERE NOT r.private GROUP BY r.building, b.name ORDER BY open DESC, b.name`,
    )
    const rows = await sql.query<ReportRow>(
      `SELECT ${columns} FROM reports.report r
       WHERE NOT r.private AND r.state <> 'duplicate' AND ($1::text IS NULL OR r.building = $1)
       ORDER BY r.number DESC LIMIT ${shown}`,
      [only ?? null],
    )
    return {
      buildings: buildings.map(({ id, name, median, ...counts }) => ({
        ...{ ...counts, name: name ?? '' },
        ...(id ? { id } : {}),
        ...(median === null ? {} : { medianHours: Math.round(median * 10) / 10 }),
      })),
      cards: rows.map(toCard),
    }
  },
})

const open = z.object({ header: z.array(z.string()), rows: z.array(z.array(z.union([z.string(), z.number()]))) })
const mostRows = 20_000

export const openData = query({
  name: 'reports.open_data',
  summary: 'All public reports as a table, without names and without words of the reporters beyond the title.',
  input: z.object({ lang: z.enum(['en', 'id']).default('en') }),
  output: open,
  async run(sql, _actor, { lang }) {
    const names = new Map((await allCategories(sql)).map(({ id, name }) => [id, name[lang]]))
    const rows = await sql.query<ReportRow>(
      `SELECT ${columns} FROM reports.report r WHERE NOT r.private ORDER BY r.number DESC LIMIT ${mostRows}`,
    )
    return { header: headers[lang], rows: rows.map((row) => lineOf(row, names, lang)) }
  },
})

const headers: Record<Lang, string[]> = {
  en: [
    'number',
    'title',
    'category',
    'status',
    'priority',
    'place',
    'lat',
    'lng',
    'opened',
    'finished',
    'followers',
    'reopened',
  ],
  id: [
    'nomor',
    'judul',
    'kategori',
    'status',
    'prioritas',
    'tempat',
    'lat',
    'lng',
    'dibuka',
    'selesai',
    'pengikut',
    'dibuka ulang',
  ],
}

const faces: Record<ReturnType<typeof statusOf>, Record<Lang, string>> = {
  pending: { en: 'pending', id: 'menunggu' },
  in_progress: { en: 'in progress', id: 'diproses' },
  done: { en: 'done', id: 'selesai' },
  rejected: { en: 'rejected', id: 'ditolak' },
  duplicate: { en: 'duplicate', id: 'duplikat' },
}
const levels: Record<ReportRow['priority'], Record<Lang, string>> = {
  emergency: { en: 'emergency', id: 'darurat' },
  medium: { en: 'medium', id: 'sedang' },
  normal: { en: 'normal', id: 'biasa' },
}

function lineOf(row: ReportRow, names: Map<string, string>, lang: Lang): (string | number)[] {
  return [
    ...[row.number, row.title, names.get(row.category) ?? row.category, faces[statusOf(row.state as State)][lang]],
    ...[levels[row.priority][lang], row.place_text, row.lat ?? '', row.lng ?? '', row.opened_at.toISOString()],
    ...[row.finished_at?.toISOString() ?? '', row.followers, row.reopens],
  ]
}

/** Where times stand in the table. */
const times = new Set([8, 9])
const asTimes = (line: (string | number)[]): Cell[] =>
  line.map((cell, at) => (times.has(at) && typeof cell === 'string' && cell ? new Date(cell) : cell))

/** `?zone=Asia/Jakarta` for wall-clock times there. */
function zoneOf(request: Request): string {
  const zone = new URL(request.url).searchParams.get('zone') ?? 'UTC'
  return Intl.supportedValuesOf('timeZone').includes(zone) ? zone : 'UTC'
}

const attachment = (type: string, name: string): Record<string, string> => ({
  'content-type': type,
  'content-disposition': `attachment; filename="${name}"`,
  'cache-control': 'no-store',
})

type Table = z.infer<typeof open>

export const exports: readonly WebRoute[] = [
  {
    method: 'GET',
    path: '/reports/open-data.csv',
    async run(request, { execute, lang }): Promise<WebAnswer> {
      const { header, rows } = (await execute('reports.open_data', { lang })) as Table
      const body = csv({ header, rows: rows.map(asTimes), zone: zoneOf(request) })
      return { headers: attachment('text/csv; charset=utf-8', 'reports.csv'), body }
    },
  },
  {
    method: 'GET',
    path: '/reports/open-data.xlsx',
    async run(request, { execute, lang }): Promise<WebAnswer> {
      const { header, rows } = (await execute('reports.open_data', { lang })) as Table
      const body = await xlsx([
        { name: lang === 'id' ? 'Laporan' : 'Reports', header, rows: rows.map(asTimes), zone: zoneOf(request) },
      ])
      const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
      return { headers: attachment(type, 'reports.xlsx'), body }
    },
  },
]
