/** The places of the campus, as admins keep them: one by one, or out of a spreadsheet. */
import { useCallback, useState, type ChangeEvent } from 'react'
import type { Client } from '../../../client/client'
import { placeKinds, type Place, type PlaceKind } from '../../../services/reports/model'
import type { PageProps } from '../../shell/page'
import { Button, IconButton } from '../../ui/button'
import { Confirm } from '../../ui/confirm'
import { Dialog } from '../../ui/dialog'
import { Field } from '../../ui/field'
import { Icon } from '../../ui/icons'
import { Select } from '../../ui/inputs'
import { Problem } from '../../ui/notice'
import { PageBody } from '../../ui/page-body'
import { Skeleton } from '../../ui/spinner'
import { toast } from '../../ui/toast'
import { useQuery } from '../../ui/use-query'
import { useSubmit } from '../../ui/use-submit'
import { Failed } from '../failed'
import { paths } from '../paths'
import { useAct } from '../use-act'
import { WayLink } from '../../shell/way-link'
import { linesOf } from './place-lines'
import { PlanField } from './plan-field'
import { useSay } from './words'

export default function PlacesPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const { value, error, refresh } = useQuery(
    useCallback((signal) => client.query('reports.places', {}, { signal }), [client]),
  )
  const [editing, setEditing] = useState<Place | 'new'>()
  const [removing, setRemoving] = useState<Place>()
  if (!value) return error ? <Failed error={error} /> : <Skeleton label={say('loading')} lines={['w-full', 'w-3/4']} />
  const actions = (
    <>
      <WayLink href={paths.stickers} icon="scan" text={say('stickers.title')} />
      <Button onClick={() => setEditing('new')}>{say('places.add')}</Button>
    </>
  )
  return (
    <PageBody title={say('places.title')} actions={actions}>
      <Import client={client} onDone={refresh} />
      <p className="text-muted">
        {value.places.length === 0 ? say('places.none') : say('places.count', { n: value.places.length })}
      </p>
      <ul className="flex flex-col divide-y divide-line">
        {value.places.map((place) => (
          <Row key={place.id} place={place} onEdit={() => setEditing(place)} onRemove={() => setRemoving(place)} />
        ))}
      </ul>
      {editing && (
        <Edit
          client={client}
          place={editing === 'new' ? undefined : editing}
          places={value.places}
          onDone={refresh}
          onClose={() => setEditing(undefined)}
        />
      )}
      {removing && (
        <Confirm
          title={say('places.remove')}
          onYes={async () => {
            await client.command('reports.place_remove', { place: removing.id })
            refresh()
          }}
          onClose={() => setRemoving(undefined)}
        >
          {say('places.remove.text', { name: removing.name })}
        </Confirm>
      )}
    </PageBody>
  )
}

function Row({ place, onEdit, onRemove }: { place: Place; onEdit(): void; onRemove(): void }) {
  const say = useSay()
  return (
    <li className="flex items-center gap-2 py-1.5">
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{place.path}</p>
        <p className="text-sm text-muted">
          {say(`places.kind.${place.kind}`)} · <code>{place.code}</code>
        </p>
      </div>
      <IconButton label={`${say('places.save')}: ${place.name}`} onClick={onEdit}>
        <Icon name="edit" />
      </IconButton>
      <IconButton label={`${say('places.remove')}: ${place.name}`} onClick={onRemove}>
        <Icon name="trash" />
      </IconButton>
    </li>
  )
}

interface EditProps {
  client: Client
  place: Place | undefined
  places: readonly Place[]
  onDone(): void
  onClose(): void
}

function Edit({ client, place, places, onDone, onClose }: EditProps) {
  const say = useSay()
  const [kind, setKind] = useState<PlaceKind>(place?.kind ?? 'room')
  const [parent, setParent] = useState(place?.parent ?? '')
  const { busy, problem, onSubmit } = useSubmit(async (read) => {
    const code = read('code').trim()
    const more = { ...(place ? { id: place.id } : {}), ...(code ? { code } : {}) }
    await client.command('reports.place_save', { kind, parent: parent || null, name: read('name').trim(), ...more })
    onDone()
    onClose()
  })
  const above = places.filter(
    ({ id, kind: other }) => id !== place?.id && placeKinds.indexOf(other) < placeKinds.indexOf(kind),
  )
  return (
    <Dialog title={place?.name ?? say('places.add')} onClose={onClose}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <Field label={say('places.name')} name="name" required maxLength={80} defaultValue={place?.name} />
        <Select<PlaceKind>
          label={say('places.kind')}
          options={placeKinds.map((value) => ({ value, label: say(`places.kind.${value}`) }))}
          value={kind}
          onChange={setKind}
        />
        <Select<string>
          label={say('places.parent')}
          options={[
            { value: '', label: say('places.parent.none') },
            ...above.map(({ id, path }) => ({ value: id, label: path })),
          ]}
          value={parent}
          onChange={setParent}
        />
        <Field
          label={say('places.code')}
          hint={say('places.code.hint')}
          name="code"
          maxLength={32}
          defaultValue={place?.code}
        />
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy}>
          {say('places.save')}
        </Button>
      </form>
      {place && <PlanField client={client} place={place} onDone={onDone} />}
    </Dialog>
  )
}

function Import({ client, onDone }: { client: Client; onDone(): void }) {
  const say = useSay()
  const { act } = useAct()
  const bring = async (file: File): Promise<void> => {
    const lines = linesOf(await file.text())
    if (lines.length === 0) return toast(say('places.import.empty'))
    const { made, changed } = await client.command('reports.place_import', { lines })
    toast(say('places.import.done', { made, changed }))
    onDone()
  }
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    const [file] = target.files ?? []
    target.value = ''
    if (file) act(() => bring(file))
  }
  return (
    <label className="flex flex-col gap-1 rounded-2xl border border-dashed border-field p-4">
      <span className="font-medium">{say('places.import')}</span>
      <span className="text-sm text-muted">{say('places.import.hint')}</span>
      <input type="file" accept=".csv,text/csv,text/plain" onChange={chosen} className="mt-1 min-h-11 max-w-full" />
    </label>
  )
}
