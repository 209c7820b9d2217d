import { useEffect, useState } from 'react'
import type { Client } from '../../client/client'
import type { Device } from '../../services/inbox/model'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { agoOf } from '../ui/times'
import { toast } from '../ui/toast'
import { markOfThisDevice } from './push'
import { useWords } from './words'

interface DevicesProps {
  client: Client
  devices: readonly Device[]
  onChange(): void
}

/** All devices of this person: one that was lost or sold is taken out here. */
export function Devices({ client, devices, onChange }: DevicesProps) {
  const { say } = useWords()
  const [mark, setMark] = useState<string>()
  const [problem, setProblem] = useState<string>()
  useEffect(() => void markOfThisDevice().then(setMark, () => undefined), [devices])
  const remove = (device: string): void => {
    setProblem(undefined)
    client.command('inbox.unsubscribe_push', { device }).then(
      () => {
        toast(say('devices.removed'))
        onChange()
      },
      (error: unknown) => setProblem(explain(error, say)),
    )
  }
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-lg font-semibold">{say('devices.title')}</h2>
      {devices.length === 0 && <p className="text-muted">{say('devices.none')}</p>}
      {problem !== undefined && <Problem>{problem}</Problem>}
      <ul className="flex flex-col divide-y divide-line">
        {devices.map((device) => (
          <Row key={device.id} device={device} isThis={device.mark === mark} onRemove={() => remove(device.id)} />
        ))}
      </ul>
    </section>
  )
}

function Row({ device, isThis, onRemove }: { device: Device; isThis: boolean; onRemove(): void }) {
  const { say, lang } = useWords()
  const { at, sentAt, trouble } = device
  const label = device.label || say('devices.unknown')
  return (
    <li className="flex min-h-14 items-center justify-between gap-3 py-2">
      <span className="min-w-0">
        <span className="block font-medium">
          {label}
          {isThis && <span className="font-normal text-muted"> ({say('devices.this')})</span>}
        </span>
        <span className="block text-sm text-muted">
          {sentAt
            ? say('devices.last', { when: agoOf(sentAt, lang) })
            : say('devices.since', { when: agoOf(at, lang) })}
        </span>
        {trouble !== undefined && <span className="block text-sm text-bad">{say('devices.trouble')}</span>}
      </span>
      <Button look="quiet" aria-label={say('devices.remove.name', { name: label })} onClick={onRemove}>
        {say('devices.remove')}
      </Button>
    </li>
  )
}
