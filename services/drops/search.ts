/** Finding drops, the last to open first. They are everybody's, but for rehearsals. */
import { query } from '../../kernel/service'
import { searchInput, searchOutput, type SearchInput, type SearchOutput } from '../../protocol/search'

interface Row {
  id: string
  title: string
  opens_at: Date
}

export const search = query<SearchInput, SearchOutput>({
  name: 'drops.search',
  summary: 'Find drops by their titles; the last to open first.',
  input: searchInput,
  output: searchOutput,
  oneStatement: true,
  async run(sql, actor, { q, limit }) {
    const rows = await sql.query<Row>(
      `SELECT d.id, d.title, d.opens_at FROM drops.drop d
       WHERE kernel.words_of(d.title) @@ kernel.words_asked($1)
         AND (d.rehearsal_of IS NULL OR d.created_by = $2 OR $3)
       ORDER BY d.opens_at DESC, d.id LIMIT $4`,
      [q, actor.id, actor.role === 'admin', limit],
    )
    return { hits: rows.map(({ id, title, opens_at: at }) => ({ id, title, at: at.toISOString() })) }
  },
})
