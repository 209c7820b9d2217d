/** How the installation is, in plain words, what wants doing first: what `alun doctor` says on the command line. */
import { useCallback, useEffect } from 'react'
import { names, type Finding } from '../../services/watch/model/health'
import type { PageProps } from '../shell/page'
import { paths } from '../shell/paths'
import { Link } from '../shell/router'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Icon, type IconName } from '../ui/icons'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { useQuery } from '../ui/use-query'
import { useSay, useWords } from './words'

/** Mail servers are spoken to for it, so not too often. */
const everyMs = 30_000

export default function HealthPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const { value, error, refresh } = useQuery(
    useCallback((signal: AbortSignal) => client.query('watch.health', {}, { signal }), [client]),
  )
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && refresh(), everyMs)
    return () => clearInterval(timer)
  }, [refresh])
  const again = (
    <Button look="outline" onClick={refresh}>
      {say('health.again')}
    </Button>
  )
  return (
    <PageBody title={say('health.title')} actions={again}>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {!value && error === undefined && <Skeleton label={say('loading')} lines={['w-full', 'w-2/3', 'w-3/4']} />}
      {value && <Findings findings={value.findings} node={value.node} />}
    </PageBody>
  )
}

const urgency: Record<Finding['verdict'], number> = { fail: 0, warn: 1, ok: 2 }

function Findings({ findings, node }: { findings: readonly Finding[]; node: string }) {
  const say = useSay()
  const todo = findings.filter(({ verdict }) => verdict !== 'ok').length
  return (
    <>
      <p role="status" className="text-lg font-medium">
        {say(todo === 0 ? 'health.good' : 'health.todo', { n: todo })}
      </p>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
        {findings
          .toSorted((one, other) => urgency[one.verdict] - urgency[other.verdict])
          .map((finding) => (
            <Line key={finding.about} finding={finding} />
          ))}
      </ul>
      <p className="text-sm text-muted">{say('health.node', { node })}</p>
    </>
  )
}

const looks: Record<Finding['verdict'], { icon: IconName; colour: string }> = {
  ok: { icon: 'tick', colour: 'text-ok' },
  warn: { icon: 'alert', colour: 'text-warn' },
  fail: { icon: 'alert', colour: 'text-bad' },
}

/** Where one sees more of it. */
const places: Partial<Record<Finding['about'], string>> = {
  ...{ nodes: paths.cluster, lag: paths.cluster, bus: paths.cluster },
  ...{ jobs: '/jobs', push: paths.inboxSettings },
}

function Line({ finding: { about, verdict, found, todo } }: { finding: Finding }) {
  const { say, lang } = useWords()
  const { icon, colour } = looks[verdict]
  const place = places[about]
  return (
    <li className="flex gap-3 px-4 py-3">
      <span className={`mt-0.5 shrink-0 ${colour}`}>
        <Icon name={icon} />
        <span className="sr-only">{say(`health.${verdict}`)}</span>
      </span>
      <div className="min-w-0 flex-1">
        <p className="break-words">
          <span className="inline-block font-medium first-letter:uppercase">{names[about][lang]}</span>
          <span className="text-muted">: {found[lang]}</span>
        </p>
        {todo && <p className="mt-1 break-words">{todo[lang]}</p>}
        {todo && place && (
          <Link href={place} className="inline-flex min-h-11 items-center font-medium text-accent">
            {say('health.look')}
            <span className="sr-only">: {names[about][lang]}</span>
          </Link>
        )}
      </div>
    </li>
  )
}
