import { useState } from 'react'
import { newKey } from '../../../client/key'
import type { Drop } from '../../../services/drops/model'
import { navigate } from '../../shell/router'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/confirm'
import { Field } from '../../ui/field'
import { Problem } from '../../ui/notice'
import { useSubmit } from '../../ui/use-submit'
import { paths } from '../paths'
import type { Desk } from './desk'
import { useSay } from './words'

const card = 'flex flex-col gap-4 rounded-2xl border border-line bg-surface p-4'

/** Stock, pause, rehearsal, the end. */
export function Controls({ desk, drop }: OfDrop) {
  return (
    <>
      {drop.status !== 'closed' && <Restock desk={desk} drop={drop} />}
      {drop.status !== 'closed' && <Pause desk={desk} drop={drop} />}
      {drop.rehearsal === undefined ? (
        <Rehearse desk={desk} drop={drop} />
      ) : (
        <Discard desk={desk} drop={drop} original={drop.rehearsal} />
      )}
      <Close desk={desk} drop={drop} />
    </>
  )
}

interface OfDrop {
  desk: Desk
  drop: Drop
}

function Pause({ desk, drop }: OfDrop) {
  const say = useSay()
  const isPaused = drop.status === 'paused'
  const act = (): Promise<unknown> => desk.client.command(isPaused ? 'drops.resume' : 'drops.pause', { drop: drop.id })
  const button = say(isPaused ? 'desk.resume' : 'desk.pause')
  return <Act title={say('desk.pause')} text={say('desk.pause.text')} button={button} act={act} />
}

function Close({ desk, drop }: OfDrop) {
  const say = useSay()
  const [asking, setAsking] = useState(false)
  if (drop.status === 'closed') return null
  return (
    <section className={card}>
      <h2 className="text-lg font-semibold">{say('desk.close')}</h2>
      <p className="text-muted">{say('desk.close.text')}</p>
      <Button look="outline" onClick={() => setAsking(true)} className="mt-auto self-start">
        {say('desk.close')}
      </Button>
      {asking && (
        <Confirm
          title={say('desk.close.sure')}
          yes={say('desk.close')}
          onYes={async () => void (await desk.client.command('drops.close', { drop: drop.id }))}
          onClose={() => setAsking(false)}
        >
          {say('desk.close.text')}
        </Confirm>
      )}
    </section>
  )
}

function Rehearse({ desk, drop }: OfDrop) {
  const say = useSay()
  const act = async (): Promise<void> => {
    const { id } = await desk.client.command('drops.rehearse', { drop: drop.id })
    navigate(paths.organise(id))
  }
  const [title, button] = [say('desk.rehearse'), say('desk.rehearse.start')]
  return <Act title={title} text={say('desk.rehearse.text')} button={button} act={act} />
}

function Discard({ desk, drop, original }: OfDrop & { original: string }) {
  const say = useSay()
  const act = async (): Promise<void> => {
    await desk.client.command('drops.discard', { drop: drop.id })
    navigate(paths.organise(original), { replace: true })
  }
  return <Act title={say('desk.rehearse')} text={say('desk.rehearsal')} button={say('desk.discard')} act={act} />
}

interface ActProps {
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

function Restock({ desk, drop }: OfDrop) {
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
