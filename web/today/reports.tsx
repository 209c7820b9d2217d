import { useCallback } from 'react'
import type { Client } from '../../client/client'
import { useQuery } from '../ui/use-query'
import { Row, Section, shown } from './section'
import { useSay } from './words'

export function ReportsSection({ client }: { client: Client }) {
  const say = useSay()
  const queried = useQuery(useCallback((signal: AbortSignal) => client.query('reports.mine', {}, { signal }), [client]))
  return (
    <Section
      title={say('reports.title')}
      more={{ to: '/reports', name: say('reports.more') }}
      queried={queried}
      none={say('reports.none')}
    >
      {({ cards }) =>
        cards.slice(0, shown).flatMap(({ id, title, status }) =>
          status === 'pending' || status === 'in_progress' ? (
            <Row key={id} to={`/reports/${encodeURIComponent(id)}`} name={title}>
              {say(`status.${status}`)}
            </Row>
          ) : (
            []
          ),
        )
      }
    </Section>
  )
}
