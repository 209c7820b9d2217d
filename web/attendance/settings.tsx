/** What holds for the whole campus. Teachers see it, admins change it. */
import { useCallback, useState } from 'react'
import type { Client } from '../../client/client'
import type { CampusSettings } from '../../services/attendance/model/lists'
import type { PageProps } from '../shell/page'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Field } from '../ui/field'
import { Select, TextArea } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Skeleton } from '../ui/spinner'
import { toast } from '../ui/toast'
import { useQuery } from '../ui/use-query'
import { useStore } from '../ui/use-store'
import { useSubmit } from '../ui/use-submit'
import { linesOf } from './terms'
import { useSay } from './words'
import { zoneNames, zoneOptions } from './zones'

export default function SettingsPage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const { value, error } = useQuery(
    useCallback((signal) => client.query('attendance.settings', {}, { signal }), [client]),
  )
  return (
    <PageBody title={say('campus.title')}>
      <p className="text-muted">{say('campus.text')}</p>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {!value && !error && <Skeleton label={say('loading')} lines={['w-full', 'w-full', 'w-1/2']} />}
      {value && <SettingsForm client={client} now={value} />}
    </PageBody>
  )
}

function SettingsForm({ client, now }: { client: Client; now: CampusSettings }) {
  const say = useSay()
  const mayChange = useStore(client.connection.status).server?.user.role === 'admin'
  const [zone, setZone] = useState(now.zone)
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    await client.command('attendance.configure', {
      ...{ zone, holidays: linesOf(value('holidays')), networks: linesOf(value('networks')) },
      locationDays: Number(value('locationDays')),
    })
    toast(say('campus.saved'))
  })
  return (
    <form onSubmit={onSubmit}>
      <fieldset disabled={!mayChange} className="flex flex-col gap-5">
        <Select
          label={say('new.zone')}
          hint={say('campus.zone.hint')}
          value={zone}
          onChange={setZone}
          options={zoneOptions(zoneNames.includes(now.zone) ? [] : [now.zone])}
        />
        <TextArea
          label={say('new.holidays')}
          hint={say('campus.holidays.hint')}
          name="holidays"
          rows={6}
          className="font-mono"
          defaultValue={now.holidays.join('\n')}
        />
        <TextArea
          label={say('new.networks')}
          hint={say('campus.networks.hint')}
          name="networks"
          rows={3}
          placeholder="10.20.0.0/16"
          className="font-mono"
          defaultValue={now.networks.join('\n')}
        />
        <Field
          label={say('campus.location')}
          hint={say('campus.location.hint')}
          name="locationDays"
          type="number"
          inputMode="numeric"
          min={0}
          max={90}
          required
          defaultValue={now.locationDays}
        />
        {problem && <Problem>{problem}</Problem>}
        {mayChange ? (
          <Button type="submit" busy={busy} className="min-h-13 text-lg">
            {say('campus.save')}
          </Button>
        ) : (
          <p className="text-muted">{say('campus.admins')}</p>
        )}
      </fieldset>
    </form>
  )
}
