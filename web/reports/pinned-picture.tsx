/** A plan with a pin on it, to be looked at. */
import { useId } from 'react'
import { useSay } from './words'

interface PinnedPictureProps {
  image: string
  width: number
  height: number
  spot: { x: number; y: number }
}

export function PinnedPicture({ image, width, height, spot: { x, y } }: PinnedPictureProps) {
  const say = useSay()
  const id = useId()
  const size = Math.max(width, height) / 14
  return (
    <svg
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-labelledby={id}
      className="max-h-80 w-full rounded-xl bg-sunken"
    >
      <title id={id}>{say('report.plan')}</title>
      <image href={image} width={width} height={height} />
      <path
        d="M0 0C-.5-.7-.35-1 0-1S.5-.7 0 0z"
        transform={`translate(${x} ${y}) scale(${size})`}
        className="fill-accent stroke-surface"
        strokeWidth=".05"
      />
      <circle cx={x} cy={y - size * 0.68} r={size * 0.12} className="fill-surface" />
    </svg>
  )
}
