/** Reporting: a photo, where, what. Everything else is optional. What is sent is kept on the device until it is there. */
import { useCallback, useEffect, useState, type FormEvent } from 'react'
import type { Client } from '../../client/client'
import type { Category, Priority } from '../../services/reports/model'
import type { PageProps } from '../shell/page'
import { navigate } from '../shell/router'
import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { Checkbox, TextArea } from '../ui/inputs'
import { PhotoPicker } from '../ui/photo-picker'
import { useQuery } from '../ui/use-query'
import { takeShared } from '../worker/shared'
import { Chips } from './choice'
import { draftsOf, type Drafts } from './drafts'
import { Focused } from './focused'
import { paths } from './paths'
import { PlaceField, placeOf, type Where } from './place-field'
import { Questions } from './questions'
import { Similar } from './similar'
import { useWords } from './words'

const mostPhotos = 5

export default function CreatePage({ signedIn, query }: PageProps) {
  const { say } = useWords()
  const { client } = signedIn
  const code = query.get('place')
  const { value: at, error } = useQuery(
    useCallback(
      async (signal) => (code ? (await client.query('reports.at', { code }, { signal })).place : undefined),
      [client, code],
    ),
  )
  // A sticker that can't be looked up keeps nobody from reporting.
  if (code && !at && !error) return null
  const first = at ? { text: at.path, place: at } : { text: '' }
  return (
    <Focused title={say('new.title')} back={paths.home}>
      <Form client={client} drafts={draftsOf(signedIn)} first={first} shared={query.has('shared')} />
    </Focused>
  )
}

interface FormProps {
  client: Client
  drafts: Drafts
  first: Where
  /** Photos were shared from another app. */
  shared: boolean
}

function usePhotos(shared: boolean) {
  const [photos, setPhotos] = useState<readonly File[]>([])
  useEffect(() => {
    if (shared) void takeShared().then((files) => files.length > 0 && setPhotos(files.slice(0, mostPhotos)))
  }, [shared])
  return [photos, setPhotos] as const
}

function Form({ client, drafts, first, shared }: FormProps) {
  const { say, lang } = useWords()
  const [photos, setPhotos] = usePhotos(shared)
  const [where, setWhere] = useState(first)
  const [title, setTitle] = useState('')
  const [category, setCategory] = useState<Category>()
  const [priority, setPriority] = useState<Priority>()
  const { value } = useQuery(useCallback((signal) => client.query('reports.categories', {}, { signal }), [client]))
  const place = placeOf(where)
  const name = title.trim() || category?.name[lang]
  const send = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault()
    if (!place || !name) return
    const more = extras(new FormData(event.currentTarget), category)
    const input = { title: name, place, ...more, ...(priority ? { priority } : {}) }
    await drafts.add({ ...input, ...(category ? { category: category.id } : {}) }, photos)
    navigate(paths.home, { replace: true })
  }
  return (
    <form onSubmit={(event) => void send(event)} className="flex max-w-xl flex-col gap-6">
      <PhotoPicker label={say('new.photos')} photos={photos} max={mostPhotos} onChange={setPhotos} />
      <PlaceField client={client} where={where} onChange={setWhere} />
      <Chips
        label={say('new.category')}
        options={(value?.categories ?? []).map((one) => ({ value: one.id, label: one.name[lang] }))}
        value={category?.id}
        onChange={(id) => setCategory(value?.categories.find((one) => one.id === id))}
      />
      <Field
        label={say('new.name')}
        hint={say('new.name.hint')}
        value={title}
        maxLength={200}
        onChange={({ target }) => setTitle(target.value)}
      />
      {category && <Questions key={category.id} category={category} />}
      {place && <Similar client={client} place={place} text={title} />}
      <Urgency priority={priority ?? category?.priority ?? 'normal'} onChange={setPriority} />
      <More />
      <Send disabled={!place || !name} />
    </form>
  )
}

function Urgency({ priority, onChange }: { priority: Priority; onChange(priority: Priority): void }) {
  const { say } = useWords()
  const options = (['normal', 'medium', 'emergency'] as const).map((value) => ({
    value,
    label: say(`priority.${value}`),
  }))
  const hint = priority === 'emergency' ? say('priority.emergency.hint') : undefined
  return (
    <Chips<Priority> label={say('new.priority')} options={options} value={priority} hint={hint} onChange={onChange} />
  )
}

/** Always in reach of a thumb. */
function Send({ disabled }: { disabled: boolean }) {
  const { say } = useWords()
  return (
    <div className="sticky bottom-0 -mx-4 border-t border-line bg-paper px-4 py-3 md:static md:mx-0 md:border-0 md:px-0">
      <Button type="submit" disabled={disabled} className="w-full">
        {say('new.submit')}
      </Button>
    </div>
  )
}

function More() {
  const { say } = useWords()
  return (
    <details className="rounded-xl border border-line px-4">
      <summary className="min-h-11 cursor-pointer py-2.5 font-medium">{say('new.more')}</summary>
      <div className="flex flex-col gap-4 pb-4">
        <TextArea label={say('new.details')} name="details" maxLength={4000} />
        <Checkbox label={say('new.hideName')} hint={say('new.hideName.hint')} name="hideName" />
        <Checkbox label={say('new.private')} hint={say('new.private.hint')} name="private" />
      </div>
    </details>
  )
}

function extras(form: FormData, category: Category | undefined) {
  const text = (name: string): string => {
    const value = form.get(name)
    return typeof value === 'string' ? value.trim() : ''
  }
  const answers = (category?.questions ?? []).flatMap(({ id }) => {
    const answer = text(`answer-${id}`)
    return answer ? [[id, answer] as const] : []
  })
  return {
    ...(text('details') ? { details: text('details') } : {}),
    ...(answers.length > 0 ? { answers: Object.fromEntries(answers) } : {}),
    private: form.get('private') === 'on',
    hideName: form.get('hideName') === 'on',
  }
}
