import { useCallback, useState } from 'react'
import type { Client } from '../../client/client'
import type { MadeKind } from '../../services/discussion/model'
import { navigate } from '../shell/router'
import { paths } from './paths'
import type { SignedIn } from '../shell/session'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Field } from '../ui/field'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { Select } from '../ui/inputs'
import { useQuery } from '../ui/use-query'
import { useStore } from '../ui/use-store'
import { useSubmit } from '../ui/use-submit'
import { useSay } from './words'
import { kindIcons } from './channel-list'
import type { Directory } from './directory'
import { newKey } from '../../client/key'
import { kindsFor } from './rights'

interface CreateChannelProps {
  signedIn: SignedIn
  directory: Directory
  onClose(): void
}

export function CreateChannel({ signedIn, directory, onClose }: CreateChannelProps) {
  const say = useSay()
  const { client } = signedIn
  const { server } = useStore(client.connection.status)
  const kinds = kindsFor(server?.user.role ?? 'guest')
  // One intent, however often it is sent; another name is another intent.
  const [intent, setIntent] = useState({ key: newKey() })
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    const [category, about, ofClass] = [value('category').trim(), value('about').trim(), value('class')]
    const input = {
      ...{ name: value('name').trim(), kind: value('kind') as MadeKind },
      ...(category ? { category } : {}),
      ...(about ? { about } : {}),
      ...(ofClass ? { class: ofClass } : {}),
    }
    const { id } = await client.command('discussion.create', input, intent)
    await directory.refresh()
    onClose()
    navigate(paths.channel(id))
  })
  return (
    <Dialog title={say('create.title')} onClose={onClose}>
      <form onSubmit={onSubmit} onChange={() => setIntent({ key: newKey() })} className="flex flex-col gap-4">
        <Field
          label={say('create.name')}
          hint={say('create.name.hint')}
          name="name"
          required
          maxLength={80}
          autoComplete="off"
          autoFocus
        />
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1.5 font-medium">{say('create.kind')}</legend>
          {kinds.map((kind) => (
            <KindChoice key={kind} kind={kind} first={kind === kinds[0]} />
          ))}
        </fieldset>
        <Field label={say('create.category')} hint={say('create.category.hint')} name="category" maxLength={40} />
        <Field label={say('create.about')} name="about" maxLength={500} />
        <ClassChoice client={client} />
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy}>
          {say('create.submit')}
        </Button>
      </form>
    </Dialog>
  )
}

/** Those who teach may bring a class in from the start. */
function ClassChoice({ client }: { client: Client }) {
  const say = useSay()
  const { value } = useQuery(useCallback(() => client.query('people.classes', {}), [client]))
  const taught = value?.classes.filter(({ role }) => role !== 'student') ?? []
  if (taught.length === 0) return null
  const options = [
    { value: '', label: say('create.class.none') },
    ...taught.map(({ id, name }) => ({ value: id, label: name })),
  ]
  return <Select label={say('create.class')} name="class" defaultValue="" options={options} />
}

function KindChoice({ kind, first }: { kind: MadeKind; first: boolean }) {
  const say = useSay()
  return (
    <label className="flex cursor-pointer items-start gap-3 rounded-xl border border-field p-3 has-checked:border-accent has-checked:bg-accent-soft">
      <input type="radio" name="kind" value={kind} defaultChecked={first} className="mt-1 size-4 accent-accent" />
      <span>
        <span className="flex items-center gap-1.5 font-medium">
          <Icon name={kindIcons[kind]} className="size-4" />
          {say(`channel.kind.${kind}`)}
        </span>
        <span className="text-sm text-muted">{say(`channel.kind.${kind}.text`)}</span>
      </span>
    </label>
  )
}
