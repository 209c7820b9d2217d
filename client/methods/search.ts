import type { SearchOutput } from '../../protocol/search'

interface Search {
  input: { q: string; limit?: number }
  output: SearchOutput
}

/** Discussion's own search knows more to ask for (`methods/discussion.ts`). */
export interface SearchQueries {
  'attendance.search': Search
  'drops.search': Search
  'reports.search': Search
}
