/** Oneself: how one is shown, how one comes in, where one is signed in, what is kept. */
import { useCallback, useState } from 'react'
import type { Client } from '../../client/client'
import type { Me } from '../../client/methods/people'
import type { PageProps } from '../shell/page'
import { Preferences } from '../shell/preferences'
import { auth, openSession } from '../shell/session'
import { lang as chosen } from '../shell/settings'
import { colours, hueOf, initials } from '../ui/avatar'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Field, PasswordField } from '../ui/field'
import { Select } from '../ui/inputs'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { toast } from '../ui/toast'
import { useQuery } from '../ui/use-query'
import { useSubmit } from '../ui/use-submit'
import { DataSection } from './me-data'
import { SessionsSection } from './me-sessions'
import { Section } from './parts'
import { useSay } from './words'

const zones = ['Asia/Jakarta', 'Asia/Makassar', 'Asia/Jayapura'] as const

export default function MePage({ signedIn: { client } }: PageProps) {
  const say = useSay()
  const { value, error, refresh } = useQuery(
    useCallback((signal: AbortSignal) => client.query('people.me', { whole: true }, { signal }), [client]),
  )
  return (
    <PageBody title={say('me.title')}>
      {error !== undefined && <Problem>{explain(error, say)}</Problem>}
      {value?.guest && <AccountSection />}
      {value && <ProfileSection client={client} me={value} onSaved={refresh} />}
      {value && !value.guest && <PasswordSection />}
      <SessionsSection client={client} />
      <DataSection client={client} />
    </PageBody>
  )
}

function ProfileSection({ client, me, onSaved }: { client: Client; me: Me; onSaved(): void }) {
  const say = useSay()
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone
  const choices = [...new Set([...zones, here, ...(me.zone ? [me.zone] : [])])]
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    const colour = value('colour') === '' ? {} : { colour: Number(value('colour')) }
    await client.command('people.profile', { name: value('name'), zone: value('zone'), lang: chosen.get(), ...colour })
    toast(say('saved'))
    onSaved()
  })
  return (
    <Section title={say('me.profile')}>
      <form onSubmit={onSubmit} aria-label={say('me.profile')} className="flex flex-col gap-4">
        <Field label={say('me.name')} name="name" defaultValue={me.name} required maxLength={60} autoComplete="name" />
        <Select
          label={say('me.zone')}
          name="zone"
          defaultValue={me.zone ?? here}
          options={choices.map((zone) => ({ value: zone, label: zone.replaceAll('_', ' ') }))}
        />
        <ColourChoice me={me} />
        <Preferences />
        {(me.email ?? me.number) && (
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
            {me.email && (
              <>
                <dt className="text-muted">{say('me.email')}</dt>
                <dd className="break-all">{me.email}</dd>
              </>
            )}
            {me.number && (
              <>
                <dt className="text-muted">{say('me.number')}</dt>
                <dd>{me.number}</dd>
              </>
            )}
          </dl>
        )}
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy} className="self-start">
          {say('save')}
        </Button>
      </form>
    </Section>
  )
}

/** Of the picture that stands for the person. */
function ColourChoice({ me }: { me: Me }) {
  const say = useSay()
  const [now, setNow] = useState(me.colour ?? hueOf(me.id))
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-medium text-muted">{say('me.colour')}</legend>
      <div className="flex flex-wrap gap-1.5">
        {colours.map((colour, index) => (
          <label key={colour} className="relative inline-flex size-11 items-center justify-center">
            <input
              type="radio"
              name="colour"
              value={index}
              checked={now === index}
              onChange={() => setNow(index)}
              aria-label={`${say('me.colour')}: ${index + 1}`}
              className="peer absolute inset-0 cursor-pointer opacity-0"
            />
            <span
              aria-hidden="true"
              className={`inline-flex size-9 items-center justify-center rounded-full text-sm font-semibold text-white ring-offset-2 ring-offset-surface peer-checked:ring-2 peer-checked:ring-accent peer-focus-visible:outline-2 ${colour}`}
            >
              {now === index && initials(me.name)}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** A guest who signs up stays the same person. */
function AccountSection() {
  const say = useSay()
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    await auth.signUp(value('name'), value('email'), value('password'))
    await openSession()
  })
  return (
    <Section title={say('me.guest.title')}>
      <p className="text-muted">{say('me.guest.text')}</p>
      <form onSubmit={onSubmit} aria-label={say('me.guest.title')} className="flex flex-col gap-4">
        <Field label={say('me.name')} name="name" required maxLength={60} autoComplete="name" />
        <Field label={say('me.email')} name="email" type="email" required autoComplete="username" />
        <PasswordField
          label={say('join.password')}
          hint={say('join.password.hint')}
          name="password"
          autoComplete="new-password"
          required
          minLength={8}
        />
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy} className="self-start">
          {say('me.guest.submit')}
        </Button>
      </form>
    </Section>
  )
}

function PasswordSection() {
  const say = useSay()
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    await auth.changePassword(value('now'), value('new'))
    toast(say('me.password.done'))
  })
  return (
    <Section title={say('me.password')}>
      <form onSubmit={onSubmit} aria-label={say('me.password')} className="flex flex-col gap-4">
        <PasswordField label={say('me.password.now')} name="now" autoComplete="current-password" required />
        <PasswordField
          label={say('me.password.new')}
          hint={say('join.password.hint')}
          name="new"
          autoComplete="new-password"
          required
          minLength={8}
        />
        {problem && <Problem>{problem}</Problem>}
        <Button type="submit" busy={busy} look="outline" className="self-start">
          {say('me.password.submit')}
        </Button>
      </form>
    </Section>
  )
}
