/** A new session now, or many from a timetable. */
import { useState } from 'react'
import type { Client } from '../../client/client'
import { newKey } from '../../client/key'
import type { PageProps } from '../shell/page'
import { navigate } from '../shell/router'
import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { Checkbox } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Tabs } from '../ui/tabs'
import { useSubmit } from '../ui/use-submit'
import { paths } from './paths'
import { blank, termsOf } from './terms'
import { TermsFields } from './terms-fields'
import { TimetableForm } from './timetable-form'
import { today } from './when'
import { useSay } from './words'

export default function CreatePage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const [how, setHow] = useState<'now' | 'later'>('now')
  const tabs = (['now', 'later'] as const).map((id) => ({ id, label: say(`new.${id}`) }))
  return (
    <PageBody title={say('new.title')}>
      <Tabs label={say('new.how')} tabs={tabs} value={how} onChange={setHow}>
        {how === 'now' ? <NowForm client={client} /> : <TimetableForm client={client} />}
      </Tabs>
    </PageBody>
  )
}

function NowForm({ client }: { client: Client }) {
  const say = useSay()
  const [form, setForm] = useState(blank)
  const [minutes, setMinutes] = useState('100')
  const [day, setDay] = useState(false)
  // One intent, however often it is sent: what is sent changes, it is another one.
  const [key, setKey] = useState(newKey)
  const changed = (): void => setKey(newKey())
  const { busy, problem, onSubmit } = useSubmit(async () => {
    const closesAt = new Date(client.connection.nowMs() + Number(minutes) * 60_000).toISOString()
    const times = day ? { wholeDay: today() } : { closesAt }
    const { id } = await client.command('attendance.open', { ...termsOf(form), ...times }, { key })
    navigate(paths.board(id))
  })
  return (
    <form onSubmit={onSubmit} onChange={changed} className="flex flex-col gap-5">
      <TermsFields client={client} form={form} titleNeeded onChange={(more) => setForm({ ...form, ...more })} />
      <Checkbox label={say('new.day')} checked={day} onChange={(event) => setDay(event.target.checked)} />
      {!day && (
        <Field
          label={say('new.minutes')}
          type="number"
          inputMode="numeric"
          min={1}
          max={1440}
          required
          value={minutes}
          onChange={(event) => setMinutes(event.target.value)}
        />
      )}
      {problem && <Problem>{problem}</Problem>}
      <Button type="submit" busy={busy} className="min-h-13 text-lg">
        {say('new.submit')}
      </Button>
    </form>
  )
}
