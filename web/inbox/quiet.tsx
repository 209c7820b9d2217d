import type { Client } from '../../client/client'
import type { Wishes } from '../../services/inbox/model'
import { Field } from '../ui/field'
import { Checkbox } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { useWishes } from './use-wishes'
import { useSay } from './words'

/** Where nobody said otherwise. */
const usual = { from: 22 * 60, to: 6 * 60 }

const clock = (minutes: number): string =>
  `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
const minutesOf = (text: string): number | undefined => {
  const match = /^(\d\d):(\d\d)/.exec(text)
  return match ? Number(match[1]) * 60 + Number(match[2]) : undefined
}

/** Hours in which devices stay silent, by the clock of the place where this device is. */
export function Quiet({ client, wishes }: { client: Client; wishes: Wishes }) {
  const say = useSay()
  const { now, problem, wish } = useWishes(client, wishes)
  const { quiet } = now
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const change = (part: Partial<typeof usual>): void => wish({ quiet: { ...usual, ...quiet, ...part }, zone: timeZone })
  const time = (part: 'from' | 'to') => (
    <Field
      label={say(`quiet.${part}`)}
      type="time"
      required
      defaultValue={clock(quiet?.[part] ?? usual[part])}
      onBlur={({ target }) => {
        const minutes = minutesOf(target.value)
        if (minutes !== undefined && minutes !== quiet?.[part]) change({ [part]: minutes })
      }}
    />
  )
  return (
    <section className="flex flex-col gap-4">
      <h2 className="text-lg font-semibold">{say('quiet.title')}</h2>
      <Checkbox
        label={say('quiet.on')}
        hint={say('quiet.text')}
        checked={quiet !== null}
        onChange={({ target }) => (target.checked ? change({}) : wish({ quiet: null }))}
      />
      {quiet && (
        <div className="grid max-w-sm grid-cols-2 gap-4">
          {time('from')}
          {time('to')}
        </div>
      )}
      {quiet && <p className="text-sm text-muted">{say('quiet.zone', { zone: now.zone.replaceAll('_', ' ') })}</p>}
      {problem !== undefined && <Problem>{problem}</Problem>}
    </section>
  )
}
