import { useCallback, useState } from 'react'
import type { Client } from '../../../client/client'
import { Button } from '../../ui/button'
import { Select } from '../../ui/inputs'
import { useQuery } from '../../ui/use-query'
import { useAct } from '../use-act'
import { useSay } from './words'

/** Gives all that is chosen to one technician, at once. */
export function AssignBar({ client, chosen, onDone }: { client: Client; chosen: string[]; onDone(): void }) {
  const say = useSay()
  const { busy, act } = useAct()
  const [to, setTo] = useState('')
  const { value } = useQuery(
    useCallback((signal) => client.query('people.find', { role: 'technician', limit: 100 }, { signal }), [client]),
  )
  const people = value?.people ?? []
  const technician = to || people[0]?.id
  const give = async (): Promise<void> => {
    if (!technician) return
    await client.command('reports.assign', { reports: chosen, technician })
    onDone()
  }
  return (
    <div className="sticky bottom-2 flex flex-wrap items-end gap-3 rounded-2xl border border-line bg-raised p-3 shadow-float">
      <p role="status" className="w-full text-sm">
        {say('queue.chosen', { n: chosen.length })}
        {value && people.length === 0 && ` · ${say('queue.assign.none')}`}
      </p>
      <div className="min-w-40 flex-1">
        <Select<string>
          label={say('queue.assign')}
          options={people.map(({ id, name }) => ({ value: id, label: name }))}
          value={technician ?? ''}
          onChange={setTo}
        />
      </div>
      <Button busy={busy} disabled={!technician} onClick={() => act(give)}>
        {say('queue.assign.go')}
      </Button>
    </div>
  )
}
