import { useCallback } from 'react'
import type { Client } from '../../client/client'
import { timeOf } from '../ui/times'
import { useQuery } from '../ui/use-query'
import { Row, Section, shown } from './section'
import { useWords } from './words'

/** Those that are not over and begin within a day. */
export function SessionsSection({ client }: { client: Client }) {
  const { say, lang } = useWords()
  const read = useCallback(
    (signal: AbortSignal) => {
      const now = client.connection.nowMs()
      const [from, to] = [now - dayMs, now + dayMs].map((at) => new Date(at).toISOString())
      return client.query('attendance.sessions', { from: from!, to: to! }, { signal })
    },
    [client],
  )
  const queried = useQuery(read)
  return (
    <Section
      title={say('sessions.title')}
      more={{ to: '/attendance', name: say('sessions.more') }}
      queried={queried}
      none={say('sessions.none')}
    >
      {({ sessions }) =>
        sessions
          .filter(({ closesAt }) => Date.parse(closesAt) > client.connection.nowMs())
          .slice(0, shown)
          .map(({ id, title, startsAt, closesAt, teaches }) => (
            <Row key={id} to={`/attendance/${encodeURIComponent(id)}${teaches ? '/board' : ''}`} name={title}>
              {say('sessions.time', { from: timeOf(startsAt, lang), to: timeOf(closesAt, lang) })}
            </Row>
          ))
      }
    </Section>
  )
}

const dayMs = 86_400_000
