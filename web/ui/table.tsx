import { useId, useState, type ReactNode } from 'react'
import { Icon } from './icons'
import { useSay } from './words'

export interface Column<T> {
  key: string
  title: string
  cell(row: T): ReactNode
  /** Numbers stand at the right, under each other. */
  numeric?: boolean
  /** By what the rows can be sorted here. */
  sortBy?(row: T): string | number
}

interface TableProps<T> {
  /** What the table shows; heard, and seen where `showCaption`. */
  caption: string
  showCaption?: boolean
  columns: readonly Column<T>[]
  rows: readonly T[]
  rowKey(row: T): string
  /** Instead of rows, when there are none. */
  empty?: ReactNode
}

/** Rows and columns. On a narrow screen the table scrolls sideways in its own frame, by keys too. */
export function Table<T>({ caption, showCaption = false, columns, rows, rowKey, empty }: TableProps<T>) {
  const say = useSay()
  const id = useId()
  const { sorted, head } = useSorting(columns, rows)
  if (rows.length === 0) return <div className="p-4 text-muted">{empty ?? say('table.none')}</div>
  return (
    <div
      role="region"
      aria-labelledby={id}
      tabIndex={0}
      className="overflow-x-auto rounded-2xl border border-line bg-surface"
    >
      <table className="w-full border-collapse text-left">
        <caption id={id} className={showCaption ? 'px-4 py-3 text-left font-semibold' : 'sr-only'}>
          {caption}
        </caption>
        <thead>
          <tr className="border-b border-line text-sm text-muted">{head}</tr>
        </thead>
        <tbody className="divide-y divide-line">
          {sorted.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column, index) => (
                <Cell key={column.key} column={column} row={row} first={index === 0} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** The first column names the row, and stays in sight while the others scroll. */
function Cell<T>({ column: { cell, numeric }, row, first }: { column: Column<T>; row: T; first: boolean }) {
  const side = numeric ? 'text-right tabular-nums' : ''
  if (first) {
    return (
      <th scope="row" className={`sticky left-0 bg-surface px-4 py-2.5 font-normal ${side}`}>
        {cell(row)}
      </th>
    )
  }
  return <td className={`px-4 py-2.5 ${side}`}>{cell(row)}</td>
}

interface Order {
  key: string
  down: boolean
}

function useSorting<T>(columns: readonly Column<T>[], rows: readonly T[]) {
  const [order, setOrder] = useState<Order>()
  const sortBy = columns.find(({ key }) => key === order?.key)?.sortBy
  const sorted = order && sortBy ? sort(rows, sortBy, order.down) : rows
  const turn = (key: string): void => setOrder({ key, down: order?.key === key && !order.down })
  const head = columns.map((column) => (
    <Head key={column.key} column={column} order={order?.key === column.key ? order : undefined} onTurn={turn} />
  ))
  return { sorted, head }
}

interface HeadProps<T> {
  column: Column<T>
  order: Order | undefined
  onTurn(key: string): void
}

function Head<T>({ column: { key, title, numeric, sortBy }, order, onTurn }: HeadProps<T>) {
  const side = numeric ? 'text-right' : ''
  if (!sortBy) {
    return (
      <th scope="col" className={`px-4 py-2 font-medium ${side}`}>
        {title}
      </th>
    )
  }
  const direction = order?.down ? 'descending' : 'ascending'
  return (
    <th scope="col" aria-sort={order ? direction : undefined} className={`px-2 py-1 font-medium ${side}`}>
      <button
        type="button"
        onClick={() => onTurn(key)}
        className="inline-flex min-h-9 items-center gap-1 rounded-lg px-2 hover:bg-sunken"
      >
        {title}
        <Icon name="down" className={`size-3.5 ${order ? '' : 'opacity-30'} ${order?.down ? '' : 'rotate-180'}`} />
      </button>
    </th>
  )
}

function sort<T>(rows: readonly T[], by: (row: T) => string | number, down: boolean): readonly T[] {
  const compare = (one: T, other: T): number => {
    const [a, b] = [by(one), by(other)]
    return typeof a === 'string' ? a.localeCompare(String(b)) : a - Number(b)
  }
  return rows.toSorted((one, other) => (down ? -compare(one, other) : compare(one, other)))
}
