/** A plan with a pin on it, to be looked at. */
import { useId } from 'react'
import { Pin } from '../ui/pin-picker'
import { useSay } from './words'

interface PinnedPictureProps {
  image: string
  width: number
  height: number
  spot: { x: number; y: number }
}

export function PinnedPicture({ image, width, height, spot }: PinnedPictureProps) {
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
      <Pin spot={spot} size={size} />
    </svg>
  )
}
