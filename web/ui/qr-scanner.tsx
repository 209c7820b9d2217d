/** Scans a QR code: with the camera where it may be used, with a picture of the code everywhere. */
import { useEffect, useRef, useState, type ChangeEvent } from 'react'
import { Button } from './button'
import { Icon } from './icons'
import { Problem } from './notice'
import { decodeFile, decoder } from './qr/decode'
import { useSay } from './words'

interface QrScannerProps {
  /** What stands in the code. The camera is off then. */
  onFound(text: string): void
}

type Trouble = 'scan.none' | 'scan.denied' | 'scan.missing' | 'scan.insecure'

export function QrScanner({ onFound }: QrScannerProps) {
  const say = useSay()
  const [scanning, setScanning] = useState(false)
  const [trouble, setTrouble] = useState<Trouble>()
  const found = (text: string): void => {
    setScanning(false)
    onFound(text)
  }
  const start = (): void => {
    setTrouble(window.isSecureContext ? undefined : 'scan.insecure')
    setScanning(window.isSecureContext)
  }
  const failed = (error: unknown): void => {
    setScanning(false)
    setTrouble(error instanceof DOMException && error.name === 'NotAllowedError' ? 'scan.denied' : 'scan.missing')
  }
  return (
    <div className="flex flex-col gap-3">
      {scanning && <Camera onFound={found} onFailed={failed} />}
      {trouble && <Problem>{say(trouble)}</Problem>}
      <div className="flex flex-wrap gap-2">
        <Button look={scanning ? 'outline' : 'primary'} onClick={() => (scanning ? setScanning(false) : start())}>
          <Icon name="scan" />
          {say(scanning ? 'scan.stop' : 'scan.start')}
        </Button>
        <PictureOfCode onFound={found} onNone={() => setTrouble('scan.none')} />
      </div>
    </div>
  )
}

function PictureOfCode({ onFound, onNone }: QrScannerProps & { onNone(): void }) {
  const say = useSay()
  const input = useRef<HTMLInputElement>(null)
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    const file = target.files?.[0]
    target.value = ''
    if (!file) return
    decodeFile(file).then(
      (text) => (text === undefined ? onNone() : onFound(text)),
      () => onNone(),
    )
  }
  return (
    <>
      <Button look="outline" onClick={() => input.current?.click()}>
        <Icon name="picture" />
        {say('scan.file')}
      </Button>
      <input ref={input} type="file" accept="image/*" onChange={chosen} hidden aria-label={say('scan.file')} />
    </>
  )
}

const lookEveryMs = 150

function Camera({ onFound, onFailed }: QrScannerProps & { onFailed(error: unknown): void }) {
  const say = useSay()
  const video = useRef<HTMLVideoElement>(null)
  const handlers = useRef({ onFound, onFailed })
  handlers.current = { onFound, onFailed }
  useEffect(() => {
    const stop = new AbortController()
    watch(video.current!, stop.signal).then(
      (text) => text !== undefined && handlers.current.onFound(text),
      (error: unknown) => stop.signal.aborted || handlers.current.onFailed(error),
    )
    return () => stop.abort()
  }, [])
  return (
    <div className="relative overflow-hidden rounded-2xl bg-black">
      {/* There is nothing to hear in it. */}
      <video ref={video} muted playsInline aria-hidden="true" className="aspect-square w-full object-cover" />
      <div aria-hidden="true" className="absolute inset-[15%] rounded-2xl border-4 border-white/80" />
      <p role="status" className="absolute inset-x-0 bottom-0 bg-black/70 p-2 text-center text-sm text-white">
        {say('scan.looking')}
      </p>
    </div>
  )
}

/** Looks until there is a code, or the signal says to stop. The camera is off afterwards. */
async function watch(video: HTMLVideoElement, signal: AbortSignal): Promise<string | undefined> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  const off = (): void => stream.getTracks().forEach((track) => track.stop())
  if (signal.aborted) {
    off()
    return undefined
  }
  signal.addEventListener('abort', off)
  video.srcObject = stream
  await video.play()
  const decode = await decoder()
  while (!signal.aborted) {
    if (video.videoWidth > 0) {
      const text = await decode(video, video.videoWidth, video.videoHeight).catch(() => undefined)
      if (text) {
        off()
        return text
      }
    }
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
  }
  return undefined
}
