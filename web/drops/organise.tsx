/** The organiser's side of a drop: numbers as they happen, and the hand on stock, pause and rehearsal. */
import { useCallback } from 'react'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { Controls } from './organise/controls'
import { Desk } from './organise/desk'
import { Export } from './organise/export'
import { Numbers } from './organise/numbers'
import { useSay } from './organise/words'
import { paths } from './paths'

export default function OrganisePage({ signedIn, params: { id } }: PageProps<{ id: string }>) {
  const desk = useResource(useCallback(() => new Desk(signedIn.client, id), [signedIn, id]))
  return desk && <Organise key={id} desk={desk} />
}

function Organise({ desk }: { desk: Desk }) {
  const say = useSay()
  const { state, phase, error } = useStore(desk.live.store)
  if (!state) {
    if (phase !== 'ended') return <Skeleton label={say('loading')} lines={['w-1/2', 'w-full', 'w-3/4']} />
    return (
      <Empty icon="alert" title={say('failed.title')}>
        {explain(error, say)}
      </Empty>
    )
  }
  const { drop } = state
  const open = (
    <Link
      href={paths.drop(drop.id)}
      className="inline-flex min-h-11 items-center gap-2 rounded-xl border border-line bg-surface px-4 font-medium hover:bg-sunken"
    >
      <Icon name="ticket" />
      {say('desk.open')}
    </Link>
  )
  return (
    <PageBody title={drop.title} actions={open} width="wide">
      {drop.rehearsal && (
        <p className="rounded-xl bg-warn-soft px-4 py-2.5 font-medium text-warn">{say('desk.rehearsal')}</p>
      )}
      <Numbers desk={desk} drop={drop} />
      <div className="grid gap-4 lg:grid-cols-2">
        <Controls desk={desk} drop={drop} />
        <Export drop={drop} />
      </div>
    </PageBody>
  )
}
