/** Public reports as Open311 tells of them. */
import { z } from 'zod'
import { query } from '../../../kernel/service'
import type { Lang, Text } from '../../../protocol/errors'
import { allCategories } from '../categories'
import { dueAt, isOpen, states, type Category, type State } from '../model'
import { columns, type ReportRow } from '../rows'

/** As the standard has it. */
const mostRows = 1000

const input = z.object({
  ids: z.array(z.number().int().positive()).optional(),
  codes: z.array(z.string()).optional(),
  from: z.iso.datetime().optional(),
  to: z.iso.datetime().optional(),
  open: z.boolean().optional(),
  lang: z.enum(['en', 'id']),
  /** For who has a key. Others get what the open data has: no words of the reporter beyond the title, no photos. */
  full: z.boolean(),
})

const request = z.object({
  service_request_id: z.string(),
  status: z.enum(['open', 'closed']),
  status_notes: z.string(),
  service_name: z.string(),
  service_code: z.string(),
  description: z.string(),
  agency_responsible: z.string().nullable(),
  service_notice: z.null(),
  requested_datetime: z.string(),
  updated_datetime: z.string(),
  expected_datetime: z.string().nullable(),
  address: z.string().nullable(),
  address_id: z.string().nullable(),
  zipcode: z.null(),
  lat: z.number().nullable(),
  long: z.number().nullable(),
  /** The file's id: the door makes an address of it. */
  photo: z.string().nullable(),
})
export type Open311Request = z.infer<typeof request>

export const open311Requests = query({
  name: 'reports.open311',
  summary: 'Public reports, as Open311 tells of them.',
  internal: true,
  input,
  output: z.object({ requests: z.array(request) }),
  async run(sql, _actor, { ids = null, codes = null, from = null, to = null, open = null, lang, full }) {
    const categories = new Map((await allCategories(sql)).map((category) => [category.id, category]))
    const wanted = open === null ? null : states.filter((state) => isOpen(state) === open)
    const rows = await sql.query<ReportRow>(
      `SELECT ${columns} FROM reports.report r
       WHERE NOT r.private AND ($1::bigint[] IS NULL OR r.number = ANY ($1)) AND ($2::text[] IS NULL OR r.category = ANY ($2))
         AND ($3::timestamptz IS NULL OR r.created_at >= $3) AND ($4::timestamptz IS NULL OR r.created_at <= $4)
         AND ($5::text[] IS NULL OR r.state = ANY ($5)) ORDER BY r.number DESC LIMIT ${mostRows}`,
      [ids, codes, from, to, wanted],
    )
    return { requests: rows.map((row) => toRequest(row, categories.get(row.category), { lang, full })) }
  },
})

function toRequest(
  row: ReportRow,
  category: Category | undefined,
  { lang, full }: { lang: Lang; full: boolean },
): Open311Request {
  const { state, priority, opened_at, details, title, photos } = row
  const due = dueAt({ state, priority, openedAt: opened_at.toISOString() })
  const words = full && details ? `${title}\n\n${details}` : title
  return {
    service_request_id: String(row.number),
    status: isOpen(state) ? 'open' : 'closed',
    status_notes: notes[state][lang],
    ...{ service_name: category?.name[lang] ?? row.category, service_code: row.category },
    description: words.slice(0, 4000),
    agency_responsible: category?.team ?? null,
    service_notice: null,
    requested_datetime: row.created_at.toISOString(),
    updated_datetime: row.updated_at.toISOString(),
    expected_datetime: due === undefined ? null : new Date(due).toISOString(),
    ...{ address: row.place_text || null, address_id: row.place_id, zipcode: null, lat: row.lat, long: row.lng },
    photo: (full && photos.find(({ hidden, status }) => !hidden && status === 'ready')?.id) || null,
  }
}

/** The standard knows open and closed; what is finer stands here. */
const notes: Record<State, Text> = {
  pending: { en: 'Reported; nobody has taken it yet.', id: 'Sudah dilaporkan; belum ada yang mengambil.' },
  reopened: { en: 'Opened again: it was not fixed.', id: 'Dibuka lagi: ternyata belum beres.' },
  in_progress: { en: 'In progress.', id: 'Sedang dikerjakan.' },
  waiting: { en: 'In progress; waiting for something.', id: 'Sedang dikerjakan; menunggu sesuatu.' },
  done: { en: 'Done.', id: 'Selesai.' },
  confirmed: { en: 'Done, and confirmed by the reporter.', id: 'Selesai, dan dibenarkan pelapor.' },
  rejected: { en: 'Closed without a fix.', id: 'Ditutup tanpa perbaikan.' },
  duplicate: { en: 'Duplicate request.', id: 'Laporan ganda.' },
}
