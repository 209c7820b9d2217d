import { useState } from 'react'
import type { Author } from '../../services/discussion/model'
import { navigate } from '../shell/router'
import type { SignedIn } from '../shell/session'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Problem } from '../ui/notice'
import { useStore } from '../ui/use-store'
import { useSubmit } from '../ui/use-submit'
import type { Directory } from './directory'
import { paths } from './paths'
import { PeoplePicker } from './people-picker'
import { useSay } from './words'

interface DirectProps {
  signedIn: SignedIn
  directory: Directory
  onClose(): void
}

/** Direct messages with one person or several; the same people, the same conversation. */
export function Direct({ signedIn: { client }, directory, onClose }: DirectProps) {
  const say = useSay()
  const { server } = useStore(client.connection.status)
  const [chosen, setChosen] = useState<readonly Author[]>([])
  const { busy, problem, onSubmit } = useSubmit(async () => {
    const { id } = await client.command('discussion.direct', { people: chosen.map((person) => person.id) })
    await directory.refresh()
    onClose()
    navigate(paths.channel(id))
  })
  return (
    <Dialog title={say('direct.title')} onClose={onClose}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <PeoplePicker client={client} chosen={chosen} without={[server?.user.id ?? '']} onChange={setChosen} />
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy} disabled={chosen.length === 0}>
          {say('direct.begin')}
        </Button>
      </form>
    </Dialog>
  )
}
