/** What is kept about one: to take along, or to have removed. */
import { useState } from 'react'
import type { Client } from '../../client/client'
import { Button } from '../ui/button'
import { Confirm } from '../ui/confirm'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { Section, useAct } from './parts'
import { useSay } from './words'

export function DataSection({ client }: { client: Client }) {
  const say = useSay()
  const [asking, setAsking] = useState(false)
  const { busy, problem, act } = useAct((error) => explain(error, say))
  const download = (): void =>
    act(async () => {
      const { person } = await client.query('people.export', {})
      const href = URL.createObjectURL(new Blob([JSON.stringify(person, null, 2)], { type: 'application/json' }))
      Object.assign(document.createElement('a'), { href, download: 'alun.json' }).click()
      URL.revokeObjectURL(href)
    })
  return (
    <Section title={say('me.data')}>
      <p className="text-muted">{say('me.data.text')}</p>
      {problem && <Problem>{problem}</Problem>}
      <div className="flex flex-wrap gap-2">
        <Button look="outline" busy={busy} onClick={download}>
          {say('me.export')}
        </Button>
        <Button look="quiet" className="text-bad" onClick={() => setAsking(true)}>
          {say('me.delete')}
        </Button>
      </div>
      {asking && (
        <Confirm
          title={say('me.delete.title')}
          yes={say('me.delete')}
          onYes={async () => void (await client.command('people.forget_me', {}))}
          onClose={() => setAsking(false)}
        >
          {say('me.delete.text')}
        </Confirm>
      )}
    </Section>
  )
}
