import { useCallback } from 'react'
import type { Client } from '../../client/client'
import { Badge } from '../ui/badge'
import { useQuery } from '../ui/use-query'
import { Row, Section, shown } from './section'
import { useSay } from './words'

export function UnreadSection({ client }: { client: Client }) {
  const say = useSay()
  const queried = useQuery(
    useCallback((signal: AbortSignal) => client.query('discussion.channels', {}, { signal }), [client]),
  )
  return (
    <Section
      title={say('unread.title')}
      more={{ to: '/c', name: say('unread.more') }}
      queried={queried}
      none={say('unread.none')}
    >
      {({ channels }) =>
        channels
          .filter(({ unread }) => unread > 0)
          .slice(0, shown)
          .map(({ id, name, unread }) => (
            <Row key={id} to={`/c/${encodeURIComponent(id)}`} name={name}>
              <Badge count={unread} label={say('unread.count', { n: unread })} />
            </Row>
          ))
      }
    </Section>
  )
}
