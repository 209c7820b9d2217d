/** What a sticker leads to: what is open here already, what was, and the way to report something new. */
import { useCallback } from 'react'
import type { PageProps } from '../shell/page'
import { Skeleton } from '../ui/spinner'
import { useQuery } from '../ui/use-query'
import { Cards } from './card'
import { Failed } from './failed'
import { Focused } from './focused'
import { paths } from './paths'
import { MeToo } from './similar'
import { WayLink } from '../shell/way-link'
import { useSay } from './words'

export default function StickerPage({ signedIn: { client }, params: { code } }: PageProps<{ code: string }>) {
  const say = useSay()
  const { value, error } = useQuery(
    useCallback((signal) => client.query('reports.at', { code }, { signal }), [client, code]),
  )
  if (!value) {
    return error ? <Failed error={error} /> : <Skeleton label={say('loading')} lines={['w-1/2', 'w-full']} />
  }
  const { place, open, past } = value
  return (
    <Focused title={place.name} back={paths.home}>
      <p className="text-muted">{place.path}</p>
      <p className="flex">
        <WayLink href={paths.createAt(place.code)} icon="camera" text={say('sticker.new')} strong />
      </p>
      {open.length + past.length === 0 && <p>{say('sticker.none')}</p>}
      {open.length > 0 && (
        <section className="flex flex-col gap-3">
          <h2 className="font-semibold">{say('sticker.open')}</h2>
          <Cards cards={open} extra={({ id }) => <MeToo client={client} report={id} />} />
        </section>
      )}
      {past.length > 0 && (
        <section className="flex flex-col gap-3">
          <h2 className="font-semibold">{say('sticker.past')}</h2>
          <Cards cards={past} />
        </section>
      )}
    </Focused>
  )
}
