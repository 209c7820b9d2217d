/** A session on paper, to be signed: who is expected or came, and room for a name's hand. Printed by the browser, as PDF too. */
import { useCallback } from 'react'
import type { BoardAnswer } from '../../services/attendance/model'
import { seats, type Seat } from '../../services/attendance/model/seats'
import type { PageProps } from '../shell/page'
import { WayLink } from '../shell/way-link'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { Skeleton } from '../ui/spinner'
import { useQuery } from '../ui/use-query'
import { useTitle } from '../ui/use-title'
import { paths } from './paths'
import { clockOf, dateOf } from './when'
import { useSay, useWords } from './words'
import { zoneShort } from './zones'

export default function SheetPage({ signedIn: { client }, params: { id } }: PageProps<{ id: string }>) {
  const say = useSay()
  const { value, error } = useQuery(
    useCallback((signal) => client.query('attendance.board', { session: id }, { signal }), [client, id]),
  )
  useTitle(value ? `${say('sheet.title')}: ${value.session.title}` : say('sheet.title'))
  return (
    <main className="min-h-full bg-white p-4 text-black [color-scheme:light] sm:p-8 print:p-0">
      <div className="mb-6 flex flex-wrap gap-2 text-ink print:hidden">
        <Button onClick={() => print()}>{say('sheet.print')}</Button>
        <WayLink href={paths.board(id)} icon="back" text={say('show.leave')} />
      </div>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {!value && !error && <Skeleton label={say('loading')} lines={['w-1/2', 'w-full', 'w-full']} />}
      {value && <Sheet board={value} />}
    </main>
  )
}

function Sheet({ board }: { board: BoardAnswer }) {
  const { say, lang } = useWords()
  const { title, startsAt, closesAt, zone } = board.session
  const { counts } = board
  const [day, lastDay] = [dateOf(startsAt, lang, zone), dateOf(closesAt, lang, zone)]
  const from = `${day}, ${clockOf(startsAt, lang, zone)}`
  return (
    <article className="mx-auto flex max-w-4xl flex-col gap-4 text-sm print:max-w-none print:text-[10pt]">
      <header>
        <p>{say('sheet.title')}</p>
        <h1 className="text-2xl font-bold text-balance" dir="auto">
          {title}
        </h1>
        <p>
          {from} – {day === lastDay ? '' : `${lastDay}, `}
          {clockOf(closesAt, lang, zone)} {zoneShort(zone)}
        </p>
        <p>
          {(['present', 'late', 'excused', 'absent', 'waiting', 'pending'] as const)
            .filter((name) => counts[name] > 0)
            .map((name) => `${say(`seat.${name}`)}: ${counts[name]}`)
            .join(' · ')}
        </p>
      </header>
      <Rows seats={seats(board)} zone={zone} />
      <footer className="flex break-inside-avoid flex-wrap justify-between gap-8 pt-4">
        <p className="max-w-md text-xs break-all">{say('sheet.head', { seq: board.seq, hash: board.hash })}</p>
        <p className="mt-12 min-w-56 border-t border-black pt-1 text-center">{say('sheet.teacher')}</p>
      </footer>
    </article>
  )
}

const cell = 'border border-black/60 px-2 py-1 text-left align-middle'

function Rows({ seats: all, zone }: { seats: readonly Seat[]; zone: string }) {
  const say = useSay()
  const heads = ['verify.nth', 'table.name', 'table.status', 'table.in', 'table.out', 'sheet.sign'] as const
  return (
    <div
      tabIndex={0}
      role="region"
      aria-label={say('table.caption')}
      className="overflow-x-auto print:overflow-visible"
    >
      <table className="w-full border-collapse">
        <thead>
          <tr>
            {heads.map((head) => (
              <th
                key={head}
                scope="col"
                className={`${cell} font-semibold ${head === 'sheet.sign' ? 'w-2/5 min-w-40' : ''}`}
              >
                {say(head)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {all.map((seat, nth) => (
            <Row key={seat.id} nth={nth + 1} seat={seat} zone={zone} />
          ))}
          {all.length === 0 && <EmptyRows columns={heads.length} />}
        </tbody>
      </table>
    </div>
  )
}

const emptyRows = 20

/** Nobody was expected by name: who comes writes it down. */
const EmptyRows = ({ columns }: { columns: number }) =>
  Array.from({ length: emptyRows }, (_, nth) => (
    <tr key={nth} className="h-11 break-inside-avoid">
      {Array.from({ length: columns }, (_cell, column) => (
        <td key={column} className={`${cell} tabular-nums`}>
          {column === 0 && nth + 1}
        </td>
      ))}
    </tr>
  ))

function Row({ nth, seat: { name, status, records, mark }, zone }: { nth: number; seat: Seat; zone: string }) {
  const { say, lang } = useWords()
  const [came, left] = (['in', 'out'] as const).map((way) => records.findLast(({ direction }) => direction === way))
  return (
    <tr className="h-11 break-inside-avoid">
      <td className={`${cell} tabular-nums`}>{nth}</td>
      <th scope="row" className={`${cell} min-w-32 font-medium break-words`} dir="auto">
        {name}
      </th>
      <td className={cell}>
        {status !== 'waiting' && say(`seat.${status}`)}
        {mark?.reason && <span className="block text-xs">{mark.reason}</span>}
      </td>
      <td className={`${cell} tabular-nums`}>{came && clockOf(came.at, lang, zone)}</td>
      <td className={`${cell} tabular-nums`}>{left && clockOf(left.at, lang, zone)}</td>
      <td className={cell} />
    </tr>
  )
}
