/** In how many of a hundred sessions somebody was. */
import type { MineRow } from './lists'

export interface Group {
  class?: string | undefined
  title: string
  /** Sessions that are over, without those that wait for a teacher's look. */
  held: number
  excused: number
  /** Present or late: who came late came. */
  attended: number
  late: number
  /** `attended ÷ (held − excused)`, to a tenth. Nothing while there is nothing to count. */
  percent?: number | undefined
}

type Counted = Pick<MineRow, 'class' | 'title' | 'closed' | 'status'>

/** A class is one group, whatever its sessions are called; without a class, those of the same title are. */
export function percentsOf(rows: readonly Counted[]): Group[] {
  const groups = Map.groupBy(rows, (row) => row.class ?? ` ${row.title}`)
  return [...groups.values()].map((of) => {
    const { title, class: klass } = of[0]!
    return { title, ...(klass === undefined ? {} : { class: klass }), ...countedOf(of) }
  })
}

export function countedOf(rows: readonly Counted[]): Omit<Group, 'title' | 'class'> {
  const over = rows.filter(({ closed, status }) => closed && status !== 'pending' && status !== 'waiting')
  const many = (...which: string[]): number => over.filter(({ status }) => which.includes(status)).length
  const [held, excused, attended] = [over.length, many('excused'), many('present', 'late')]
  const counted = held - excused
  return {
    ...{ held, excused, attended, late: many('late') },
    ...(counted > 0 ? { percent: Math.round((1000 * attended) / counted) / 10 } : {}),
  }
}
