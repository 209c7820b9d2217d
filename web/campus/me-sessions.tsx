/** The devices on which one is signed in, and ending that. */
import { useCallback } from 'react'
import type { Client } from '../../client/client'
import type { SessionRow } from '../../client/methods/people'
import { auth } from '../shell/session'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { useQuery } from '../ui/use-query'
import { deviceOf } from './device'
import { Section, Tag, useAct } from './parts'
import { useWords } from './words'

export function SessionsSection({ client }: { client: Client }) {
  const { say } = useWords()
  const { value, error, refresh } = useQuery(
    useCallback(
      async (signal: AbortSignal) => {
        const [{ sessions }, mine] = await Promise.all([
          client.query('people.sessions', {}, { signal }),
          auth.sessionId(),
        ])
        return { sessions, mine }
      },
      [client],
    ),
  )
  const { busy, problem, act } = useAct((failure) => explain(failure, say))
  const end = (session: string): void =>
    act(async () => {
      await client.command('people.revoke', { session })
      refresh()
    })
  const endOthers = (except: string): void =>
    act(async () => {
      await client.command('people.revoke_all', { except })
      refresh()
    })
  const mine = value?.mine
  return (
    <Section title={say('me.sessions')}>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {problem && <Problem>{problem}</Problem>}
      <ul className="divide-y divide-line">
        {value?.sessions.map((session) => (
          <Device
            key={session.id}
            session={session}
            isThis={session.id === mine}
            busy={busy}
            onEnd={() => end(session.id)}
          />
        ))}
      </ul>
      {mine !== undefined && value !== undefined && value.sessions.length > 1 && (
        <Button look="outline" busy={busy} className="self-start" onClick={() => endOthers(mine)}>
          {say('me.session.others')}
        </Button>
      )}
    </Section>
  )
}

interface DeviceProps {
  session: SessionRow
  isThis: boolean
  busy: boolean
  onEnd(): void
}

function Device({ session, isThis, busy, onEnd }: DeviceProps) {
  const { say, lang } = useWords()
  const device = deviceOf(session.device) ?? say('me.session.unknown')
  const time = new Intl.DateTimeFormat(lang, { dateStyle: 'medium', timeStyle: 'short' }).format(
    new Date(session.createdAt),
  )
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 py-3">
      <div>
        <p className="flex items-center gap-2 font-medium">
          {device}
          {isThis && <Tag>{say('me.session.this')}</Tag>}
        </p>
        <p className="text-sm text-muted">{say('me.session.since', { time, address: session.address ?? '—' })}</p>
      </div>
      {!isThis && (
        <Button look="outline" disabled={busy} aria-label={say('me.session.endOf', { device })} onClick={onEnd}>
          {say('me.session.end')}
        </Button>
      )}
    </li>
  )
}
