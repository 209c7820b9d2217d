/** The picture of a floor, as an admin brought it: to set a pin on, and to find one. */
import { useCallback, useEffect } from 'react'
import type { Client } from '../../client/client'
import type { Pin, Place } from '../../services/reports/model'
import { PinPicker } from '../ui/pin-picker'
import { Skeleton } from '../ui/spinner'
import { useQuery } from '../ui/use-query'
import { PinnedPicture } from './pinned-picture'
import { useSay } from './words'

interface Picture {
  url: string
  width: number
  height: number
}

/** A picture that was brought a moment ago is still in the works. */
const againMs = 1000

/** In metres. Nothing while it is on its way; `null` where it can't be had. */
function usePicture(client: Client, file: string, metres: number): Picture | null | undefined {
  const read = useCallback(
    (signal: AbortSignal) => client.query('files.links', { files: [file] }, { signal }),
    [client, file],
  )
  const { value, error, refresh } = useQuery(read)
  const link = value?.links[0]
  const isComing = link?.status === 'pending'
  useEffect(() => {
    if (!isComing) return undefined
    const timer = setInterval(refresh, againMs)
    return () => clearInterval(timer)
  }, [isComing, refresh])
  if (!value || isComing) return error ? null : undefined
  const { url, width, height } = link ?? {}
  return url && width && height ? { url, width: metres, height: Math.round((metres * height * 10) / width) / 10 } : null
}

interface FloorPinProps {
  client: Client
  floor: NonNullable<Place['plan']>
  value: Omit<Pin, 'metres'> | undefined
  onChange(pin: Omit<Pin, 'metres'>): void
}

export function FloorPin({ client, floor: { file, metres }, value, onChange }: FloorPinProps) {
  const say = useSay()
  const picture = usePicture(client, file, metres)
  if (picture === undefined) return <Skeleton label={say('loading')} lines={['w-full', 'w-full']} />
  if (!picture) return <p className="text-sm text-muted">{say('new.place.plan.broken')}</p>
  return (
    <PinPicker
      label={say('new.place.plan')}
      width={picture.width}
      height={picture.height}
      image={picture.url}
      value={value?.plan === file ? value : undefined}
      onChange={({ x, y }) => onChange({ plan: file, x, y })}
    />
  )
}

export function FloorView({ client, pin }: { client: Client; pin: Pin }) {
  const say = useSay()
  const picture = usePicture(client, pin.plan, pin.metres)
  if (picture === undefined) return <Skeleton label={say('loading')} lines={['w-full', 'w-full']} />
  if (!picture) return <p className="pb-3 text-sm text-muted">{say('new.place.plan.broken')}</p>
  return (
    <div className="pb-3">
      <PinnedPicture image={picture.url} width={picture.width} height={picture.height} spot={pin} />
    </div>
  )
}
