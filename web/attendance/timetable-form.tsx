/** A timetable is read first and shown; nothing is made before somebody has seen what would be. */
import { useState, type ChangeEvent } from 'react'
import type { Client } from '../../client/client'
import { newKey } from '../../client/key'
import type { Timetable } from '../../services/attendance/model/lists'
import { Button } from '../ui/button'
import { Field } from '../ui/field'
import { Select, TextArea } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { useSubmit } from '../ui/use-submit'
import { blank, linesOf, termsOf } from './terms'
import { TermsFields } from './terms-fields'
import { today, whenOf } from './when'
import { useSay, useWords } from './words'
import { zoneOptions } from './zones'

type Format = 'weekly' | 'csv' | 'ical'
const formats = ['weekly', 'csv', 'ical'] as const
const weeks = 16
const inWeeks = (): string => new Date(Date.now() + weeks * 7 * 86_400_000).toISOString().slice(0, 10)

interface When {
  format: Format
  text: string
  from: string
  to: string
  /** Empty: the campus's. */
  zone: string
  holidays: string
  early: string
}

export function TimetableForm({ client }: { client: Client }) {
  const say = useSay()
  const [form, setForm] = useState(blank)
  const [when, setWhen] = useState<When>(() => ({
    ...{ format: 'weekly', text: '', from: today(), to: inWeeks(), zone: '', holidays: '', early: '10' },
  }))
  const [read, setRead] = useState<Timetable>()
  const [key, setKey] = useState(newKey)
  const change = (more: Partial<When>): void => setWhen({ ...when, ...more })
  const changed = (): void => {
    setRead(undefined)
    setKey(newKey())
  }
  const { busy, problem, onSubmit } = useSubmit(async () => {
    const { holidays, early, zone, ...rest } = when
    const more = { ...(zone === '' ? {} : { zone }), holidays: linesOf(holidays), earlyMinutes: Number(early) }
    const input = { ...termsOf(form), ...rest, ...more }
    // What was read has another key than what is made: it is another intent.
    const dryRun = read === undefined
    const classes = await classNames(client)
    setRead(
      await client.command('attendance.timetable', { ...input, classes, dryRun }, { key: dryRun ? newKey() : key }),
    )
  })
  const isMade = read !== undefined && read.created.length > 0
  return (
    <form onSubmit={onSubmit} onChange={changed} className="flex flex-col gap-5">
      <WhenFields when={when} onChange={change} onFile={changed} />
      <TermsFields
        client={client}
        form={form}
        titleNeeded={when.format === 'weekly'}
        onChange={(more) => setForm({ ...form, ...more })}
      />
      {problem && <Problem>{problem}</Problem>}
      {read && <ReadSo read={read} />}
      {!isMade && (
        <Button type="submit" busy={busy} disabled={read?.sessions.length === 0} className="min-h-13 text-lg">
          {read ? say('new.make', { n: read.sessions.length }) : say('new.try')}
        </Button>
      )}
    </form>
  )
}

/** As tables may call them: by name or by code. */
async function classNames(client: Client): Promise<Record<string, string>> {
  const { classes } = await client.query('people.classes', {})
  return Object.fromEntries(classes.flatMap(({ id, name, code }) => [[name, id], ...(code ? [[code, id]] : [])]))
}

function WhenFields({ when, onChange, onFile }: { when: When; onChange(more: Partial<When>): void; onFile(): void }) {
  const say = useSay()
  const choose = ({ target }: ChangeEvent<HTMLInputElement>): void => {
    const file = target.files?.[0]
    if (!file) return
    const format = /\.ics$/i.test(file.name) ? 'ical' : 'csv'
    void file.text().then((text) => (onChange({ text, format }), onFile()))
  }
  return (
    <>
      <Select
        label={say('new.format')}
        value={when.format}
        onChange={(format: Format) => onChange({ format })}
        options={formats.map((format) => ({ value: format, label: say(`new.format.${format}`) }))}
      />
      <TextArea
        label={say('new.text')}
        hint={say(`new.text.${when.format}`)}
        required
        className="font-mono"
        value={when.text}
        onChange={(event) => onChange({ text: event.target.value })}
      />
      <Field
        label={say('new.file')}
        type="file"
        accept=".csv,.ics,text/csv,text/calendar"
        className="py-3"
        onChange={choose}
      />
      <SpanFields when={when} onChange={onChange} />
      <Field
        label={say('new.early')}
        type="number"
        inputMode="numeric"
        min={0}
        max={1440}
        value={when.early}
        onChange={(event) => onChange({ early: event.target.value })}
      />
      <TextArea
        label={say('new.holidays')}
        hint={say('new.holidays.hint')}
        rows={2}
        value={when.holidays}
        onChange={(event) => onChange({ holidays: event.target.value })}
      />
    </>
  )
}

function SpanFields({ when, onChange }: { when: When; onChange(more: Partial<When>): void }) {
  const say = useSay()
  return (
    <div className="grid gap-3 sm:grid-cols-3">
      <Field
        label={say('new.from')}
        type="date"
        required
        value={when.from}
        onChange={(event) => onChange({ from: event.target.value })}
      />
      <Field
        label={say('new.to')}
        type="date"
        required
        value={when.to}
        onChange={(event) => onChange({ to: event.target.value })}
      />
      <Select
        label={say('new.zone')}
        value={when.zone}
        onChange={(zone: string) => onChange({ zone })}
        options={[{ value: '', label: say('new.zone.campus') }, ...zoneOptions()]}
      />
    </div>
  )
}

const mostShown = 40

function ReadSo({ read: { sessions, skipped, created } }: { read: Timetable }) {
  const { say, lang } = useWords()
  const title = created.length > 0 ? say('new.made', { n: created.length }) : say('new.read', { n: sessions.length })
  return (
    <section
      aria-live="polite"
      data-testid="read"
      className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-4"
    >
      <h2 className="font-semibold">{title}</h2>
      <ul className="flex flex-col gap-1">
        {sessions.slice(0, mostShown).map((one) => (
          <li key={`${one.startsAt} ${one.title}`} className="flex flex-wrap gap-x-3">
            <span className="tabular-nums">{whenOf(one.startsAt, lang)}</span>
            <span dir="auto">{one.title}</span>
          </li>
        ))}
        {sessions.length > mostShown && <li>…</li>}
      </ul>
      {skipped.length > 0 && <Skipped skipped={skipped} />}
    </section>
  )
}

function Skipped({ skipped }: Pick<Timetable, 'skipped'>) {
  const { say, lang } = useWords()
  return (
    <>
      <h3 className="font-semibold">{say('new.skipped', { n: skipped.length })}</h3>
      <ul className="flex flex-col gap-1 text-muted">
        {skipped.slice(0, mostShown).map(({ what, why }) => (
          <li key={`${what} ${why.en}`}>
            <span dir="auto">{what}</span>: {why[lang]}
          </li>
        ))}
      </ul>
    </>
  )
}
