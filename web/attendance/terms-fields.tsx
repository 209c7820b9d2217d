/** The fields that every new session has, now or by a timetable. */
import { useCallback } from 'react'
import type { Client } from '../../client/client'
import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { Icon } from '../ui/icons'
import { Checkbox, Select, TextArea } from '../ui/inputs'
import { useQuery } from '../ui/use-query'
import { askPosition } from './proofs'
import type { TermsForm } from './terms'
import { useSay } from './words'

interface TermsFieldsProps {
  client: Client
  form: TermsForm
  titleNeeded: boolean
  onChange(more: Partial<TermsForm>): void
}

export function TermsFields({ client, form, titleNeeded, onChange }: TermsFieldsProps) {
  const say = useSay()
  const { value } = useQuery(useCallback((signal) => client.query('people.classes', {}, { signal }), [client]))
  const campus = useQuery(useCallback((signal) => client.query('attendance.settings', {}, { signal }), [client]))
  const classes = value?.classes ?? []
  return (
    <>
      <Field
        label={say('new.name')}
        value={form.title}
        required={titleNeeded}
        maxLength={120}
        onChange={(event) => onChange({ title: event.target.value })}
      />
      <Select
        label={say('new.class')}
        value={form.class}
        onChange={(klass: string) => onChange({ class: klass })}
        options={[
          { value: '', label: say('new.class.none') },
          ...classes.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <Field
        label={say('new.late')}
        type="number"
        inputMode="numeric"
        min={0}
        max={1440}
        value={form.lateAfter}
        onChange={(event) => onChange({ lateAfter: event.target.value })}
      />
      <RuleFields form={form} networks={campus.value?.networks ?? []} onChange={onChange} />
      {form.class !== '' && (
        <Field
          label={say('new.warn')}
          type="number"
          inputMode="numeric"
          min={1}
          max={100}
          value={form.warnBelow}
          onChange={(event) => onChange({ warnBelow: event.target.value })}
        />
      )}
      <Checkbox
        label={say('new.thread')}
        checked={form.thread}
        onChange={(event) => onChange({ thread: event.target.checked })}
      />
    </>
  )
}

interface RuleFieldsProps extends Pick<TermsFieldsProps, 'form' | 'onChange'> {
  /** Of the campus. */
  networks: readonly string[]
}

function RuleFields({ form, networks, onChange }: RuleFieldsProps) {
  const say = useSay()
  const byNetwork = (network: boolean): void =>
    onChange({ network, ...(network && form.networks === '' ? { networks: networks.join('\n') } : {}) })
  const many = [form.code, form.location, form.network].filter(Boolean).length > 1
  return (
    <fieldset className="flex flex-col gap-3 rounded-2xl border border-line p-4">
      <legend className="px-1 font-medium">{say('new.rules')}</legend>
      <Checkbox
        label={say('new.code')}
        checked={form.code}
        onChange={(event) => onChange({ code: event.target.checked })}
      />
      <Checkbox
        label={say('new.location')}
        hint={say('new.location.text')}
        checked={form.location}
        onChange={(event) => onChange({ location: event.target.checked })}
      />
      {form.location && <PlaceFields form={form} onChange={onChange} />}
      <Checkbox
        label={say('new.network')}
        checked={form.network}
        onChange={(event) => byNetwork(event.target.checked)}
      />
      {form.network && (
        <TextArea
          label={say('new.networks')}
          rows={2}
          required
          placeholder="10.20.0.0/16"
          value={form.networks}
          onChange={(event) => onChange({ networks: event.target.value })}
        />
      )}
      {many && (
        <Checkbox
          label={say('new.all')}
          checked={form.all}
          onChange={(event) => onChange({ all: event.target.checked })}
        />
      )}
    </fieldset>
  )
}

function PlaceFields({ form, onChange }: Pick<TermsFieldsProps, 'form' | 'onChange'>) {
  const say = useSay()
  const here = async (): Promise<void> => {
    const fix = await askPosition()
    if (fix) onChange({ lat: fix.lat.toFixed(6), lng: fix.lng.toFixed(6) })
  }
  const field = (name: 'lat' | 'lng' | 'radius', most: number) => (
    <Field
      label={say(`new.${name}`)}
      type="number"
      inputMode="decimal"
      step="any"
      min={name === 'radius' ? 5 : -most}
      max={most}
      required
      value={form[name]}
      onChange={(event) => onChange({ [name]: event.target.value })}
    />
  )
  return (
    <div className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-3">
        {field('lat', 90)}
        {field('lng', 180)}
        {field('radius', 50_000)}
      </div>
      <Button look="outline" className="self-start" onClick={() => void here()}>
        <Icon name="pin" />
        {say('new.here')}
      </Button>
    </div>
  )
}
