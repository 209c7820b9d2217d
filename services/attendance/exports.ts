/** Tables to take away: a session's sheet, its chain, and attendance over many sessions. */
import { csv, type Cell, type Table } from '../../protocol/csv'
import { refuse, type Lang } from '../../protocol/errors'
import type { WebAnswer, WebRoute, WebVisit } from '../../protocol/web'
import { xlsx } from '../../protocol/xlsx'
import type { BoardAnswer } from './model'
import type { Attempt, TableRow } from './model/lists'
import { seats } from './model/seats'

const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

async function file(name: string, table: Table, format: string | undefined): Promise<WebAnswer> {
  const disposition = (ending: string): string =>
    `attachment; filename="attendance.${ending}"; filename*=UTF-8''${encodeURIComponent(name)}.${ending}`
  if (format === 'csv') {
    const headers = { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': disposition('csv') }
    return { headers, body: csv(table) }
  }
  if (format !== 'xlsx') throw refuse.notFound()
  const headers = { 'content-type': sheetType, 'content-disposition': disposition('xlsx') }
  return { headers, body: await xlsx([{ ...table, name: 'Attendance' }]) }
}

const sheetHeads: Record<Lang, string[]> = {
  en: ['Name', 'Status', 'In', 'Out', 'By', 'Flags', 'Reason', 'Signature'],
  id: ['Nama', 'Status', 'Masuk', 'Keluar', 'Dengan', 'Tanda', 'Alasan', 'Tanda tangan'],
}

/** One session, as a sheet that can be signed. */
const sheet: WebRoute = {
  method: 'GET',
  path: '/attendance/export/session/:session/:format',
  async run(_request, visit) {
    const board = (await visit.execute('attendance.board', {
      session: visit.params['session'],
    })) as unknown as BoardAnswer
    const rows = seats(board).map(({ name, status, records, mark }): Cell[] => {
      const [came, left] = (['in', 'out'] as const).map((way) => records.findLast(({ direction }) => direction === way))
      const flags = [...new Set(records.flatMap((one) => one.flags))].join(' ')
      return [name, status, dateOf(came?.at), dateOf(left?.at), came?.how, flags, mark?.reason, '']
    })
    const { title, zone } = board.session
    // Where the chain stood: a tail that is cut off later shows.
    const head: Cell[] = [`#${board.seq} ${board.hash}`]
    return file(title, { header: sheetHeads[visit.lang], rows: [...rows, head], zone }, visit.params['format'])
  },
}

const dateOf = (text: string | undefined): Date | undefined => (text === undefined ? undefined : new Date(text))

const attemptColumns = [
  ...(['seq', 'at', 'kind', 'actor', 'user', 'name', 'direction', 'verdict', 'reason', 'details'] as const),
  ...(['commitment', 'hash'] as const),
]

/** The whole chain, for whoever wants to check it elsewhere. Times are text: they are hashed as they stand here. */
const chain: WebRoute = {
  method: 'GET',
  path: '/attendance/export/attempts/:session/:format',
  async run(_request, visit) {
    const all: Attempt[] = []
    for (;;) {
      const asked = { session: visit.params['session'], after: all.at(-1)?.seq ?? 0 }
      const page = (await visit.execute('attendance.attempts', asked)) as unknown as {
        attempts: Attempt[]
        seq: number
      }
      all.push(...page.attempts)
      if (page.attempts.length === 0 || all.length >= page.seq) break
    }
    if (visit.params['format'] === 'json') {
      const body = JSON.stringify({ session: visit.params['session'], attempts: all })
      return { headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body }
    }

    const rows = all.map((one) => attemptColumns.map((column): Cell => one[column]))
    return file(`attempts-${visit.params['session']}`, { header: attemptColumns, rows }, visit.params['format'])
  },
}

const tableHeads: Record<Lang, string[]> = {
  en: ['Session', 'Class', 'Starts', 'Name', 'Status', 'In', 'Out', 'Flags', 'Reason'],
  id: ['Sesi', 'Kelas', 'Mulai', 'Nama', 'Status', 'Masuk', 'Keluar', 'Tanda', 'Alasan'],
}
const pageRows = 5000
const mostRows = 100_000

const table: WebRoute = {
  method: 'GET',
  path: '/attendance/export/table/:format',
  async run(request, visit) {
    const asked = Object.fromEntries([...new URL(request.url).searchParams].filter(([, value]) => value !== ''))
    const rows = await allRows(visit, asked)
    const names = await classNames(visit)
    const cells = rows.map((row): Cell[] => [
      ...[
        row.title,
        names.get(row.class ?? '') ?? row.class,
        new Date(row.startsAt),
        row.name,
        row.status,
        dateOf(row.in),
        dateOf(row.out),
      ],
      ...[row.flags.join(' '), row.reason],
    ])
    const zone = rows[0]?.zone
    return file('attendance', { header: tableHeads[visit.lang], rows: cells, zone }, visit.params['format'])
  },
}

/** Of the classes that the visitor may see. */
async function classNames(visit: WebVisit): Promise<Map<string, string>> {
  const { classes } = (await visit.execute('people.classes', {})) as { classes: { id: string; name: string }[] }
  return new Map(classes.map(({ id, name }) => [id, name]))
}

async function allRows(visit: WebVisit, asked: object): Promise<TableRow[]> {
  const all: TableRow[] = []
  for (;;) {
    const page = await visit.execute('attendance.table', { ...asked, limit: pageRows, skip: all.length })
    all.push(...(page['rows'] as TableRow[]))
    if (!page['more'] || all.length >= mostRows) return all
  }
}

export const exportRoutes: readonly WebRoute[] = [sheet, chain, table]
