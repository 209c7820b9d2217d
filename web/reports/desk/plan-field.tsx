/** The plan of a place, as an admin brings it: a picture, and how wide in life what it shows is. */
import { useState, type ChangeEvent } from 'react'
import type { Client } from '../../../client/client'
import { newKey } from '../../../client/key'
import { upload } from '../../../client/upload'
import type { Place } from '../../../services/reports/model'
import { Button } from '../../ui/button'
import { Field } from '../../ui/field'
import { toast } from '../../ui/toast'
import { useAct } from '../use-act'
import { useWords } from './words'

interface PlanFieldProps {
  client: Client
  place: Place
  onDone(): void
}

const usualMetres = 50

export function PlanField({ client, place: { id, plan }, onDone }: PlanFieldProps) {
  const { say, lang } = useWords()
  const { busy, act } = useAct()
  const [metres, setMetres] = useState(plan?.metres ?? usualMetres)
  const save = async (file: string | null): Promise<void> => {
    await client.command('reports.place_plan', { place: id, file, metres })
    toast(say(file ? 'places.plan.done' : 'places.plan.gone'))
    onDone()
  }
  const bring = async (picture: File): Promise<void> => {
    await save(await upload(picture, { name: picture.name, key: newKey(), lang }))
  }
  const chosen = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    const [picture] = target.files ?? []
    target.value = ''
    if (picture) act(() => bring(picture))
  }
  return (
    <fieldset disabled={busy} className="mt-5 flex flex-col gap-3 rounded-2xl border border-dashed border-field p-4">
      <legend className="px-1 font-medium">{say('places.plan')}</legend>
      <p className="text-sm text-muted">{say('places.plan.hint')}</p>
      <Field
        label={say('places.plan.metres')}
        type="number"
        inputMode="decimal"
        min={1}
        max={5000}
        value={metres}
        onChange={({ target }) => setMetres(Math.max(1, target.valueAsNumber || usualMetres))}
      />
      <label className="flex flex-col gap-1">
        <span className="text-sm font-medium">{say(plan ? 'places.plan.other' : 'places.plan.choose')}</span>
        <input type="file" accept="image/*" onChange={chosen} className="min-h-11 max-w-full" />
      </label>
      {plan && (
        <Button type="button" look="outline" onClick={() => act(() => save(null))}>
          {say('places.plan.remove')}
        </Button>
      )}
    </fieldset>
  )
}
