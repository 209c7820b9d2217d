import { useCallback, useEffect } from 'react'
import type { Claim } from '../../services/drops/model'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { useQuery } from '../ui/use-query'
import { isTimed } from '../../services/drops/model/claim'
import { ordered } from './claims'
import { paths } from './paths'
import { Receipt } from './receipt'
import { clockOf, useLeft } from './time'
import { useSay } from './words'

/** What one has, from every drop: receipts with their codes, holds and places in lines. */
export default function MinePage({ signedIn }: PageProps) {
  const say = useSay()
  const { client } = signedIn
  const { value, error, refresh } = useQuery(
    useCallback((signal) => client.query('drops.mine', {}, { signal }), [client]),
  )
  const now = useCallback(() => client.connection.nowMs(), [client])
  useEffect(() => {
    const event = (data: { kind?: unknown }): void => void (data.kind === 'claim' && refresh())
    return client.connection.onInbox({ event, reset: refresh })
  }, [client, refresh])
  return (
    <PageBody title={say('mine.title')}>
      {value?.claims.length === 0 && (
        <Empty icon="ticket" title={say('mine.empty.title')}>
          {say('mine.empty.text')}
        </Empty>
      )}
      {!value && !error && <Skeleton label={say('loading')} lines={['w-full', 'w-3/4']} />}
      {!value && error !== undefined && (
        <Empty icon="alert" title={say('failed.title')}>
          {explain(error, say)}
        </Empty>
      )}
      {value && value.claims.length > 0 && (
        <ul className="grid gap-4 md:grid-cols-2">
          {ordered(value.claims).map((claim) => (
            <li key={claim.claim} className="flex flex-col">
              <Line claim={claim} nowMs={now} />
            </li>
          ))}
        </ul>
      )}
    </PageBody>
  )
}

function Line({ claim, nowMs }: { claim: Claim; nowMs(): number }) {
  const say = useSay()
  const left = useLeft(claim.until, nowMs)
  if (claim.state === 'sold') return <Receipt claim={claim} />
  return (
    <Link
      href={paths.drop(claim.drop)}
      className="flex h-full flex-col gap-1 rounded-2xl border border-line bg-surface p-4 hover:border-accent"
    >
      <span className="font-semibold">{claim.title}</span>
      <span className="text-muted">
        {say(`claim.${claim.state}`)} · {say('claim.units', { n: claim.quantity })}
        {claim.place !== undefined && ` · ${say('claim.place', { n: claim.place })}`}
      </span>
      {isTimed(claim.state) && left > 0 && (
        <span className="font-semibold tabular-nums">{say('claim.left', { clock: clockOf(left) })}</span>
      )}
    </Link>
  )
}
