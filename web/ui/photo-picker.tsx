/** Photos for something that is being written: taken now or chosen, seen before they are sent, and removed again. */
import { useEffect, useMemo, useRef, useState, type ChangeEvent } from 'react'
import { Button } from './button'
import { Icon } from './icons'
import { Problem } from './notice'
import { readablePhoto } from './readable-photo'
import { useSay } from './words'

interface PhotoPickerProps {
  /** What the photos are of. */
  label: string
  photos: readonly File[]
  max: number
  onChange(photos: readonly File[]): void
}

export function PhotoPicker({ label, photos, max, onChange }: PhotoPickerProps) {
  const say = useSay()
  const left = max - photos.length
  const [isUnreadable, setUnreadable] = useState(false)
  const add = async (files: readonly File[]): Promise<void> => {
    const read = await Promise.all(files.map(readablePhoto))
    setUnreadable(read.includes(undefined))
    onChange([...photos, ...read.filter((file) => file !== undefined)].slice(0, max))
  }
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1.5 font-medium">{label}</legend>
      {photos.length > 0 && (
        <ul className="grid grid-cols-3 gap-2 sm:grid-cols-5">
          {photos.map((photo, index) => (
            <Preview
              key={`${photo.name} ${photo.lastModified} ${index}`}
              photo={photo}
              n={index + 1}
              onRemove={() => onChange(photos.filter((_, at) => at !== index))}
            />
          ))}
        </ul>
      )}
      {left > 0 && (
        <div className="flex flex-wrap gap-2">
          <FileButton icon="camera" name={say('photos.take')} capture onFiles={(files) => void add(files)} />
          <FileButton icon="picture" name={say('photos.choose')} onFiles={(files) => void add(files)} />
        </div>
      )}
      {isUnreadable && <Problem>{say('photos.unreadable')}</Problem>}
      <p className="text-sm text-muted" aria-live="polite">
        {left > 0 ? say('photos.left', { n: left }) : say('photos.full', { n: max })}
      </p>
    </fieldset>
  )
}

interface FileButtonProps {
  icon: 'camera' | 'picture'
  name: string
  /** Opens the camera on a phone. */
  capture?: boolean
  onFiles(files: readonly File[]): void
}

function FileButton({ icon, name, capture = false, onFiles }: FileButtonProps) {
  const input = useRef<HTMLInputElement>(null)
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(target.files ?? [])].filter(
      ({ type, name: called }) => type.startsWith('image/') || /\.hei[cf]$/i.test(called),
    )
    // The same file can be chosen again after it was removed.
    target.value = ''
    if (files.length > 0) onFiles(files)
  }
  return (
    <>
      <Button look="outline" onClick={() => input.current?.click()}>
        <Icon name={icon} />
        {name}
      </Button>
      <input
        ref={input}
        type="file"
        accept="image/*,.heic,.heif"
        multiple={!capture}
        capture={capture ? 'environment' : undefined}
        aria-label={name}
        onChange={chosen}
        hidden
      />
    </>
  )
}

function Preview({ photo, n, onRemove }: { photo: File; n: number; onRemove(): void }) {
  const say = useSay()
  const url = useMemo(() => URL.createObjectURL(photo), [photo])
  useEffect(() => () => URL.revokeObjectURL(url), [url])
  return (
    <li className="relative">
      <img
        src={url}
        alt={say('photos.one', { n })}
        className="aspect-square w-full rounded-xl bg-sunken object-cover"
      />
      <button
        type="button"
        aria-label={say('photos.remove', { n })}
        onClick={onRemove}
        className="absolute top-1 right-1 inline-flex size-9 items-center justify-center rounded-full border border-line bg-raised shadow-float"
      >
        <Icon name="close" className="size-4" />
      </button>
    </li>
  )
}
