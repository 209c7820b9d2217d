/** Where things are: from the campus down to the asset, each with the code of its sticker; and what a reporter meant. */
import { z } from 'zod'
import type { Sql } from '../../kernel/db'
import { query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { isVisible } from './access'
import type { Pin, Place, PlaceKind } from './model'
import { pinsFor } from './plans'
import { isHandler } from './policy'
import { columns, toCard, type ReportRow } from './rows'
import { card, place as placeShape, type PlaceInput } from './schemas'
import { noSuchPlace } from './texts'

export interface PlaceRow {
  id: string
  parent: string | null
  kind: PlaceKind
  name: string
  code: string
  path: string
  line: string[]
  lat: number | null
  lng: number | null
  plan: { file: string; metres: number } | null
}

export const placeColumns = `p.id, p.parent, p.kind, p.name, p.code, p.path, p.line, p.lat, p.lng,
  (SELECT json_build_object('file', d.file, 'metres', d.metres) FROM reports.plan d WHERE d.file = p.plan) AS plan`

/** Where a report is, as its row holds it. */
export interface Resolved {
  place_id: string | null
  place_text: string
  building: string | null
  lat: number | null
  lng: number | null
  pin: Pin | null
}

const idsOf = (input: PlaceInput): string[] =>
  typeof input === 'string' ? [input] : [input.id ?? input.text ?? ''].filter(Boolean)

/**
 * What reporters wrote, as places: an id, a sticker's code, or a name that only one place has, is one of ours; anything
 * else is kept in their own words. In the order of the inputs.
 */
export async function placesFor(sql: Sql, inputs: readonly PlaceInput[]): Promise<Resolved[]> {
  const wanted = [...new Set(inputs.flatMap(idsOf))]
  const pins = await pinsFor(sql, inputs)
  if (wanted.length === 0) return inputs.map((input, nth) => ({ ...ownWords(input), pin: pins[nth]! }))
  const rows = await sql.query<PlaceRow & { building: string | null }>(
    `SELECT ${placeColumns}, b.id AS building FROM reports.place p
     LEFT JOIN reports.place b ON b.id = ANY (p.line) AND b.kind = 'building'
     WHERE (p.id = ANY ($1::text[]) OR p.code = ANY ($2::text[]) OR upper(p.name) = ANY ($2::text[])) AND NOT p.archived`,
    [wanted, wanted.map((word) => word.trim().toUpperCase())],
  )
  const named = Map.groupBy(rows, ({ name }) => name.toUpperCase())
  const known = new Map(
    [...named]
      .flatMap(([name, alike]) => (alike.length === 1 ? [[name, alike[0]!] as const] : []))
      // An id or a code wins over a name.
      .concat(rows.flatMap((row) => [[row.id, row] as const, [row.code, row] as const])),
  )
  return inputs.map((input, nth) => {
    const [word = ''] = idsOf(input)
    const found = known.get(word) ?? known.get(word.trim().toUpperCase())
    return { ...(found ? inside(found, input) : ownWords(input)), pin: pins[nth]! }
  })
}

/** One of our places; what the reporter wrote beside it narrows it down. */
function inside(
  { id, path, building, lat, lng }: PlaceRow & { building: string | null },
  input: PlaceInput,
): Omit<Resolved, 'pin'> {
  const given = typeof input === 'string' ? {} : input
  const more = given.id !== undefined && given.text ? ` · ${given.text.trim()}` : ''
  return { place_id: id, place_text: `${path}${more}`, building, lat: given.lat ?? lat, lng: given.lng ?? lng }
}

function ownWords(input: PlaceInput): Omit<Resolved, 'pin'> {
  const {
    id,
    text,
    lat = null,
    lng = null,
  } = typeof input === 'string' ? { text: input } : (input as Exclude<PlaceInput, string>)
  const words = [id, text].filter(Boolean).join(' · ').trim()
  return { place_id: null, place_text: words || `${lat}, ${lng}`, building: null, lat, lng }
}

export const toPlace = ({ id, parent, kind, name, code, path, lat, lng, plan }: PlaceRow): Place => ({
  ...{ id, parent, kind, name, code, path },
  ...(lat === null || lng === null ? {} : { lat, lng }),
  ...(plan ? { plan } : {}),
})

export const places = query({
  name: 'reports.places',
  summary: 'The places of the campus, as a list from which a tree can be made, or those that match a text.',
  input: z.object({ q: z.string().max(100).optional(), limit: z.coerce.number().int().min(1).max(5000).default(5000) }),
  output: z.object({ places: z.array(placeShape) }),
  oneStatement: true,
  run: async (sql, _actor, { q = '', limit }) => {
    const rows = await sql.query<PlaceRow>(
      `SELECT ${placeColumns} FROM reports.place p
       WHERE NOT p.archived AND (strpos(lower(p.path), lower($1)) > 0 OR p.code = upper($1))
       ORDER BY p.path, p.id LIMIT $2`,
      [q.trim(), limit],
    )
    return { places: rows.map(toPlace) }
  },
})

const shownAtPlace = 20

export const at = query({
  name: 'reports.at',
  summary: 'What a sticker leads to: the place, its open reports, and those before them.',
  input: z.object({ code: z.string().trim().min(1).max(64) }),
  output: z.object({ place: placeShape, open: z.array(card), past: z.array(card) }),
  async run(sql, actor, { code }) {
    const [row] = await sql.query<PlaceRow>(
      `SELECT ${placeColumns} FROM reports.place p WHERE (p.code = upper($1) OR p.id = $1) AND NOT p.archived LIMIT 1`,
      [code],
    )
    if (!row) throw refuse.notFound(noSuchPlace)
    const found = await sql.query<ReportRow & { open: boolean }>(
      `SELECT ${columns}, r.state IN ('pending', 'reopened', 'in_progress', 'waiting') AS open FROM reports.report r
       WHERE r.place_id IN (SELECT id FROM reports.place WHERE $3 = ANY (line)) AND ${isVisible}
       ORDER BY open DESC, r.number DESC LIMIT ${2 * shownAtPlace}`,
      [actor.id, isHandler(actor.role), row.id],
    )
    const cards = (open: boolean) =>
      found
        .filter((one) => one.open === open)
        .slice(0, shownAtPlace)
        .map(toCard)
    return { place: toPlace(row), open: cards(true), past: cards(false) }
  },
})
