/** The made-up campus, where there is one: taken away with one tap, and a question before it. */
import { useCallback, useState } from 'react'
import type { Client } from '../../client/client'
import { Button } from '../ui/button'
import { Confirm } from '../ui/confirm'
import { useQuery } from '../ui/use-query'
import { Section } from './parts'
import { useSay } from './words'

export function DemoSection({ client, onCleared }: { client: Client; onCleared(): void }) {
  const say = useSay()
  const [asking, setAsking] = useState(false)
  const { value, refresh } = useQuery(
    useCallback((signal: AbortSignal) => client.query('people.demo', {}, { signal }), [client]),
  )
  if (value?.state !== 'filled' && value?.state !== 'wanted') return null
  const clear = async (): Promise<void> => {
    await client.command('people.clear_demo', {})
    refresh()
    onCleared()
  }
  return (
    <Section title={say('demo.title')}>
      <p className="text-muted">{say('demo.text')}</p>
      <Button look="outline" className="self-start" onClick={() => setAsking(true)}>
        {say('demo.clear')}
      </Button>
      {asking && (
        <Confirm title={say('demo.clear')} yes={say('demo.clear')} onYes={clear} onClose={() => setAsking(false)}>
          {say('demo.clear.text')}
        </Confirm>
      )}
    </Section>
  )
}
