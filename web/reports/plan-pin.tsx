/** Where exactly, on a plan of the campus: to be set by who reports, to be found by who comes. */
import { useCallback, useMemo, useState } from 'react'
import type { Client } from '../../client/client'
import type { Place, PlaceRef } from '../../services/reports/model'
import { FloorPin, FloorView } from './floor-plan'
import { PinnedPicture } from './pinned-picture'
import type { Where } from './place-field'
import { PinPicker } from '../ui/pin-picker'
import { Skeleton } from '../ui/spinner'
import { useQuery } from '../ui/use-query'
import { planFor, planOf, type Plan, type Position } from './plan'
import { useSay } from './words'

/** Nothing while the places are on their way. `first` stays on the plan while the pin moves, so that it doesn't jump. */
function usePlan(client: Client, first: Position | undefined): { places: readonly Place[]; plan?: Plan } | undefined {
  const { value } = useQuery(useCallback((signal) => client.query('reports.places', {}, { signal }), [client]))
  return useMemo(() => {
    if (!value) return undefined
    const plan = planOf(value.places, first)
    return { places: value.places, ...(plan ? { plan } : {}) }
  }, [value, first])
}

interface PlanPinProps {
  client: Client
  where: Pick<Where, 'place' | 'spot' | 'pin'>
  onChange(more: Pick<Where, 'spot' | 'pin'>): void
}

/** On the plan of the floor, where there is one, else on one of the campus. */
export function PlanPin({ client, where: { place, spot, pin }, onChange }: PlanPinProps) {
  const say = useSay()
  const [first] = useState(spot)
  const found = usePlan(client, first)
  const floor = found && planFor(found.places, place)
  if (!found) return <Skeleton label={say('loading')} lines={['w-full', 'w-full']} />
  if (floor) return <FloorPin client={client} floor={floor} value={pin} onChange={(next) => onChange({ pin: next })} />
  const { plan } = found
  if (!plan) return <p className="text-sm text-muted">{say('new.place.plan.none')}</p>
  return (
    <PinPicker
      label={say('new.place.plan')}
      width={plan.width}
      height={plan.height}
      image={plan.image}
      value={spot && tenths(plan.spotOf(spot))}
      onChange={(next) => onChange({ spot: plan.positionOf(next) })}
    />
  )
}

const tenths = ({ x, y }: { x: number; y: number }) => ({ x: Math.round(x * 10) / 10, y: Math.round(y * 10) / 10 })

interface PlanViewProps {
  client: Client
  place: PlaceRef
  open: boolean
}

/** `open` from the start for who has to go there. */
export function PlanView({ client, place: { lat, lng, pin }, open }: PlanViewProps) {
  const say = useSay()
  const [isOpen, setOpen] = useState(open)
  const at = useMemo(() => (lat === undefined || lng === undefined ? undefined : { lat, lng }), [lat, lng])
  if (!at && !pin) return null
  return (
    <details
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      className="max-w-xl rounded-xl border border-line px-4"
    >
      <summary className="min-h-11 cursor-pointer py-2.5 font-medium">{say('report.plan')}</summary>
      {isOpen && pin && <FloorView client={client} pin={pin} />}
      {isOpen && at && !pin && <Drawn client={client} at={at} />}
    </details>
  )
}

function Drawn({ client, at }: { client: Client; at: Position }) {
  const say = useSay()
  const plan = usePlan(client, at)?.plan
  if (!plan) return <Skeleton label={say('loading')} lines={['w-full', 'w-full']} />
  return (
    <div className="flex flex-col gap-2 pb-3">
      <PinnedPicture image={plan.image} width={plan.width} height={plan.height} spot={plan.spotOf(at)} />
      <a
        href={`geo:${at.lat},${at.lng}?q=${at.lat},${at.lng}`}
        className="inline-flex min-h-11 items-center self-start text-accent underline underline-offset-4"
      >
        {say('report.plan.open')}
      </a>
    </div>
  )
}
