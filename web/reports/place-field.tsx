/** Where it is: by a sticker's QR code, out of the places of the campus, in one's own words, by location. */
import { useCallback, useDeferredValue, useState } from 'react'
import type { Client } from '../../client/client'
import type { ReportInput } from '../../client/methods/reports'
import type { Pin, Place } from '../../services/reports/model'
import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { QrScanner } from '../ui/qr-scanner'
import { useQuery } from '../ui/use-query'
import { PlanPin } from './plan-pin'
import { useSay } from './words'

export interface Where {
  text: string
  /** Chosen out of ours. */
  place?: Place
  spot?: { lat: number; lng: number }
  pin?: Omit<Pin, 'metres'>
}

/** Nothing where nothing was said yet. */
export function placeOf({ text, place, spot, pin }: Where): ReportInput['place'] | undefined {
  if (place) return { id: place.id, ...spot, ...(pin ? { pin } : {}) }
  if (text.trim() === '') return spot
  return { text: text.trim(), ...spot }
}

/** A pin on the plan of one place says nothing about another. */
const at = ({ spot }: Where, place: Place): Where => ({ text: place.path, place, ...(spot ? { spot } : {}) })

interface PlaceFieldProps {
  client: Client
  where: Where
  onChange(where: Where): void
}

export function PlaceField({ client, where, onChange }: PlaceFieldProps) {
  const say = useSay()
  const [scanning, setScanning] = useState(false)
  const [pinning, setPinning] = useState(false)
  const [problem, setProblem] = useState<'new.place.scan.bad' | 'new.place.refused'>()
  const scanned = async (text: string): Promise<void> => {
    setScanning(false)
    const found = await client.query('reports.at', { code: codeOf(text) }).catch(() => undefined)
    setProblem(found ? undefined : 'new.place.scan.bad')
    if (found) onChange(at(where, found.place))
  }
  const locate = (): void =>
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => onChange({ ...where, spot: { lat: coords.latitude, lng: coords.longitude } }),
      () => setProblem('new.place.refused'),
      { timeout: 10_000 },
    )
  return (
    <div className="flex flex-col gap-2">
      <Field
        label={say('new.place')}
        hint={say('new.place.hint')}
        value={where.text}
        maxLength={200}
        autoComplete="off"
        onChange={({ target }) => onChange({ ...(where.spot ? { spot: where.spot } : {}), text: target.value })}
      />
      {!where.place && <Suggestions client={client} where={where} onChange={onChange} />}
      <Ways
        scanning={scanning}
        pinning={pinning}
        onScan={() => setScanning(!scanning)}
        onPin={() => setPinning(!pinning)}
        onLocate={locate}
      />
      <p className="text-sm text-muted" aria-live="polite">
        {(where.spot ?? where.pin) && say('new.place.located')}
      </p>
      {scanning && <QrScanner onFound={(text) => void scanned(text)} />}
      {pinning && <PlanPin client={client} where={where} onChange={(more) => onChange({ ...where, ...more })} />}
      {problem && <Problem>{say(problem)}</Problem>}
    </div>
  )
}

interface WaysProps {
  scanning: boolean
  pinning: boolean
  onScan(): void
  onPin(): void
  onLocate(): void
}

function Ways({ scanning, pinning, onScan, onPin, onLocate }: WaysProps) {
  const say = useSay()
  return (
    <div className="flex flex-wrap gap-2">
      <Button look="outline" onClick={onScan} aria-expanded={scanning}>
        <Icon name="scan" />
        {say('new.place.scan')}
      </Button>
      <Button look="outline" onClick={onLocate}>
        <Icon name="pin" />
        {say('new.place.here')}
      </Button>
      <Button look="outline" onClick={onPin} aria-expanded={pinning}>
        <Icon name="hash" />
        {say('new.place.plan')}
      </Button>
    </div>
  )
}

/** A sticker holds an address that ends with the code. */
const codeOf = (text: string): string => decodeURIComponent(/\/r\/([^/?#]+)/.exec(text)?.[1] ?? text)

const shown = 6

function Suggestions({ client, where, onChange }: PlaceFieldProps) {
  const q = useDeferredValue(where.text.trim())
  const { value } = useQuery(
    useCallback(
      async (signal) =>
        q.length < 2 ? { places: [] } : client.query('reports.places', { q, limit: shown }, { signal }),
      [client, q],
    ),
  )
  return (
    <ul className="flex flex-wrap gap-2 empty:hidden">
      {value?.places.map((place) => (
        <li key={place.id} className="max-w-full">
          <button
            type="button"
            onClick={() => onChange(at(where, place))}
            className="min-h-9 max-w-full rounded-xl bg-sunken px-3 py-1 text-left text-sm break-words hover:bg-accent-soft"
          >
            {place.path}
          </button>
        </li>
      ))}
    </ul>
  )
}
