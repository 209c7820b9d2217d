import { useState } from 'react'
import { PhotoPicker } from '../ui/photo-picker'
import { PinPicker, type Spot } from '../ui/pin-picker'
import { QrCode } from '../ui/qr-code'
import { QrScanner } from '../ui/qr-scanner'
import { useSay } from './words'

export function PlacesShown() {
  const say = useSay()
  const [spot, setSpot] = useState<Spot>()
  const [found, setFound] = useState<string>()
  const [photos, setPhotos] = useState<readonly File[]>([])
  return (
    <>
      <PinPicker
        label={say('place.label')}
        width={40}
        height={20}
        value={spot}
        onChange={setSpot}
        {...(spot ? { radius: 2 } : {})}
      />
      <QrCode text={location.href} label={say('code.label')} className="w-48" />
      <QrScanner onFound={setFound} />
      {found !== undefined && <p className="break-all">{say('code.found', { text: found })}</p>}
      <PhotoPicker label={say('photos')} photos={photos} max={5} onChange={setPhotos} />
    </>
  )
}
