import { useCallback } from 'react'
import type { Client } from '../../client/client'
import { agoOf } from '../ui/times'
import { useQuery } from '../ui/use-query'
import { Row, Section, shown } from './section'
import { useWords } from './words'

/** Those that are open, and those to come. */
export function DropsSection({ client }: { client: Client }) {
  const { say, lang } = useWords()
  const queried = useQuery(useCallback((signal: AbortSignal) => client.query('drops.list', {}, { signal }), [client]))
  const now = client.connection.nowMs()
  return (
    <Section
      title={say('drops.title')}
      more={{ to: '/drops', name: say('drops.more') }}
      queried={queried}
      none={say('drops.none')}
    >
      {({ drops }) =>
        drops
          .filter(({ status, rehearsal }) => status !== 'sold_out' && rehearsal === undefined)
          .toSorted((one, other) => Number(one.status !== 'open') - Number(other.status !== 'open'))
          .slice(0, shown)
          .map(({ id, title, opensAt }) => (
            <Row key={id} to={`/drops/${encodeURIComponent(id)}`} name={title}>
              {Date.parse(opensAt) <= now ? say('drops.open') : agoOf(opensAt, lang, now)}
            </Row>
          ))
      }
    </Section>
  )
}
