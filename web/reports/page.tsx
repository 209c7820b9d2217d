/** One's own reports: those on their way from this device, those made, those followed. And the ways to all others. */
import { useCallback, useEffect, useRef } from 'react'
import type { Client } from '../../client/client'
import type { PageProps } from '../shell/page'
import type { SignedIn } from '../shell/session'
import { Button } from '../ui/button'
import { Empty } from '../ui/empty'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { useQuery } from '../ui/use-query'
import { useStore } from '../ui/use-store'
import { Cards } from './card'
import { draftsOf, type Draft, type Drafts } from './drafts'
import { Failed } from './failed'
import { paths } from './paths'
import { handles, roleOf } from './rights'
import { PushOffer } from '../inbox/push-offer'
import { WayLink } from '../shell/way-link'
import { useSay } from './words'

export default function ReportsPage({ signedIn }: PageProps) {
  const say = useSay()
  const role = roleOf(signedIn)
  const actions = (
    <>
      <WayLink href={paths.create} icon="camera" text={say('home.new')} strong />
      {handles(role) && <WayLink href={paths.queue} icon="list" text={say('home.queue')} />}
      {handles(role) && <WayLink href={paths.board} icon="wrench" text={say('home.board')} />}
      {role === 'admin' && <WayLink href={paths.places} icon="pin" text={say('home.admin')} />}
      {role === 'admin' && <WayLink href={paths.categories} icon="gear" text={say('home.categories')} />}
      <WayLink href={paths.public} icon="people" text={say('home.public')} />
    </>
  )
  return (
    <PageBody title={say('title')} actions={actions}>
      <Mine signedIn={signedIn} />
    </PageBody>
  )
}

const refreshEveryMs = 15_000

function Mine({ signedIn }: { signedIn: SignedIn }) {
  const say = useSay()
  const { client } = signedIn
  const { value, error, refresh } = useQuery(
    useCallback((signal) => client.query('reports.mine', {}, { signal }), [client]),
  )
  useEffect(() => {
    const timer = setInterval(refresh, refreshEveryMs)
    return () => clearInterval(timer)
  }, [refresh])
  const drafts = draftsOf(signedIn)
  if (!value && error) return <Failed error={error} />
  if (!value) return <Skeleton label={say('loading')} lines={['w-full', 'w-full', 'w-3/4']} />
  return (
    <>
      <OnTheirWay client={client} drafts={drafts} onSent={refresh} />
      {value.cards.length > 0 && (
        <section className="flex flex-col gap-3">
          <h2 className="text-lg font-semibold">{say('home.mine')}</h2>
          <Cards cards={value.cards} />
        </section>
      )}
      {value.cards.length === 0 && (
        <Empty icon="wrench" title={say('empty.title')}>
          {say('empty.text')}
        </Empty>
      )}
    </>
  )
}

/** What this device has not got rid of yet. */
function OnTheirWay({ client, drafts, onSent }: { client: Client; drafts: Drafts; onSent(): void }) {
  const say = useSay()
  const items = useStore(drafts.items)
  const sent = items.filter(({ state }) => state === 'sent').length
  const before = useRef(sent)
  useEffect(() => {
    if (sent > before.current) onSent()
    before.current = sent
  }, [sent, onSent])
  const shown = items.filter(({ state }) => state !== 'sent')
  return (
    <>
      <ul className="flex flex-col gap-3 empty:hidden">
        {shown.map((draft) => (
          <li key={draft.key}>
            <Waiting draft={draft} drafts={drafts} />
          </li>
        ))}
      </ul>
      {items.length > 0 && <PushOffer client={client} reason={say('report.tellMe')} />}
    </>
  )
}

function Waiting({ draft, drafts }: { draft: Draft; drafts: Drafts }) {
  const say = useSay()
  const { key, state, sentence, input, photos } = draft
  return (
    <div className="flex flex-col gap-2 rounded-2xl border border-dashed border-field bg-surface p-4">
      <p className="font-semibold break-words">{input.title}</p>
      <p role="status" className="text-sm text-muted">
        {say(`draft.${state === 'sent' ? 'sending' : state}`)}
        {photos.length > 0 && ` · ${say('draft.photos', { n: photos.length })}`}
        {sentence && ` · ${sentence}`}
      </p>
      {state === 'refused' && (
        <div className="flex gap-2">
          <Button look="outline" onClick={() => drafts.again(key)}>
            {say('draft.again')}
          </Button>
          <Button look="quiet" onClick={() => drafts.discard(key)}>
            {say('draft.discard')}
          </Button>
        </div>
      )}
    </div>
  )
}
