/** A sheet of stickers to print: one a room or asset, each with its QR code. */
import { useCallback, useState } from 'react'
import type { Place } from '../../../services/reports/model'
import type { PageProps } from '../../shell/page'
import { Button } from '../../ui/button'
import { Select } from '../../ui/inputs'
import { PageBody } from '../../ui/page-body'
import { QrCode } from '../../ui/qr-code'
import { Skeleton } from '../../ui/spinner'
import { useQuery } from '../../ui/use-query'
import { Failed } from '../failed'
import { paths } from '../paths'
import { useSay } from './words'

export default function StickersPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const [of, setOf] = useState('')
  const { value, error } = useQuery(useCallback((signal) => client.query('reports.places', {}, { signal }), [client]))
  if (!value) return error ? <Failed error={error} /> : <Skeleton label={say('loading')} lines={['w-full', 'w-3/4']} />
  const groups = value.places.filter(({ kind }) => kind === 'building' || kind === 'floor')
  const chosen = groups.find(({ id }) => id === of)
  const shown = value.places.filter((place) =>
    chosen ? isIn(place, chosen) : place.kind === 'room' || place.kind === 'asset',
  )
  return (
    <PageBody
      title={say('stickers.title')}
      width="wide"
      actions={
        <Button className="print:hidden" onClick={() => print()}>
          {say('stickers.print')}
        </Button>
      }
    >
      <div className="flex flex-col gap-3 print:hidden">
        <p className="text-muted">{say('stickers.hint')}</p>
        <Select<string>
          label={say('stickers.of')}
          options={[
            { value: '', label: say('stickers.all') },
            ...groups.map(({ id, path }) => ({ value: id, label: path })),
          ]}
          value={of}
          onChange={setOf}
        />
      </div>
      <ul className="grid grid-cols-2 gap-3 sm:grid-cols-3 lg:grid-cols-4 print:grid-cols-3">
        {shown.map((place) => (
          <Sticker key={place.id} place={place} />
        ))}
      </ul>
    </PageBody>
  )
}

const isIn = (place: Place, group: Place): boolean => place.id === group.id || place.path.startsWith(`${group.path} · `)

/** Black on white whatever the theme: it is paper. */
function Sticker({ place }: { place: Place }) {
  const say = useSay()
  return (
    <li className="flex break-inside-avoid flex-col items-center gap-1 rounded-xl border border-black bg-white p-3 text-center text-black">
      <p className="text-sm font-semibold">{say('stickers.scan')}</p>
      <QrCode
        text={`${location.origin}${paths.sticker(place.code)}`}
        label={say('stickers.alt', { name: place.name })}
        className="w-40"
      />
      <p className="max-w-full text-sm font-medium break-words">{place.path}</p>
      <p className="font-mono text-xs">{place.code}</p>
    </li>
  )
}
