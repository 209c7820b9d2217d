/** One report: what it is, how it stands, what happened, and what this person can do about it. */
import { useCallback } from 'react'
import { isOpen } from '../../services/reports/model'
import type { PageProps } from '../shell/page'
import { Link, navigate } from '../shell/router'
import type { SignedIn } from '../shell/session'
import { paths as discussion } from '../discussion/paths'
import { Button } from '../ui/button'
import { Skeleton } from '../ui/spinner'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { Acts } from './acts'
import { PriorityChip, StateChip } from './chips'
import { Failed } from './failed'
import { Fixed } from './fixed'
import { Focused } from './focused'
import { liveReport, type LiveReport, type Seen } from './live-report'
import { paths } from './paths'
import { Photos } from './photos'
import { PlanView } from './plan-pin'
import { Receipt } from './receipt-card'
import { handles, roleOf } from './rights'
import { PushOffer } from '../inbox/push-offer'
import { Timeline } from './timeline'
import { useAct } from './use-act'
import { useSay } from './words'

export default function ReportPage({ signedIn, params: { id } }: PageProps<{ id: string }>) {
  const live = useResource(useCallback(() => liveReport(signedIn.client, id), [signedIn, id]))
  return live && <Shown key={id} signedIn={signedIn} live={live} />
}

interface ShownProps {
  signedIn: SignedIn
  live: LiveReport
}

function Shown({ signedIn, live }: ShownProps) {
  const say = useSay()
  const { state, error, phase } = useStore(live.store)
  if (!state) {
    if (phase === 'ended') return <Failed error={error} />
    return <Skeleton label={say('loading')} lines={['w-1/2', 'w-full', 'w-3/4']} />
  }
  const { report, viewer } = state
  const staff = handles(roleOf(signedIn))
  return (
    <Focused title={report.title} back={paths.home}>
      <Face seen={state} />
      {report.state === 'done' && (viewer.mine || viewer.following) && (
        <Fixed client={signedIn.client} report={report.id} />
      )}
      {staff && <Acts signedIn={signedIn} report={report} />}
      <Photos client={signedIn.client} report={report.id} photos={report.photos} moderates={staff} />
      <PlanView client={signedIn.client} place={report.place} open={staff} />
      {report.details && <p className="break-words whitespace-pre-wrap">{report.details}</p>}
      <Answers answers={report.answers} />
      <Ways signedIn={signedIn} live={live} seen={state} />
      {(viewer.mine || viewer.following) && isOpen(report.state) && (
        <PushOffer client={signedIn.client} reason={say('report.tellMe')} />
      )}
      <Timeline entries={report.timeline} />
      {viewer.receipt && <Receipt secret={viewer.receipt} />}
    </Focused>
  )
}

function Face({ seen: { report, viewer } }: { seen: Seen }) {
  const say = useSay()
  const { reporter } = viewer
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap items-center gap-2" aria-live="polite">
        <span className="text-muted tabular-nums">{say('report.number', { number: report.number })}</span>
        <StateChip state={report.state} />
        <PriorityChip priority={report.priority} />
        {report.private && <span className="text-sm text-muted">{say('report.private')}</span>}
      </p>
      <p className="break-words">{report.place.text}</p>
      <p className="flex flex-wrap gap-x-4 text-sm text-muted">
        <span>{reporter ? say('report.by', { name: reporter.name }) : say('report.hidden')}</span>
        {report.technician && <span>{say('report.by.technician', { name: report.technician.name })}</span>}
        {report.followers > 0 && <span>{say('report.followers', { n: report.followers })}</span>}
        {report.reopens > 0 && <span>{say('report.reopens', { n: report.reopens })}</span>}
      </p>
      <Family viewer={viewer} />
    </div>
  )
}

/** The report that this one is the same as, and those that are the same as it. */
function Family({ viewer }: Pick<Seen, 'viewer'>) {
  const say = useSay()
  const { into } = viewer
  return (
    <>
      {into && (
        <Link href={paths.report(into.id)} className="min-h-6 font-medium text-accent underline underline-offset-4">
          {say('report.into', { number: `#${into.number}` })}: {say(`status.${into.status}`)}
        </Link>
      )}
      {viewer.duplicates.length > 0 && (
        <p className="flex flex-wrap gap-x-3 text-sm">
          <span className="text-muted">{say('report.duplicates')}</span>
          {viewer.duplicates.map(({ id, number }) => (
            <Link key={id} href={paths.report(id)} className="min-h-6 text-accent underline underline-offset-4">
              #{number}
            </Link>
          ))}
        </p>
      )}
    </>
  )
}

function Answers({ answers }: { answers: Record<string, string> }) {
  const said = Object.values(answers)
  if (said.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-2">
      {said.map((answer) => (
        <li key={answer} className="rounded-xl bg-sunken px-3 py-1.5 break-words">
          {answer}
        </li>
      ))}
    </ul>
  )
}

function Ways({
  signedIn: { client },
  live,
  seen: { report, viewer },
}: {
  signedIn: SignedIn
  live: LiveReport
  seen: Seen
}) {
  const say = useSay()
  const { busy, act } = useAct()
  const follow = async (): Promise<void> => {
    await client.command(viewer.following ? 'reports.unfollow' : 'reports.follow', { report: report.id })
    live.amend((seen) => ({ ...seen, viewer: { ...seen.viewer, following: !viewer.following } }))
  }
  const talk = async (): Promise<void> => {
    const { channel } = await client.command('reports.discuss', { report: report.id })
    navigate(discussion.channel(channel))
  }
  return (
    <div className="flex flex-wrap gap-2">
      {!viewer.mine && (
        <Button look="outline" busy={busy} onClick={() => act(follow)}>
          {say(viewer.following ? 'report.unfollow' : 'report.follow')}
        </Button>
      )}
      <Button look="outline" busy={busy} onClick={() => act(talk)}>
        {say('report.discuss')}
      </Button>
    </div>
  )
}
