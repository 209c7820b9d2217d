import { useState } from 'react'
import { isDropKind } from '../../../services/drops/model'
import { Checkbox } from '../../ui/inputs'
import { Table, type Column } from '../../ui/table'
import { timeOf } from '../../ui/times'
import { useSay, useWords } from '../organise/words'

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
  const say = useSay()
  const columns = useColumns(who)
  const [only, setOnly] = useState(false)
  const chosen = only ? entries.filter((entry) => entry.who === who) : entries
  return (
    <section className="flex flex-col gap-3">
      {who && <Checkbox label={say('fair.only')} checked={only} onChange={(event) => setOnly(event.target.checked)} />}
      {chosen.length > mostShown && <p className="text-muted">{say('fair.shown', { n: mostShown })}</p>}
      <Table
        caption={say('fair.record')}
        columns={columns}
        rows={chosen.slice(-mostShown).toReversed()}
        rowKey={({ offset }) => String(offset)}
        empty={say('fair.none')}
      />
    </section>
  )
}

function useColumns(who: string | undefined): Column<Entry>[] {
  const { say, lang } = useWords()
  const at = ({ offset }: Entry): number => offset
  return [
    { key: 'offset', title: say('fair.offset'), numeric: true, cell: at, sortBy: at },
    { key: 'at', title: say('fair.at'), cell: (entry) => timeOf(entry.at, lang) },
    { key: 'kind', title: say('fair.what'), cell: ({ kind }) => (isDropKind(kind) ? say(`kind.${kind}`) : kind) },
    { key: 'who', title: say('fair.who'), cell: (entry) => <Who name={entry.who} isMe={entry.who === who} /> },
    { key: 'units', title: say('fair.units'), numeric: true, cell: ({ quantity }) => quantity ?? '' },
  ]
}

function Who({ name, isMe }: { name: string | undefined; isMe: boolean }) {
  const say = useSay()
  if (name === undefined) return null
  return (
    <span className={`font-mono text-sm ${isMe ? 'font-bold text-accent' : ''}`}>
      {name} {isMe && say('fair.me')}
    </span>
  )
}
