/** A session as its teachers see it: seats that fill while one looks, and the roll call. */
import { useCallback, useMemo, useState } from 'react'
import type { Board } from '../../services/attendance/model'
import { countsOf, seats, type Seat } from '../../services/attendance/model/seats'
import type { PageProps } from '../shell/page'
import { navigate } from '../shell/router'
import { Button } from '../ui/button'
import { Confirm } from '../ui/confirm'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Field } from '../ui/field'
import { Icon } from '../ui/icons'
import { Menu, type MenuItem } from '../ui/menu'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { paths } from './paths'
import { PersonDialog } from './person-dialog'
import { ReviewQueue } from './review-queue'
import { SeatGrid } from './seat-grid'
import { Standing } from './standing'
import { WayLink } from '../shell/way-link'
import { whenOf } from './when'
import { useSay, useWords } from './words'

export default function BoardPage({ signedIn: { client }, params: { id } }: PageProps<{ id: string }>) {
  const say = useSay()
  const standing = useResource(useCallback(() => new Standing(client, id), [client, id]))
  return standing ? <Opened standing={standing} /> : <Skeleton label={say('loading')} lines={['w-full']} />
}

function Opened({ standing }: { standing: Standing }) {
  const say = useSay()
  const { state, error, phase } = useStore(standing.live.store)
  if (!state) {
    if (!error) return <Skeleton label={say('loading')} lines={['w-1/2', 'w-full', 'w-full']} />
    return (
      <Empty icon="alert" title={say('failed.title')}>
        {explain(error, say)}
      </Empty>
    )
  }
  return <Whole standing={standing} board={state} behind={phase === 'behind'} />
}

function Whole({ standing, board, behind }: { standing: Standing; board: Board; behind: boolean }) {
  const { say, lang } = useWords()
  const { session } = board
  const { people: watching } = useStore(standing.roster.store)
  return (
    <PageBody title={session.title} width="wide" actions={<Actions standing={standing} board={board} />}>
      <p className="-mt-3 flex flex-wrap gap-x-4 text-muted">
        <span>
          {session.status === 'closed'
            ? say('board.closed')
            : `${whenOf(session.startsAt, lang)} – ${whenOf(session.closesAt, lang)}`}
        </span>
        <span data-testid="watching">{say('board.watching', { n: watching.length })}</span>
        {behind && <span role="status">{say('board.behind')}</span>}
      </p>
      <Numbers board={board} />
      <ReviewQueue standing={standing} board={board} />
      <People standing={standing} board={board} />
    </PageBody>
  )
}

function Actions({ standing, board: { session } }: { standing: Standing; board: Board }) {
  const say = useSay()
  const [closing, setClosing] = useState(false)
  const { id } = session
  const take = (format: string) => (): void => location.assign(`/attendance/export/session/${id}/${format}`)
  const items: MenuItem[] = [
    { key: 'page', label: say('board.link'), icon: 'present', onSelect: () => navigate(paths.session(id)) },
    { key: 'verify', label: say('board.verify'), icon: 'shield', onSelect: () => navigate(paths.verify(id)) },
    { key: 'sheet', label: say('sheet.title'), icon: 'list', onSelect: () => navigate(paths.sheet(id)) },
    { key: 'xlsx', label: say('table.xlsx'), icon: 'download', onSelect: take('xlsx') },
    { key: 'csv', label: say('table.csv'), icon: 'download', onSelect: take('csv') },
  ]
  return (
    <>
      {session.rules.code && session.status !== 'closed' && (
        <WayLink href={paths.projector(session.id)} icon="scan" text={say('board.projector')} strong />
      )}
      {session.status !== 'closed' && (
        <Button look="outline" onClick={() => setClosing(true)}>
          {say('board.close')}
        </Button>
      )}
      <Menu label={say('board.more')} button={<Icon name="more" />} items={items} />
      {closing && (
        <Confirm
          title={say('board.close')}
          yes={say('board.close')}
          onYes={() => standing.end()}
          onClose={() => setClosing(false)}
        >
          {say('board.close.text')}
        </Confirm>
      )}
    </>
  )
}

const shown = ['present', 'late', 'pending', 'excused', 'absent', 'waiting', 'out'] as const

function Numbers({ board }: { board: Board }) {
  const say = useSay()
  const counts = useMemo(() => countsOf(board), [board])
  return (
    <dl aria-label={say('board.counts')} className="grid grid-cols-3 gap-2 sm:flex sm:flex-wrap">
      {shown
        .filter((name) => counts[name] > 0 || name === 'present' || name === 'waiting')
        .map((name) => (
          <div
            key={name}
            className="flex min-w-24 flex-col-reverse rounded-2xl border border-line bg-surface px-4 py-2"
          >
            <dt className="text-sm text-muted">{say(`seat.${name}`)}</dt>
            <dd className="text-2xl font-bold tabular-nums" data-testid={`count-${name}`}>
              {counts[name]}
            </dd>
          </div>
        ))}
    </dl>
  )
}

function People({ standing, board }: { standing: Standing; board: Board }) {
  const say = useSay()
  const [find, setFind] = useState('')
  const [open, setOpen] = useState<string>()
  const all = useMemo(() => seats(board), [board])
  const fits = ({ name }: Seat): boolean => name.toLocaleLowerCase().includes(find.trim().toLocaleLowerCase())
  const chosen = all.find(({ id }) => id === open)
  if (all.length === 0) {
    return (
      <Empty icon="people" title={say('board.empty.title')}>
        {say('board.empty.text')}
      </Empty>
    )
  }
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{say('board.people')}</h2>
      <Field label={say('board.find')} type="search" value={find} onChange={(event) => setFind(event.target.value)} />
      <SeatGrid
        seats={all.filter(fits)}
        onOpen={setOpen}
        onSay={(user, status) => standing.say(user, status, '')}
        closed={board.session.status === 'closed'}
      />
      <p className="hidden text-sm text-muted md:block">{say('board.keys')}</p>
      {chosen && <PersonDialog standing={standing} board={board} seat={chosen} onClose={() => setOpen(undefined)} />}
    </section>
  )
}
