/** What a message carries: pictures with their place kept before they come, other files as links. */
import { useEffect } from 'react'
import type { FileLink } from '../../services/files/model'
import { Icon } from '../ui/icons'
import { Spinner } from '../ui/spinner'
import { useStore } from '../ui/use-store'
import type { FileLinks } from './file-links'
import { useSay } from './words'

export function Attachments({ files, links }: { files: readonly string[]; links: FileLinks }) {
  const known = useStore(links.store)
  useEffect(() => links.want(files), [links, files])
  return (
    <ul className="my-1 flex flex-wrap gap-2">
      {files.map((file) => (
        <li key={file} className="max-w-full">
          <Attachment link={known.get(file)} onStale={() => links.refresh(true)} />
        </li>
      ))}
    </ul>
  )
}

const boxHeight = 256
const boxWidth = 352

function Attachment({ link, onStale }: { link: FileLink | undefined; onStale(): void }) {
  const say = useSay()
  if (!link) return <div className="size-24 rounded-xl bg-sunken" />
  if (link.status === 'failed') return <p className="text-sm text-bad">{say('file.failed', { name: link.name })}</p>
  if (link.type.startsWith('image/')) return <Picture link={link} onStale={onStale} />
  return (
    <a
      href={link.url}
      download={link.name}
      className="flex min-h-12 items-center gap-3 rounded-xl border border-line px-3 hover:bg-sunken"
    >
      {link.status === 'pending' ? <Spinner /> : <Icon name="download" className="size-5 shrink-0 text-muted" />}
      <span className="min-w-0">
        <span className="block truncate font-medium">{link.name}</span>
        <span className="text-sm text-muted">
          {say('file.size', { kb: Math.max(1, Math.round(link.bytes / 1024)) })}
        </span>
      </span>
    </a>
  )
}

function Picture({ link, onStale }: { link: FileLink; onStale(): void }) {
  const say = useSay()
  const { width = 4, height = 3, thumb, url, name, blur } = link
  const scale = Math.min(1, boxWidth / width, boxHeight / height)
  const size = width > 4 ? { width: width * scale, aspectRatio: `${width} / ${height}` } : { width: 192, height: 144 }
  const style = { ...size, ...(blur ? { backgroundImage: `url(${blur})`, backgroundSize: 'cover' } : {}) }
  if (!url) {
    return (
      <div role="status" style={style} className="flex items-center justify-center rounded-xl bg-sunken text-muted">
        <Spinner />
        <span className="sr-only">{say('file.pending', { name })}</span>
      </div>
    )
  }
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" className="block max-w-full overflow-hidden rounded-xl">
      <img
        src={thumb ?? url}
        alt={name}
        loading="lazy"
        decoding="async"
        onError={onStale}
        style={style}
        className="max-w-full rounded-xl bg-sunken object-cover"
      />
    </a>
  )
}
