/** Announcing a drop. */
import { useCallback, useState } from 'react'
import { newKey } from '../../client/key'
import type { CreateInput, Mode } from '../../services/drops/model'
import type { PageProps } from '../shell/page'
import { navigate } from '../shell/router'
import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { Checkbox, Select } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { useQuery } from '../ui/use-query'
import { useSubmit } from '../ui/use-submit'
import { useSay } from './organise/words'
import { paths } from './paths'

interface Class {
  id: string
  name: string
}

export default function CreatePage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const [mode, setMode] = useState<Mode>('first_come')
  const [key] = useState(() => newKey())
  const { value } = useQuery(useCallback((signal) => client.query('people.classes', {}, { signal }), [client]))
  const classes = value?.classes ?? []
  const { busy, problem, onSubmit } = useSubmit(async (read) => {
    const { id } = await client.command('drops.create', inputOf(read, mode, classes), { key })
    navigate(paths.organise(id), { replace: true })
  })
  return (
    <PageBody title={say('create.title')}>
      <form onSubmit={onSubmit} className="flex max-w-xl flex-col gap-5">
        <What />
        <Order mode={mode} onMode={setMode} classes={classes} />
        <Checkbox label={say('create.waitlist')} hint={say('create.waitlist.hint')} name="waitlist" />
        <Checkbox label={say('create.guests')} hint={say('create.guests.hint')} name="guests" />
        <p className="text-muted">{say('create.fixed')}</p>
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy}>
          {say('create.submit')}
        </Button>
      </form>
    </PageBody>
  )
}

const numeric = { type: 'number', required: true }

/** What it is, how much there is of it, when, and how much for whom. */
function What() {
  const say = useSay()
  return (
    <>
      <Field label={say('create.name')} hint={say('create.name.hint')} name="title" required maxLength={120} />
      <Field label={say('create.stock')} name="stock" {...numeric} min={1} max={100_000} defaultValue={100} />
      <Field
        label={say('create.opensAt')}
        hint={say('create.opensAt.hint')}
        name="opensAt"
        type="datetime-local"
        step={1}
        required
        defaultValue={localIn(3600)}
      />
      <Field label={say('create.perPerson')} name="perPerson" {...numeric} min={1} max={100} defaultValue={1} />
      <Field
        label={say('create.hold')}
        hint={say('create.hold.hint')}
        name="hold"
        {...numeric}
        min={0}
        max={1440}
        defaultValue={5}
      />
    </>
  )
}

interface OrderProps {
  mode: Mode
  onMode(mode: Mode): void
  classes: readonly Class[]
}

/** A lobby can serve a class first. */
function Order({ mode, onMode, classes }: OrderProps) {
  const say = useSay()
  const modes = (['first_come', 'lobby'] as const).map((value) => ({ value, label: say(`create.mode.${value}`) }))
  const none = { value: '', label: say('create.first.none') }
  return (
    <>
      <Select<Mode> label={say('create.mode')} options={modes} value={mode} onChange={onMode} />
      {mode === 'lobby' && classes.length > 0 && (
        <Select
          label={say('create.first')}
          name="first"
          options={[none, ...classes.map(({ id, name }) => ({ value: id, label: name }))]}
        />
      )}
    </>
  )
}

function inputOf(read: (name: string) => string, mode: Mode, classes: readonly Class[]): CreateInput {
  const first = classes.find(({ id }) => id === read('first'))
  return {
    title: read('title').trim(),
    stock: Number(read('stock')),
    opensAt: new Date(read('opensAt')).toISOString(),
    perPerson: Number(read('perPerson')),
    holdSeconds: Math.round(Number(read('hold')) * 60),
    mode,
    waitlist: read('waitlist') === 'on',
    guests: read('guests') === 'on',
    ...(first && mode === 'lobby' ? { first: { class: first.id, name: first.name } } : {}),
  }
}

/** As the browser's field wants it: local time, whole minutes. */
function localIn(seconds: number): string {
  const at = new Date(Date.now() + seconds * 1000)
  at.setMinutes(at.getMinutes() - at.getTimezoneOffset(), 0, 0)
  return at.toISOString().slice(0, 16)
}
