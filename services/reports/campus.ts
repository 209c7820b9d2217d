/** The tree of places, as admins keep it: one by one, or a whole campus out of a spreadsheet. */
import { z } from 'zod'
import { done, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { placeKinds, type PlaceKind } from './model'
import { may } from './policy'
import { id } from '../../protocol/ids'
import { words } from '../../protocol/text'
import { placeCode, placeSave } from './schemas'
import { badLine, codeTaken, noSuchPlace, placeInside } from './texts'

type Save = z.infer<typeof placeSave>

/** Makes a place, or changes the one with this id. Errors: `not_found`, `conflict` (the code), `invalid` (its parent). */
export const savePlace = command<Save, { id: string; code: string }>({
  name: 'reports.place_save',
  summary: 'Make a place or change it.',
  roles: may.manage,
  input: placeSave,
  output: z.object({ id: z.string(), code: z.string() }),
  runMany: oneByOne(async (tx, { input }) => {
    await lockTree(tx)
    await mustFit(tx, input)
    const place = await store(tx, input)
    await straighten(tx)
    return done(place)
  }),
})

/** Takes a place and what is inside of it out of use. Its reports keep it. Errors: `not_found`. */
export const removePlace = command<{ place: string }, { removed: number }>({
  name: 'reports.place_remove',
  summary: 'Take a place out of use, with all that is inside of it.',
  roles: may.manage,
  input: z.object({ place: id.max(40) }),
  output: z.object({ removed: z.number().int() }),
  runMany: oneByOne(async (tx, { input: { place } }) => {
    await lockTree(tx)
    const gone = await tx.query(
      'UPDATE reports.place SET archived = true WHERE $1 = ANY (line) AND NOT archived RETURNING 1',
      [place],
    )
    return gone.length > 0 ? done({ removed: gone.length }) : refuse.notFound(noSuchPlace)
  }),
})

const importLine = z.object({
  /** Names from the campus down, as far as this line goes; empty where a level is left out. */
  names: z.array(words(80).or(z.literal(''))).length(placeKinds.length),
  code: placeCode.optional(),
  lat: z.number().min(-90).max(90).optional(),
  lng: z.number().min(-180).max(180).optional(),
})
const importInput = z.object({ lines: z.array(importLine).min(1).max(2000) })

/**
 * Brings a whole campus: each line names a place by the names above it, and makes what isn't there yet; what is there
 * already gets the line's code and position. All or nothing. Errors: `invalid`, `conflict`, both with the line.
 */
export const importPlaces = command<z.infer<typeof importInput>, { made: number; changed: number }>({
  name: 'reports.place_import',
  summary: 'Bring many places at once, such as out of a spreadsheet.',
  roles: may.manage,
  input: importInput,
  output: z.object({ made: z.number().int(), changed: z.number().int() }),
  runMany: oneByOne(async (tx, { input: { lines } }) => {
    await lockTree(tx)
    const known = await Known.read(tx)
    for (const [index, line] of lines.entries()) {
      const problem = known.take(line)
      if (problem) throw refuse.invalid(badLine(index + 1, problem))
    }
    await known.write(tx)
    await straighten(tx)
    return done({ made: known.made.size, changed: known.changed.size })
  }),
})

interface Leaf {
  id: string
  parent: string | null
  kind: PlaceKind
  name: string
  code: string
  lat: number | null
  lng: number | null
}

/** The tree as it is, while an import goes through its lines. */
class Known {
  readonly made = new Set<Leaf>()
  readonly changed = new Set<Leaf>()
  private readonly byName = new Map<string, Leaf>()
  private readonly byCode = new Map<string, Leaf>()

  static async read(tx: Tx): Promise<Known> {
    const known = new Known()
    const rows = await tx.query<Leaf>('SELECT id, parent, kind, name, code, lat, lng FROM reports.place')
    for (const row of rows) known.know(row)
    return known
  }

  /** @returns what is wrong with the line, if anything is. */
  take({ names, code, lat, lng }: z.infer<typeof importLine>): { en: string; id: string } | undefined {
    let here: Leaf | undefined
    for (const [level, kind] of placeKinds.entries()) {
      const name = names[level]!.trim()
      if (name) here = this.child(here?.id ?? null, kind, name)
    }
    if (!here) return { en: 'no name.', id: 'tidak ada nama.' }
    const owner = code && this.byCode.get(code)
    if (owner && owner !== here) return codeTaken
    if (code && code !== here.code) {
      this.byCode.delete(here.code)
      this.byCode.set(code, here)
    }
    const after = { code: code ?? here.code, lat: lat ?? here.lat, lng: lng ?? here.lng }
    const differs = after.code !== here.code || after.lat !== here.lat || after.lng !== here.lng
    Object.assign(here, after)
    if (differs && !this.made.has(here)) this.changed.add(here)
    return undefined
  }

  async write(tx: Tx): Promise<void> {
    const rows = [...this.made, ...this.changed]
    // A code may go from one place to another: none stands in the way of the next while they are written.
    await tx.query('UPDATE reports.place SET code = id WHERE id = ANY ($1::text[])', [
      [...this.changed].map(({ id: place }) => place),
    ])
    await tx.query(
      `INSERT INTO reports.place (id, parent, kind, name, code, path, line, lat, lng)
       SELECT n.id, n.parent, n.kind, n.name, n.code, '', '{}', n.lat, n.lng
       FROM json_to_recordset($1::json) AS n(id text, parent text, kind text, name text, code text, lat float8, lng float8)
       ON CONFLICT (id) DO UPDATE SET code = excluded.code, lat = excluded.lat, lng = excluded.lng, archived = false`,
      [JSON.stringify(rows)],
    )
  }

  private child(parent: string | null, kind: PlaceKind, name: string): Leaf {
    const found = this.byName.get(nameKey(parent, kind, name))
    if (found) return found
    const made = { id: Bun.randomUUIDv7(), parent, kind, name, code: newCode(), lat: null, lng: null }
    this.know(made)
    this.made.add(made)
    return made
  }

  private know(place: Leaf): void {
    this.byName.set(nameKey(place.parent, place.kind, place.name), place)
    this.byCode.set(place.code, place)
  }
}

const nameKey = (parent: string | null, kind: string, name: string): string =>
  `${parent ?? ''} ${kind} ${name.toLowerCase()}`

/** Changes of the tree go one after another: a path depends on all that is above it. */
const lockTree = (tx: Tx): Promise<unknown> => tx.query('LOCK TABLE reports.place IN SHARE ROW EXCLUSIVE MODE')

async function mustFit(tx: Tx, { id: own, parent, code }: Save): Promise<void> {
  const rows = await tx.query<{ id: string; code: string; line: string[] }>(
    'SELECT id, code, line FROM reports.place WHERE id = ANY ($1::text[]) OR code = $2',
    [[own, parent].filter(Boolean), code ?? ''],
  )
  const above = rows.find(({ id: one }) => one === parent)
  if (parent && !above) throw refuse.notFound(noSuchPlace)
  if (own && !rows.some(({ id: one }) => one === own)) throw refuse.notFound(noSuchPlace)
  if (own && above?.line.includes(own)) throw refuse.invalid(placeInside)
  if (code && rows.some((row) => row.code === code && row.id !== own)) throw refuse.conflict(codeTaken)
}

async function store(
  tx: Tx,
  { id: own, parent, kind, name, code, lat, lng }: Save,
): Promise<{ id: string; code: string }> {
  const [row] = await tx.query<{ id: string; code: string }>(
    `INSERT INTO reports.place AS p (id, parent, kind, name, code, path, line, lat, lng)
     VALUES ($1, $2, $3, $4, coalesce($5, $6), '', '{}', $7, $8)
     ON CONFLICT (id) DO UPDATE SET parent = $2, kind = $3, name = $4, code = coalesce($5, p.code),
       lat = CASE WHEN $9 THEN $7 ELSE p.lat END, lng = CASE WHEN $9 THEN $8 ELSE p.lng END, archived = false
     RETURNING id, code`,
    [
      ...[own ?? Bun.randomUUIDv7(), parent, kind, name.trim(), code ?? null, newCode()],
      ...[lat ?? null, lng ?? null, lat !== undefined],
    ],
  )
  return row!
}

/** Makes every path and line what the tree says. */
const straighten = (tx: Tx): Promise<unknown> =>
  tx.query(
    `WITH RECURSIVE tree AS (
       SELECT id, name AS path, ARRAY[id] AS line FROM reports.place WHERE parent IS NULL
       UNION ALL
       SELECT p.id, t.path || ' · ' || p.name, t.line || p.id FROM reports.place p JOIN tree t ON p.parent = t.id)
     UPDATE reports.place p SET path = t.path, line = t.line FROM tree t
     WHERE t.id = p.id AND (p.path <> t.path OR p.line <> t.line)`,
  )

/** Without letters and digits that look alike. */
const signs = '23456789ABCDEFGHJKMNPQRSTVWXYZ'
const newCode = (): string => Array.from(crypto.getRandomValues(new Uint8Array(7)), (byte) => signs[byte % 30]).join('')
