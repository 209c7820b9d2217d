/** Finding sessions, among those that concern the caller; the ones nearest to now first. */
import { query } from '../../kernel/service'
import { searchInput, searchOutput, type SearchInput, type SearchOutput } from '../../protocol/search'
import { concerns } from './access'

interface Row {
  id: string
  title: string
  starts_at: Date
}

export const search = query<SearchInput, SearchOutput>({
  name: 'attendance.search',
  summary: 'Find sessions by their titles, among those that concern you; the ones nearest to now first.',
  input: searchInput,
  output: searchOutput,
  oneStatement: true,
  async run(sql, actor, { q, limit }) {
    const rows = await sql.query<Row>(
      `SELECT s.id, s.title, s.starts_at FROM attendance.session s
       LEFT JOIN attendance.member me ON me.session = s.id AND me.user_id = $1
       WHERE kernel.words_of(s.title) @@ kernel.words_asked($3) AND ${concerns}
       ORDER BY abs(extract(epoch FROM s.starts_at - now())), s.id LIMIT $4`,
      [actor.id, actor.role === 'admin', q, limit],
    )
    return { hits: rows.map(({ id, title, starts_at: at }) => ({ id, title, at: at.toISOString() })) }
  },
})
