/** One's own attendance: in how many of a hundred sessions, how that is reckoned, and each session. */
import { useCallback, useState, type FocusEvent } from 'react'
import type { Client } from '../../client/client'
import { newKey } from '../../client/key'
import type { MineRow } from '../../services/attendance/model/lists'
import type { Group } from '../../services/attendance/model/percent'
import type { PageProps } from '../shell/page'
import { PushOffer } from '../inbox/push-offer'
import { Link } from '../shell/router'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Field } from '../ui/field'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { useQuery } from '../ui/use-query'
import { paths } from './paths'
import { looks } from './seat-grid'
import { whenOf } from './when'
import { useSay, useWords } from './words'

export default function MinePage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const { value, error } = useQuery(useCallback((signal) => client.query('attendance.mine', {}, { signal }), [client]))
  return (
    <PageBody title={say('list.mine')}>
      {!value && !error && <Skeleton label={say('loading')} lines={['w-full', 'w-full', 'w-3/4']} />}
      {!value && error !== undefined && (
        <Empty icon="alert" title={say('failed.title')}>
          {explain(error, say)}
        </Empty>
      )}
      {value?.rows.length === 0 && (
        <Empty icon="present" title={say('mine.empty.title')}>
          {say('mine.empty.text')}
        </Empty>
      )}
      {value && value.rows.length > 0 && (
        <>
          <Groups groups={value.groups} />
          <PushOffer client={client} reason={say('mine.tellMe')} />
          <Rows rows={value.rows} />
        </>
      )}
      <Feed client={client} />
    </PageBody>
  )
}

function Groups({ groups }: { groups: readonly Group[] }) {
  const say = useSay()
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{say('mine.groups')}</h2>
      <ul className="grid gap-3 sm:grid-cols-2">
        {groups.map(({ title, class: klass, percent, attended, held, excused, late }) => (
          <li key={klass ?? title} className="flex flex-col gap-1 rounded-2xl border border-line bg-surface p-4">
            <span className="font-semibold" dir="auto">
              {title}
            </span>
            <span className="text-3xl font-bold tabular-nums" data-testid="percent">
              {percent === undefined ? '–' : say('mine.percent', { percent })}
            </span>
            <span className="text-sm text-muted">
              {percent === undefined ? say('mine.none') : say('mine.formula', { attended, held, excused })}
            </span>
            {late > 0 && <span className="text-sm text-muted">{say('mine.late', { n: late })}</span>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Rows({ rows }: { rows: readonly MineRow[] }) {
  const say = useSay()
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{say('mine.rows')}</h2>
      <ul className="flex flex-col gap-2">
        {rows.map((row) => (
          <li key={row.session}>
            <Line row={row} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function Line({ row: { session, title, startsAt, status, reason, in: came, out } }: { row: MineRow }) {
  const { say, lang } = useWords()
  const times = [
    whenOf(startsAt, lang),
    came && say('check.record.in', { at: whenOf(came, lang) }),
    out && say('check.record.out', { at: whenOf(out, lang) }),
    reason,
  ]
  const { box, icon } = looks[status]
  return (
    <Link
      href={paths.session(session)}
      className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-2xl border border-line bg-surface px-4 py-3 hover:border-accent"
    >
      <span className="min-w-0 flex-1">
        <span className="block font-medium" dir="auto">
          {title}
        </span>
        <span className="block text-sm text-muted">{times.filter(Boolean).join(' · ')}</span>
      </span>
      <span className={`inline-flex items-center gap-1.5 rounded-full border px-3 py-1 text-sm font-medium ${box}`}>
        <Icon name={icon} className="size-4" />
        {say(`seat.${status}`)}
      </span>
    </Link>
  )
}

/** The address is told once; afterwards only its end can be asked for. */
function useFeed(client: Client) {
  const say = useSay()
  const [state, setState] = useState<{ address?: string; ended?: boolean; problem?: string }>({})
  const run = (work: () => Promise<typeof state>): void => {
    work().then(setState, (error: unknown) => setState({ problem: explain(error, say) }))
  }
  const make = async () => {
    const { path } = await client.command('attendance.feed_url', {}, { key: newKey() })
    return { address: location.origin + path }
  }
  const end = async () => {
    await client.command('attendance.revoke_feed', {}, { key: newKey() })
    return { ended: true }
  }
  return { ...state, make: () => run(make), end: () => run(end) }
}

function Feed({ client }: { client: Client }) {
  const say = useSay()
  const { address, ended, problem, make, end } = useFeed(client)
  const copy = { readOnly: true, onFocus: (event: FocusEvent<HTMLInputElement>) => event.target.select() }
  return (
    <section className="flex flex-col gap-3 rounded-2xl border border-line p-4">
      <h2 className="text-lg font-semibold">{say('mine.feed')}</h2>
      <p className="text-muted">{say('mine.feed.text')}</p>
      {address && <Field label={say('mine.feed.label')} value={address} {...copy} />}
      <p role="status">{ended && say('mine.feed.ended')}</p>
      {problem && <Problem>{problem}</Problem>}
      <div className="flex flex-wrap gap-2">
        <Button look="outline" onClick={make}>
          {say('mine.feed.make')}
        </Button>
        <Button look="quiet" onClick={end}>
          {say('mine.feed.end')}
        </Button>
      </div>
    </section>
  )
}
