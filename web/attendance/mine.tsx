/** One's own attendance: in how many of a hundred sessions, how that is reckoned, and each session. */
import { useCallback, useState } from 'react'
import type { Client } from '../../client/client'
import { newKey } from '../../client/key'
import type { MineRow } from '../../services/attendance/model/lists'
import type { Group } from '../../services/attendance/model/percent'
import type { PageProps } from '../shell/page'
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
  const { say, lang } = useWords()
  return (
    <section className="flex flex-col gap-3">
      <h2 className="text-lg font-semibold">{say('mine.rows')}</h2>
      <ul className="flex flex-col gap-2">
        {rows.map(({ session, title, startsAt, status, reason, in: came, out }) => (
          <li key={session}>
            <Link
              href={paths.session(session)}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-2xl border border-line bg-surface px-4 py-3 hover:border-accent"
            >
              <span className="min-w-0 flex-1">
                <span className="block font-medium" dir="auto">
                  {title}
                </span>
                <span className="block text-sm text-muted">
                  {whenOf(startsAt, lang)}
                  {came && ` · ${say('check.record.in', { at: whenOf(came, lang) })}`}
                  {out && ` · ${say('check.record.out', { at: whenOf(out, lang) })}`}
                  {reason && ` · ${reason}`}
                </span>
              </span>
              <span
                className={`inline-flex items-center gap-1.5 rounded-full border px-3 py-1 text-sm font-medium ${looks[status].box}`}
              >
                <Icon name={looks[status].icon} className="size-4" />
                {say(`seat.${status}`)}
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Feed({ client }: { client: Client }) {
  const say = useSay()
  const [address, setAddress] = useState<string>()
  const [ended, setEnded] = useState(false)
  const [problem, setProblem] = useState<string>()
  const run = (work: () => Promise<void>): void => {
    setProblem(undefined)
    work().catch((error: unknown) => setProblem(explain(error, say)))
  }
  const make = async (): Promise<void> => {
    const { path } = await client.command('attendance.feed_url', {}, { key: newKey() })
    setEnded(false)
    setAddress(location.origin + path)
  }
  const end = async (): Promise<void> => {
    await client.command('attendance.revoke_feed', {}, { key: newKey() })
    setAddress(undefined)
    setEnded(true)
  }
  return (
    <section className="flex flex-col gap-3 rounded-2xl border border-line p-4">
      <h2 className="text-lg font-semibold">{say('mine.feed')}</h2>
      <p className="text-muted">{say('mine.feed.text')}</p>
      {address && (
        <Field label={say('mine.feed.label')} value={address} readOnly onFocus={(event) => event.target.select()} />
      )}
      <p role="status">{ended && say('mine.feed.ended')}</p>
      {problem && <Problem>{problem}</Problem>}
      <div className="flex flex-wrap gap-2">
        <Button look="outline" onClick={() => run(make)}>
          {say('mine.feed.make')}
        </Button>
        <Button look="quiet" onClick={() => run(end)}>
          {say('mine.feed.end')}
        </Button>
      </div>
    </section>
  )
}
