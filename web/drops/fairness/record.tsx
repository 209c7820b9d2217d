import { useState } from 'react'
import { isDropKind, type DropKind } from '../../../services/drops/model'
import { Checkbox } from '../../ui/inputs'
import { Table, type Column } from '../../ui/table'
import { timeOf } from '../../ui/times'
import { useWords } from '../organise/words'

export interface Entry {
  offset: number
  kind: string
  at: string
  who?: string
  quantity?: number
}

const mostShown = 500

/** What stands on the record, newest first; one's own entries can be picked out. */
export function RecordTable({ entries, who }: { entries: readonly Entry[]; who: string | undefined }) {
  const { say, lang } = useWords()
  const [only, setOnly] = useState(false)
  const chosen = only ? entries.filter((entry) => entry.who === who) : entries
  const shown = chosen.slice(-mostShown).toReversed()
  const columns: Column<Entry>[] = [
    {
      key: 'offset',
      title: say('fair.offset'),
      numeric: true,
      cell: ({ offset }) => offset,
      sortBy: ({ offset }) => offset,
    },
    { key: 'at', title: say('fair.at'), cell: ({ at }) => timeOf(at, lang) },
    {
      key: 'kind',
      title: say('fair.what'),
      cell: ({ kind }) => (isDropKind(kind) ? say(`kind.${kind satisfies DropKind}`) : kind),
    },
    {
      key: 'who',
      title: say('fair.who'),
      cell: (entry) => (
        <span
          className={`font-mono text-sm ${entry.who !== undefined && entry.who === who ? 'font-bold text-accent' : ''}`}
        >
          {entry.who ?? ''} {entry.who !== undefined && entry.who === who && say('fair.me')}
        </span>
      ),
    },
    { key: 'units', title: say('fair.units'), numeric: true, cell: ({ quantity }) => quantity ?? '' },
  ]
  return (
    <section className="flex flex-col gap-3">
      {who && <Checkbox label={say('fair.only')} checked={only} onChange={(event) => setOnly(event.target.checked)} />}
      {chosen.length > mostShown && <p className="text-muted">{say('fair.shown', { n: mostShown })}</p>}
      <Table
        caption={say('fair.record')}
        columns={columns}
        rows={shown}
        rowKey={({ offset }) => String(offset)}
        empty={say('fair.none')}
      />
    </section>
  )
}
