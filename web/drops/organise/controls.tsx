import { useState } from 'react'
import { newKey } from '../../../client/key'
import type { Drop } from '../../../services/drops/model'
import { navigate } from '../../shell/router'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { Problem } from '../../ui/notice'
import { useSubmit } from '../../ui/use-submit'
import { paths } from '../paths'
import type { Desk } from './desk'
import { useSay } from './words'

const card = 'flex flex-col gap-4 rounded-2xl border border-line bg-surface p-4'

/** Stock, pause, rehearsal. */
export function Controls({ desk, drop }: { desk: Desk; drop: Drop }) {
  const say = useSay()
  return (
    <>
      <Restock desk={desk} drop={drop} />
      {drop.status === 'paused' ? (
        <Act
          desk={desk}
          title={say('desk.pause')}
          text={say('desk.pause.text')}
          button={say('desk.resume')}
          act={() => desk.client.command('drops.resume', { drop: drop.id })}
        />
      ) : (
        <Act
          desk={desk}
          title={say('desk.pause')}
          text={say('desk.pause.text')}
          button={say('desk.pause')}
          act={() => desk.client.command('drops.pause', { drop: drop.id })}
        />
      )}
      {drop.rehearsal === undefined ? (
        <Act
          desk={desk}
          title={say('desk.rehearse')}
          text={say('desk.rehearse.text')}
          button={say('desk.rehearse.start')}
          act={async () =>
            navigate(paths.organise((await desk.client.command('drops.rehearse', { drop: drop.id })).id))
          }
        />
      ) : (
        <Act
          desk={desk}
          title={say('desk.rehearse')}
          text={say('desk.rehearsal')}
          button={say('desk.discard')}
          act={async () => {
            await desk.client.command('drops.discard', { drop: drop.id })
            navigate(paths.organise(drop.rehearsal!), { replace: true })
          }}
        />
      )}
    </>
  )
}

interface ActProps {
  desk: Desk
  title: string
  text: string
  button: string
  act(): Promise<unknown>
}

function Act({ title, text, button, act }: ActProps) {
  const { busy, problem, onSubmit } = useSubmit(async () => void (await act()))
  return (
    <form onSubmit={onSubmit} className={card}>
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="text-muted">{text}</p>
      {problem && <Problem>{problem}</Problem>}
      <Button type="submit" look="outline" busy={busy} className="mt-auto self-start">
        {button}
      </Button>
    </form>
  )
}

function Restock({ desk, drop }: { desk: Desk; drop: Drop }) {
  const say = useSay()
  const [key, setKey] = useState(() => newKey())
  const taken = drop.sold + drop.held
  const { busy, problem, onSubmit } = useSubmit(async (read) => {
    await desk.client.command('drops.restock', { drop: drop.id, stock: Number(read('stock')) }, { key })
    setKey(newKey())
  })
  return (
    <form onSubmit={onSubmit} onChange={() => setKey(newKey())} className={card}>
      <h2 className="text-lg font-semibold">{say('desk.stock')}</h2>
      <Field
        key={drop.stock}
        label={say('desk.stock.label')}
        hint={say('desk.stock.hint', { taken })}
        name="stock"
        type="number"
        required
        min={0}
        max={100_000}
        defaultValue={drop.stock}
      />
      {problem && <Problem>{problem}</Problem>}
      <Button type="submit" look="outline" busy={busy} className="self-start">
        {say('desk.stock.set')}
      </Button>
    </form>
  )
}
