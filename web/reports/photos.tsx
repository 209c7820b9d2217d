/** A report's photos: before beside after, each with how far it is. Addresses are asked for, and good for some hours. */
import { useCallback, useState } from 'react'
import type { Client } from '../../client/client'
import type { FileLink } from '../../services/files/model'
import type { Photo } from '../../services/reports/model'
import { IconButton } from '../ui/button'
import { Confirm } from '../ui/confirm'
import { Icon } from '../ui/icons'
import { useQuery } from '../ui/use-query'
import { useSay } from './words'

interface PhotosProps {
  client: Client
  report: string
  photos: readonly Photo[]
  moderates: boolean
}

export function Photos({ client, report, photos, moderates }: PhotosProps) {
  const say = useSay()
  const links = useLinks(client, photos)
  const [hiding, setHiding] = useState<string>()
  const parts = (['before', 'after', 'more'] as const)
    .map((part) => ({ part, photos: photos.filter((photo) => photo.part === part) }))
    .filter((group) => group.photos.length > 0)
  if (parts.length === 0) return null
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      {parts.map((group) => (
        <Part key={group.part} {...group} links={links} moderates={moderates} onHide={setHiding} />
      ))}
      {hiding && (
        <Confirm
          title={say('report.photo.hide')}
          onYes={async () => void (await client.command('reports.hide_photo', { report, photo: hiding }))}
          onClose={() => setHiding(undefined)}
        >
          {say('report.photo.hide.text')}
        </Confirm>
      )}
    </div>
  )
}

interface PartProps extends Pick<PhotosProps, 'photos' | 'moderates'> {
  part: Photo['part']
  links: ReadonlyMap<string, FileLink>
  onHide(photo: string): void
}

function Part({ part, photos, links, moderates, onHide }: PartProps) {
  const say = useSay()
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="font-semibold">{say(`report.${part}`)}</h2>
      <ul className="flex flex-col gap-2">
        {photos.map((photo, index) => (
          <li key={photo.id} className="relative">
            <Shown photo={photo} link={links.get(photo.id)} part={part} n={index + 1} />
            {moderates && !photo.hidden && (
              <IconButton
                label={say('report.photo.hide')}
                onClick={() => onHide(photo.id)}
                className="absolute top-2 right-2 border border-line bg-raised"
              >
                <Icon name="trash" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

interface ShownProps {
  photo: Photo
  link: FileLink | undefined
  part: Photo['part']
  n: number
}

const frame = 'flex aspect-4/3 w-full items-center justify-center rounded-2xl bg-sunken p-4 text-center text-muted'

function Shown({ photo, link, part, n }: ShownProps) {
  const say = useSay()
  if (photo.hidden) return <p className={frame}>{say('report.photo.hidden')}</p>
  if (photo.status === 'failed' || link?.status === 'failed')
    return <p className={frame}>{say('report.photo.failed')}</p>
  if (!link?.url) return <p className={`${frame} animate-pulse`}>{say('report.photo.pending')}</p>
  return (
    <a href={link.url} target="_blank" rel="noreferrer" className="block">
      <img
        src={link.url}
        alt={say('report.photo.alt', { part: say(`report.${part}`), n })}
        loading="lazy"
        // Its room is kept before it is there: nothing moves under a finger.
        width={link.width ?? 4}
        height={link.height ?? 3}
        className="h-auto max-h-96 w-full rounded-2xl bg-sunken object-contain"
      />
    </a>
  )
}

/** Asked for again when a photo gets further. */
function useLinks(client: Client, photos: readonly Photo[]): ReadonlyMap<string, FileLink> {
  const wanted = photos
    .filter(({ hidden }) => !hidden)
    .map(({ id, status }) => `${id} ${status}`)
    .join()
  const { value } = useQuery(
    useCallback(
      async (signal) => {
        const files = wanted
          .split(',')
          .filter(Boolean)
          .map((one) => one.split(' ')[0]!)
        return files.length > 0 ? client.query('files.links', { files }, { signal }) : { links: [] }
      },
      [client, wanted],
    ),
  )
  return new Map(value?.links.map((link) => [link.id, link]))
}
