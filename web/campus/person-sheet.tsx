/** What an admin can do about one person. */
import { useState } from 'react'
import type { Client } from '../../client/client'
import type { ListedPerson } from '../../client/methods/people'
import { Button } from '../ui/button'
import { Confirm } from '../ui/confirm'
import { Dialog } from '../ui/dialog'
import { explain } from '../ui/explain'
import { Select } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { fullTimeOf } from '../ui/times'
import { toast } from '../ui/toast'
import { LinkToCopy, useAct } from './parts'
import { paths } from './paths'
import { roles, type Role } from './roles'
import { useWords } from './words'

interface PersonSheetProps {
  client: Client
  person: ListedPerson
  onChange(): void
  onClose(): void
}

export function PersonSheet({ client, person, onChange, onClose }: PersonSheetProps) {
  const { say } = useWords()
  const { id, name } = person
  const [role, setRole] = useState<Role>(person.role)
  const [disabled, setDisabled] = useState(person.disabled)
  const [asking, setAsking] = useState(false)
  const { busy, problem, act } = useAct((error) => explain(error, say))
  const give = (next: Role): void =>
    act(async () => {
      setRole((await client.command('people.set_role', { user: id, role: next })).role)
      onChange()
    })
  const set = async (command: 'people.disable' | 'people.enable'): Promise<void> => {
    setDisabled((await client.command(command, { user: id })).disabled)
    onChange()
  }
  const signOut = (): void =>
    act(async () => {
      const { ended } = await client.command('people.revoke_all', { user: id })
      toast(say('people.sessions.done', { n: ended }))
    })
  if (asking) {
    return (
      <Confirm
        title={say('people.disable.title', { name })}
        yes={say('people.disable')}
        onYes={() => set('people.disable')}
        onClose={() => setAsking(false)}
      >
        {say('people.disable.text')}
      </Confirm>
    )
  }
  return (
    <Dialog title={name} shape="sheet" onClose={onClose}>
      <div className="flex flex-col gap-4">
        <Select
          label={say('people.role')}
          value={role}
          disabled={busy}
          onChange={give}
          options={roles.map((value) => ({ value, label: say(`role.${value}`) }))}
        />
        {problem && <Problem>{problem}</Problem>}
        <SignInLink client={client} person={person} />
        <Button look="outline" busy={busy} onClick={signOut}>
          {say('people.sessions')}
        </Button>
        {disabled ? (
          <Button look="outline" busy={busy} onClick={() => act(() => set('people.enable'))}>
            {say('people.enable')}
          </Button>
        ) : (
          <Button look="danger" onClick={() => setAsking(true)}>
            {say('people.disable')}
          </Button>
        )}
      </div>
    </Dialog>
  )
}

function SignInLink({ client, person: { id, name } }: Pick<PersonSheetProps, 'client' | 'person'>) {
  const { say, lang } = useWords()
  const [link, setLink] = useState<{ token: string; expiresAt: string }>()
  const { busy, problem, act } = useAct((error) => explain(error, say))
  const make = (): void => act(async () => setLink(await client.command('people.reset_link', { user: id })))
  return (
    <>
      {problem && <Problem>{problem}</Problem>}
      {link ? (
        <>
          <p>{say('people.link.text', { name, time: fullTimeOf(link.expiresAt, lang) })}</p>
          <LinkToCopy href={new URL(paths.reset(link.token), location.href).href} label={say('people.link')} />
        </>
      ) : (
        <Button look="outline" busy={busy} onClick={make}>
          {say('people.link')}
        </Button>
      )}
    </>
  )
}
