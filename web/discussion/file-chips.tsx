import { useEffect, useMemo } from 'react'
import { Icon } from '../ui/icons'
import { Spinner } from '../ui/spinner'
import { useStore } from '../ui/use-store'
import type { Sending, Uploads } from './uploads'
import { useSay } from './words'

/** What will go with the next message, and how far it is. */
export function FileChips({ uploads }: { uploads: Uploads }) {
  const all = useStore(uploads.store)
  if (all.length === 0) return null
  return (
    <ul className="flex flex-wrap gap-2 p-2">
      {all.map((one) => (
        <Chip key={one.key} sending={one} uploads={uploads} />
      ))}
    </ul>
  )
}

function Chip({ sending: { key, file, share, id, error }, uploads }: { sending: Sending; uploads: Uploads }) {
  const say = useSay()
  const url = useMemo(() => (file.type.startsWith('image/') ? URL.createObjectURL(file) : undefined), [file])
  useEffect(() => () => (url ? URL.revokeObjectURL(url) : undefined), [url])
  return (
    <li className="flex min-h-12 max-w-full items-center gap-2 rounded-xl border border-line bg-surface pl-2 text-sm">
      {url && <img src={url} alt="" className="size-9 rounded-lg object-cover" />}
      <span className="max-w-40 truncate">{file.name}</span>
      {error ? (
        <button type="button" onClick={() => uploads.retry(key)} className="min-h-9 font-medium text-bad underline">
          {say('file.again')}
        </button>
      ) : (
        id === undefined && (
          <span role="status" className="inline-flex items-center gap-1 text-muted tabular-nums">
            <Spinner />
            {say('file.share', { n: Math.round(share * 100) })}
          </span>
        )
      )}
      <button
        type="button"
        aria-label={say('file.remove', { name: file.name })}
        onClick={() => uploads.remove(key)}
        className="inline-flex size-9 items-center justify-center rounded-lg text-muted hover:bg-sunken"
      >
        <Icon name="close" className="size-4" />
      </button>
    </li>
  )
}
