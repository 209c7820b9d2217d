import { useCallback } from 'react'
import type { Client } from '../../client/client'
import { Link } from '../shell/router'
import { Badge } from '../ui/badge'
import { useQuery } from '../ui/use-query'
import { Section } from './section'
import { useSay } from './words'

const shown = 5

export function UnreadSection({ client }: { client: Client }) {
  const say = useSay()
  const queried = useQuery(
    useCallback((signal: AbortSignal) => client.query('discussion.channels', {}, { signal }), [client]),
  )
  const more = (
    <Link href="/c" className="inline-flex min-h-11 items-center rounded-xl px-2 text-sm font-medium text-accent">
      {say('all.channels')}
    </Link>
  )
  return (
    <Section title={say('unread.title')} more={more} queried={queried} none={say('unread.none')}>
      {({ channels }) =>
        channels
          .filter(({ unread }) => unread > 0)
          .slice(0, shown)
          .map(({ id, name, unread }) => (
            <li key={id}>
              <Link
                href={`/c/${encodeURIComponent(id)}`}
                className="flex min-h-12 items-center justify-between gap-3 px-4 hover:bg-sunken"
              >
                <span className="truncate" dir="auto">
                  {name}
                </span>
                <Badge count={unread} label={say('unread.count', { n: unread })} />
              </Link>
            </li>
          ))
      }
    </Section>
  )
}
