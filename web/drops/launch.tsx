/** The launch of a drop: what it is, when it opens, how much is left, and one button. */
import { useCallback, useState } from 'react'
import type { Drop } from '../../services/drops/model'
import { isTimed } from '../../services/drops/model/claim'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { IconLink } from './icon-link'
import { explain } from '../ui/explain'
import { FailedPage } from '../ui/failed'
import { Icon } from '../ui/icons'
import { Skeleton } from '../ui/spinner'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { useTitle } from '../ui/use-title'
import { paths as discussion } from '../discussion/paths'
import { PushOffer } from '../inbox/push-offer'
import { ClaimCards } from './claim-card'
import { Countdown } from './countdown'
import { paths } from './paths'
import { PressLine, PressPanel } from './press'
import { Sale, type Own } from './sale'
import { Stock } from './stock'
import { Terms } from './terms'
import { useLeft } from './time'
import { useSay } from './words'

export default function LaunchPage({ signedIn, params: { id } }: PageProps<{ id: string }>) {
  const sale = useResource(useCallback(() => new Sale(signedIn.client, id), [signedIn, id]))
  return sale && <Launch key={id} sale={sale} />
}

function Launch({ sale }: { sale: Sale }) {
  const say = useSay()
  const { state, phase, error } = useStore(sale.live.store)
  useTitle(state?.drop.title ?? say('title'))
  if (!state) {
    if (phase !== 'ended') return <Skeleton label={say('loading')} lines={['w-1/2', 'w-full', 'w-3/4']} />
    return <FailedPage title={say('failed.title')} text={explain(error, say)} />
  }
  const { drop, mayManage } = state
  return (
    <div className="flex min-h-full flex-col bg-[#0a0a0f] text-white [color-scheme:dark]">
      <Ways sale={sale} drop={drop} mayManage={mayManage} />
      <Stage sale={sale} drop={drop} />
    </div>
  )
}

function Ways({ sale, drop, mayManage }: { sale: Sale; drop: Drop; mayManage: boolean }) {
  const say = useSay()
  const { server } = useStore(sale.client.connection.status)
  return (
    <div className="flex items-center gap-2 p-2">
      <IconLink href={paths.list} icon="back" label={say('app.back')} />
      <span className="flex-1" />
      {/* Where the badge at the top of the page isn't shown. */}
      {server && <span className="text-sm text-white/80 md:hidden">{say('launch.on', { node: server.node })}</span>}
      {mayManage && (
        <Link
          href={paths.organise(drop.id)}
          className="inline-flex min-h-11 items-center gap-2 rounded-xl border border-white/30 px-4 font-medium hover:bg-white/10"
        >
          <Icon name="gear" />
          {say('launch.organise')}
        </Link>
      )}
    </div>
  )
}

const way = 'min-h-6 text-white/80 underline underline-offset-4 hover:text-white'

/** It comes up in the last minute, stands while there is something to get, and goes down with the last unit. */
function lightOf({ status }: Drop, leftMs: number): number {
  if (leftMs === 0) return status === 'open' ? 1 : 0.3
  return Math.max(status === 'lobby' ? 0.6 : 0.3, 1 - leftMs / 60_000)
}

/** The drama. */
function Stage({ sale, drop }: { sale: Sale; drop: Drop }) {
  const say = useSay()
  const own = useStore(sale.own)
  const [quantity, setQuantity] = useState(1)
  const left = useLeft(drop.opensAt, sale.now)
  return (
    <section className="relative isolate mx-auto flex w-full max-w-3xl flex-1 flex-col items-center justify-center gap-8 px-4 py-10 text-center">
      <div
        aria-hidden="true"
        className="absolute inset-0 -z-10 bg-[radial-gradient(60%_50%_at_50%_35%,#4263eb80,transparent_70%)] transition-opacity duration-1000"
        style={{ opacity: lightOf(drop, left) }}
      />
      <Title drop={drop} />
      <Countdown drop={drop} nowMs={sale.now} />
      {own && own.claims.length > 0 && <ClaimCards sale={sale} drop={drop} claims={own.claims} />}
      <PressPanel sale={sale} drop={drop} own={own} quantity={quantity} onQuantity={setQuantity} />
      <PressLine sale={sale} />
      {waitsFor(own) && (
        <div className="w-full max-w-md text-left text-ink">
          <PushOffer client={sale.client} reason={say('launch.tellMe')} />
        </div>
      )}
      <Stock drop={drop} />
      <Terms drop={drop} />
      <More drop={drop} />
    </section>
  )
}

/** Something will be said to this person without their asking. */
const waitsFor = (own: Own | undefined): boolean =>
  own !== undefined && (own.entered || own.claims.some(({ state }) => state === 'waiting' || isTimed(state)))

function Title({ drop }: { drop: Drop }) {
  const say = useSay()
  return (
    <div className="flex flex-col items-center gap-3">
      {drop.rehearsal ? (
        <p className="rounded-full bg-amber-300 px-4 py-1 font-semibold text-black">{say('launch.rehearsal')}</p>
      ) : (
        <p className="text-sm font-medium tracking-widest text-white/70 uppercase">{say('launch.kicker')}</p>
      )}
      <h1 className="text-4xl font-bold tracking-tight text-balance md:text-6xl">{drop.title}</h1>
    </div>
  )
}

function More({ drop }: { drop: Drop }) {
  const say = useSay()
  return (
    <>
      {drop.thread && (
        <Link href={discussion.channel(drop.thread)} className={way}>
          {say('launch.talk')}
        </Link>
      )}
      <Link href={paths.fairness(drop.id)} className={way}>
        {say('launch.fair')}
      </Link>
    </>
  )
}
