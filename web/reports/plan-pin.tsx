/** Where exactly, on a plan of the campus: to be set by who reports, to be found by who comes. */
import { useCallback, useId, useMemo, useState } from 'react'
import type { Client } from '../../client/client'
import type { PlaceRef } from '../../services/reports/model'
import { PinPicker } from '../ui/pin-picker'
import { Skeleton } from '../ui/spinner'
import { useQuery } from '../ui/use-query'
import { planOf, type Plan, type Position } from './plan'
import { useSay } from './words'

/** Nothing while the places are on their way. `first` stays on the plan while the pin moves, so that it doesn't jump. */
function usePlan(client: Client, first: Position | undefined): { plan?: Plan } | undefined {
  const { value } = useQuery(useCallback((signal) => client.query('reports.places', {}, { signal }), [client]))
  return useMemo(() => {
    if (!value) return undefined
    const plan = planOf(value.places, first)
    return plan ? { plan } : {}
  }, [value, first])
}

interface PlanPinProps {
  client: Client
  value: Position | undefined
  onChange(position: Position): void
}

export function PlanPin({ client, value, onChange }: PlanPinProps) {
  const say = useSay()
  const [first] = useState(value)
  const found = usePlan(client, first)
  if (!found) return <Skeleton label={say('loading')} lines={['w-full', 'w-full']} />
  const { plan } = found
  if (!plan) return <p className="text-sm text-muted">{say('new.place.plan.none')}</p>
  return (
    <PinPicker
      label={say('new.place.plan')}
      width={plan.width}
      height={plan.height}
      image={plan.image}
      value={value && tenths(plan.spotOf(value))}
      onChange={(spot) => onChange(plan.positionOf(spot))}
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
export function PlanView({ client, place: { lat, lng }, open }: PlanViewProps) {
  const say = useSay()
  const [isOpen, setOpen] = useState(open)
  const at = useMemo(() => (lat === undefined || lng === undefined ? undefined : { lat, lng }), [lat, lng])
  if (!at) return null
  return (
    <details
      open={isOpen}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
      className="max-w-xl rounded-xl border border-line px-4"
    >
      <summary className="min-h-11 cursor-pointer py-2.5 font-medium">{say('report.plan')}</summary>
      {isOpen && <Drawn client={client} at={at} />}
    </details>
  )
}

function Drawn({ client, at }: { client: Client; at: Position }) {
  const say = useSay()
  const id = useId()
  const plan = usePlan(client, at)?.plan
  if (!plan) return <Skeleton label={say('loading')} lines={['w-full', 'w-full']} />
  const { x, y } = plan.spotOf(at)
  const size = Math.max(plan.width, plan.height) / 14
  return (
    <div className="flex flex-col gap-2 pb-3">
      <svg
        viewBox={`0 0 ${plan.width} ${plan.height}`}
        role="img"
        aria-labelledby={id}
        className="max-h-80 w-full rounded-xl bg-sunken"
      >
        <title id={id}>{say('report.plan')}</title>
        <image href={plan.image} width={plan.width} height={plan.height} />
        <path
          d="M0 0C-.5-.7-.35-1 0-1S.5-.7 0 0z"
          transform={`translate(${x} ${y}) scale(${size})`}
          className="fill-accent"
        />
        <circle cx={x} cy={y - size * 0.68} r={size * 0.12} className="fill-surface" />
      </svg>
      <a
        href={`geo:${at.lat},${at.lng}?q=${at.lat},${at.lng}`}
        className="inline-flex min-h-11 items-center self-start text-accent underline underline-offset-4"
      >
        {say('report.plan.open')}
      </a>
    </div>
  )
}
