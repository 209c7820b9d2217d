/** Finding reports, among those that the caller may see: by what they say, where they are, and by their number. */
import { query } from '../../kernel/service'
import { searchInput, searchOutput, type SearchInput, type SearchOutput } from '../../protocol/search'
import { isVisible } from './access'
import { isHandler } from './policy'

interface Row {
  id: string
  number: number
  title: string
  place_text: string
  updated_at: Date
}

export const search = query<SearchInput, SearchOutput>({
  name: 'reports.search',
  summary: 'Find reports by words or number, among what you can see; last changed first.',
  input: searchInput,
  output: searchOutput,
  oneStatement: true,
  async run(sql, actor, { q, limit }) {
    const number = /^#?([1-9][0-9]{0,14})$/.exec(q)?.[1] ?? null
    const rows = await sql.query<Row>(
      `SELECT r.id, r.number, r.title, r.place_text, r.updated_at FROM reports.report r
       WHERE ${isVisible} AND (r.number = $4::bigint
         OR kernel.words_of(r.title || ' ' || r.details || ' ' || r.place_text) @@ kernel.words_asked($3))
       ORDER BY r.number = $4::bigint DESC NULLS LAST, r.updated_at DESC, r.id LIMIT $5`,
      [actor.id, isHandler(actor.role), q, number, limit],
    )
    return {
      hits: rows.map(({ id, number: nth, title, place_text: place, updated_at: at }) => ({
        ...{ id, title: `#${nth} ${title}`, at: at.toISOString() },
        ...(place === '' ? {} : { about: place }),
      })),
    }
  },
})
