/**
 * A place on a plan, in metres. It needs no map and no network: a grid, or a floor plan under it. The pin can be tapped,
 * dragged, moved by the arrow keys, or typed.
 */
import { useId, useRef, type KeyboardEvent, type PointerEvent } from 'react'
import { Field } from './field'
import { useSay } from './words'

export interface Spot {
  x: number
  y: number
}

interface PinPickerProps {
  label: string
  /** Of the plan, in metres. */
  width: number
  height: number
  value: Spot | undefined
  onChange(spot: Spot): void
  /** Around the pin, in metres: an accuracy or a fence. */
  radius?: number
  /** The address of a picture that fills the plan. */
  image?: string
}

export function PinPicker({ label, width, height, value, onChange, radius, image }: PinPickerProps) {
  const say = useSay()
  const id = useId()
  const within = ({ x, y }: Spot): Spot => ({ x: clamp(x, width), y: clamp(y, height) })
  const put = (spot: Spot): void => onChange(within(spot))
  const step = stepFor(width, height)
  return (
    <div role="group" aria-labelledby={id} className="flex flex-col gap-2">
      <span id={id} className="font-medium">
        {label}
      </span>
      <Plan
        label={label}
        width={width}
        height={height}
        step={step}
        value={value}
        radius={radius}
        image={image}
        onPut={put}
      />
      <p className="text-sm text-muted">
        {say('pin.hint')} {say('pin.step', { n: step })}
      </p>
      <div className="grid grid-cols-2 gap-3">
        {(['x', 'y'] as const).map((axis) => (
          <Field
            key={axis}
            label={say(`pin.${axis}`)}
            type="number"
            inputMode="decimal"
            min={0}
            max={axis === 'x' ? width : height}
            step="0.1"
            value={value?.[axis] ?? ''}
            onChange={(event) => put({ x: 0, y: 0, ...value, [axis]: event.target.valueAsNumber || 0 })}
          />
        ))}
      </div>
    </div>
  )
}

type PlanProps = Pick<PinPickerProps, 'label' | 'width' | 'height' | 'value' | 'radius' | 'image'> & {
  step: number
  onPut(spot: Spot): void
}

function Plan({ label, width, height, step, value, radius, image, onPut }: PlanProps) {
  const say = useSay()
  const grid = useId()
  const box = useRef<SVGSVGElement>(null)
  const toPointer = (event: PointerEvent): void => {
    const { left, top, width: wide, height: high } = box.current!.getBoundingClientRect()
    onPut({ x: ((event.clientX - left) / wide) * width, y: ((event.clientY - top) / high) * height })
  }
  const byKey = (event: KeyboardEvent): void => {
    const far = event.shiftKey ? step : step / 10
    const moves: Record<string, Spot> = {
      ArrowLeft: { x: -far, y: 0 },
      ArrowRight: { x: far, y: 0 },
      ArrowUp: { x: 0, y: -far },
      ArrowDown: { x: 0, y: far },
    }
    const by = moves[event.key]
    if (!by) return
    event.preventDefault()
    const from = value ?? { x: width / 2, y: height / 2 }
    onPut({ x: from.x + by.x, y: from.y + by.y })
  }
  return (
    <div
      role="application"
      aria-label={`${label}: ${value ? say('pin.place', value) : say('pin.none')}`}
      tabIndex={0}
      onKeyDown={byKey}
      className="overflow-hidden rounded-2xl border border-field"
    >
      <svg
        ref={box}
        viewBox={`0 0 ${width} ${height}`}
        className="block w-full touch-none bg-surface"
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          toPointer(event)
        }}
        onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && toPointer(event)}
      >
        <defs>
          <pattern id={grid} width={step} height={step} patternUnits="userSpaceOnUse">
            <path d={`M${step} 0H0V${step}`} fill="none" className="stroke-line" strokeWidth={width / 300} />
          </pattern>
        </defs>
        {image && <image href={image} width={width} height={height} preserveAspectRatio="xMidYMid meet" />}
        <rect width={width} height={height} fill={`url(#${grid})`} />
        {value && <Pin spot={value} size={Math.max(width, height) / 16} radius={radius} />}
      </svg>
    </div>
  )
}

/** Its tip is at the spot; with a `radius`, the circle within which it may really be. */
export function Pin({ spot: { x, y }, size, radius }: { spot: Spot; size: number; radius?: number | undefined }) {
  return (
    <g>
      {radius !== undefined && (
        <circle cx={x} cy={y} r={radius} className="fill-accent/15 stroke-accent" strokeWidth={size / 20} />
      )}
      <path
        d="M0 0C-.5-.7-.35-1 0-1S.5-.7 0 0z"
        transform={`translate(${x} ${y}) scale(${size})`}
        className="fill-accent stroke-surface"
        strokeWidth=".05"
      />
      <circle cx={x} cy={y - size * 0.68} r={size * 0.12} className="fill-surface" />
    </g>
  )
}

/** To the tenth of a metre, on the plan. */
const clamp = (metres: number, most: number): number => Math.round(Math.min(most, Math.max(0, metres)) * 10) / 10

/** A round number of metres, about ten squares to the longer side. */
function stepFor(width: number, height: number): number {
  const raw = Math.max(width, height) / 10
  const power = 10 ** Math.floor(Math.log10(raw))
  return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= raw) ?? raw
}
