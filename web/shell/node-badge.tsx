/** Which node one is connected to, how far away it is and how far behind, and what else there is. */
import { useEffect, useState } from 'react'
import type { Client } from '../../client/client'
import type { Phase, Status } from '../../client/connect'
import type { NodeRow, OutputOf } from '../../client/methods'
import { Problem } from '../ui/notice'
import { Popover } from '../ui/popover'
import { Spinner } from '../ui/spinner'
import { explain } from '../ui/explain'
import { timeOf } from '../ui/times'
import { useStore } from '../ui/use-store'
import { waysFor } from './navigation'
import { paths } from './paths'
import { Link } from './router'
import { useSay, useWords } from './words'

const dots: Record<Phase, string> = {
  starting: 'bg-muted',
  live: 'bg-ok',
  catching_up: 'bg-warn animate-pulse',
  offline: 'bg-bad',
  ended: 'bg-bad',
}

export function NodeBadge({ client }: { client: Client }) {
  const say = useSay()
  const status = useStore(client.connection.status)
  const { phase, server, roundTripMs, lagMs } = status
  if (!server) return null
  const state = say(`net.${phase}`)
  const ms = phase === 'live' ? roundTripMs : undefined
  const { node } = server
  const hover = [
    ms !== undefined && say('node.roundTrip.hover', { node, ms }),
    phase === 'live' && lagTold(say, node, lagMs),
  ]
  const button = (
    <>
      <span aria-hidden="true" className={`size-2.5 shrink-0 rounded-full ${dots[phase]}`} />
      <span>
        <span className="sr-only">{say('node.node')} </span>
        <span data-testid="node">{node}</span>
        <span className="sr-only">, {state}</span>
      </span>
      <span aria-hidden={ms === undefined} className="hidden text-muted tabular-nums sm:inline">
        {ms === undefined ? state : say('node.ms', { ms })}
        {ms !== undefined && lagMs !== undefined && (
          <span data-testid="lag" className="hidden lg:inline">
            {` · ${lagMs === 0 ? say('node.current') : say('node.behind', { ms: lagMs })}`}
          </span>
        )}
      </span>
    </>
  )
  return (
    <Popover
      button={button}
      hover={hover.filter(Boolean).join('\n')}
      buttonClassName="inline-flex min-h-11 items-center gap-2 rounded-xl px-2.5 text-sm font-medium whitespace-nowrap hover:bg-sunken"
    >
      {(close) => <ClusterCard client={client} status={status} onLeave={close} />}
    </Popover>
  )
}

function ClusterCard({ client, status, onLeave }: { client: Client; status: Status; onLeave(): void }) {
  const { say, lang } = useWords()
  const { server, roundTripMs, lagMs, phase } = status
  const mayWatch = waysFor(server!.user.role, server!.demo ?? false).some(({ path }) => path === paths.cluster)
  return (
    <div className="flex flex-col gap-3 text-sm">
      <h2 className="text-base font-semibold">{say('node.title')}</h2>
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1">
        <Fact name={say('node.node')}>
          {server!.node} · {say(`net.${phase}`)}
        </Fact>
        <Fact name={say('node.version')}>{server!.version}</Fact>
        <Fact name={say('node.since')}>{timeOf(server!.sinceMs, lang)}</Fact>
        {roundTripMs !== undefined && <Fact name={say('node.roundTrip')}>{say('node.ms', { ms: roundTripMs })}</Fact>}
        {lagMs !== undefined && <Fact name={say('node.lag')}>{say('node.ms', { ms: lagMs })}</Fact>}
      </dl>
      <p className="text-muted">{lagTold(say, server!.node, lagMs)}</p>
      <AllNodes client={client} here={server!.node} />
      <p className="text-muted">{say('node.text')}</p>
      {mayWatch && (
        <nav aria-label={say('node.title')} className="flex flex-col border-t border-line pt-1 font-medium text-accent">
          <Link href={paths.cluster} onClick={onLeave} className="inline-flex min-h-11 items-center">
            {say('node.map')}
          </Link>
          <Link href={paths.proof} onClick={onLeave} className="inline-flex min-h-11 items-center">
            {say('node.proof')}
          </Link>
        </nav>
      )}
    </div>
  )
}

/** What being behind means, with how much it is. */
function lagTold(say: ReturnType<typeof useSay>, node: string, ms: number | undefined): string {
  if (ms === undefined) return say('node.lag.unknown', { node })
  return ms === 0 ? say('node.lag.none', { node }) : say('node.lag.hover', { node, ms })
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="text-right font-medium break-all tabular-nums">{children}</dd>
    </>
  )
}

const lookEveryMs = 2000

function AllNodes({ client, here }: { client: Client; here: string }) {
  const say = useSay()
  const [cluster, setCluster] = useState<OutputOf<'people.nodes'>>()
  const [error, setError] = useState<unknown>()
  useEffect(() => {
    const stop = new AbortController()
    const look = (): void => {
      client
        .query('people.nodes', {}, { signal: stop.signal })
        .then(setCluster)
        .catch((reason: unknown) => stop.signal.aborted || setError(reason))
    }
    look()
    const timer = setInterval(look, lookEveryMs)
    return () => {
      clearInterval(timer)
      stop.abort()
    }
  }, [client])
  if (error !== undefined) return <Problem>{explain(error, say)}</Problem>
  if (!cluster) return <Spinner />
  return (
    <div>
      <h3 className="mb-1 font-medium text-muted">{say('node.all')}</h3>
      <ul className="divide-y divide-line rounded-xl border border-line">
        {cluster.nodes.map((node) => (
          <NodeLine key={node.id} node={node} here={node.id === here} leads={node.id === cluster.leader} />
        ))}
      </ul>
    </div>
  )
}

function NodeLine({ node, here, leads }: { node: NodeRow; here: boolean; leads: boolean }) {
  const { say, lang } = useWords()
  const marks = [here && say('node.you'), leads && say('node.leader')].filter(Boolean)
  return (
    <li className="flex items-baseline justify-between gap-3 px-3 py-2">
      <span className="min-w-0 font-medium break-words">
        {node.id}
        {marks.length > 0 && <span className="font-normal text-accent"> ({marks.join(', ')})</span>}
      </span>
      <span className="text-right text-muted">
        {say('node.connections', { n: node.connections })}
        <br />
        {node.lagMs !== undefined && (
          <>
            {node.lagMs === 0 ? say('node.current') : say('node.behind', { ms: node.lagMs })}
            <br />
          </>
        )}
        {say('node.started', { time: timeOf(node.startedAt, lang) })}
      </span>
    </li>
  )
}
