/** All drops: what is open, what comes, what is over. */
import { useCallback } from 'react'
import type { Drop } from '../../services/drops/model'
import type { Role } from '../../protocol/roles'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { WayLink } from '../shell/way-link'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { Directory } from './directory'
import { DropCard } from './drop-card'
import { paths } from './paths'
import { mayCreate } from './rights'
import { useSay } from './words'

export default function DropsPage({ signedIn }: PageProps) {
  const directory = useResource(useCallback(() => new Directory(signedIn.client), [signedIn]))
  return directory && <Drops directory={directory} role={signedIn.client.connection.status.get().server?.user.role} />
}

function Drops({ directory, role }: { directory: Directory; role: Role | undefined }) {
  const say = useSay()
  const { drops, error } = useStore(directory.store)
  const organises = mayCreate(role)
  const actions = (
    <>
      <WayLink href={paths.mine} icon="ticket" text={say('list.mine')} />
      {organises && <WayLink href={paths.scan} icon="scan" text={say('list.scan')} />}
      {organises && <WayLink href={paths.create} icon="plus" text={say('list.new')} strong />}
    </>
  )
  return (
    <PageBody title={say('title')} actions={actions} width="wide">
      {drops && drops.length > 0 && <Groups drops={drops} />}
      {drops?.length === 0 && (
        <Empty icon="ticket" title={say('empty.title')}>
          {say('empty.text')}
          {organises && (
            <Link
              href={paths.create}
              className="mt-3 block min-h-6 font-medium text-accent underline underline-offset-4"
            >
              {say('empty.make')}
            </Link>
          )}
        </Empty>
      )}
      {!drops && !error && <Skeleton label={say('loading')} lines={['w-full', 'w-full', 'w-3/4']} />}
      {!drops && error && (
        <Empty icon="alert" title={say('failed.title')}>
          {explain(error, say)}
        </Empty>
      )}
    </PageBody>
  )
}

/** First what one can do something about. */
function Groups({ drops }: { drops: readonly Drop[] }) {
  const say = useSay()
  const groups = [
    {
      title: say('list.now'),
      drops: drops.filter(({ status }) => status === 'open' || status === 'lobby' || status === 'paused'),
    },
    { title: say('list.next'), drops: drops.filter(({ status }) => status === 'scheduled').toReversed() },
    { title: say('list.past'), drops: drops.filter(({ status }) => status === 'sold_out' || status === 'closed') },
  ]
  return groups
    .filter((group) => group.drops.length > 0)
    .map((group) => (
      <section key={group.title} className="flex flex-col gap-3">
        <h2 className="text-lg font-semibold">{group.title}</h2>
        <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
          {group.drops.map((drop) => (
            <li key={drop.id} className="flex">
              <DropCard drop={drop} />
            </li>
          ))}
        </ul>
      </section>
    ))
}
