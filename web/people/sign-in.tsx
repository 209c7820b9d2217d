/** The door: as a guest by name, first and largest; with an account below. */
import { useEffect, useState, type MouseEvent } from 'react'
import type { About } from '../../client/auth'
import { InsecureNote } from '../shell/insecure-note'
import { LanguageChoice } from '../shell/preferences'
import { auth, openSession } from '../shell/session'
import { useTitle } from '../ui/use-title'
import { Sign } from '../shell/wordmark'
import { Button } from '../ui/button'
import { explain } from '../ui/explain'
import { Field, PasswordField } from '../ui/field'
import { Problem } from '../ui/notice'
import { useSubmit } from '../ui/use-submit'
import { useSay } from './words'

interface SignInProps {
  expired: boolean
  /** Missing: not known yet. */
  about?: About | undefined
}

export function SignInPage({ expired, about }: SignInProps) {
  const say = useSay()
  useTitle(undefined)
  return (
    <main className="flex min-h-full flex-col items-center px-4 py-8 md:justify-center">
      <div className="flex w-full max-w-sm flex-col gap-6">
        <header className="flex flex-col items-center gap-2 text-center">
          <Sign className="size-14" />
          <h1 className="text-2xl font-bold">{say('app.name')}</h1>
          <p className="text-muted">{say('app.tagline')}</p>
        </header>
        {expired && <Problem>{say('sign.expired')}</Problem>}
        <DemoForm about={about} />
        <GuestForm />
        <AccountForms />
        <InsecureNote />
        <LanguageChoice />
      </div>
    </main>
  )
}

function GuestForm() {
  const say = useSay()
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    await auth.guest(value('name'))
    await openSession()
  })
  return (
    <form
      onSubmit={onSubmit}
      aria-label={say('sign.guest.title')}
      className="flex flex-col gap-4 rounded-2xl border border-line bg-surface p-5"
    >
      <h2 className="text-lg font-semibold">{say('sign.guest.title')}</h2>
      <Field
        label={say('sign.guest.name')}
        hint={say('sign.guest.hint')}
        name="name"
        autoComplete="nickname"
        required
        maxLength={60}
        className="text-lg"
      />
      {problem && <Problem>{problem}</Problem>}
      <Button type="submit" busy={busy} className="min-h-13 text-lg">
        {say('sign.guest.submit')}
      </Button>
    </form>
  )
}

const demoRoles = ['student', 'teacher', 'technician', 'organiser', 'admin'] as const

/** In a demonstration one may be anybody, with one tap. */
function DemoForm({ about }: { about: About | undefined }) {
  const say = useSay()
  const [isDemo, setDemo] = useState(about?.demo ?? false)
  const [chosen, setChosen] = useState<string>()
  const [problem, setProblem] = useState<string>()
  const isFinal = about !== undefined && !about.demoSoon
  useEffect(() => {
    if (isFinal) return undefined
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = (): void =>
      void auth.about().then(
        ({ demo, demoSoon }) => {
          setDemo(demo)
          if (demoSoon) timer = setTimeout(ask, 1000)
        },
        () => undefined,
      )
    ask()
    return () => clearTimeout(timer)
  }, [isFinal])
  if (!isDemo) return null
  const enter = (role: string): void => {
    setChosen(role)
    setProblem(undefined)
    auth
      .demo(role)
      .then(() => openSession())
      .catch((error: unknown) => setProblem(explain(error, say)))
      .finally(() => setChosen(undefined))
  }
  return (
    <section
      aria-label={say('demo.title')}
      className="flex flex-col gap-3 rounded-2xl border border-line bg-accent-soft p-5"
    >
      <h2 className="text-lg font-semibold">{say('demo.title')}</h2>
      <p className="text-sm">{say('demo.text')}</p>
      <div className="grid grid-cols-2 gap-2">
        {demoRoles.map((role) => (
          <Button key={role} look="outline" busy={chosen === role} onClick={() => enter(role)}>
            {say(`role.${role}`)}
          </Button>
        ))}
      </div>
      {problem && <Problem>{problem}</Problem>}
    </section>
  )
}

type Form = 'none' | 'in' | 'up'

function AccountForms() {
  const say = useSay()
  const [open, setOpen] = useState<Form>('none')
  const toggle = (form: Form): void => setOpen(open === form ? 'none' : form)
  return (
    <section className="flex flex-col gap-3" aria-label={say('sign.or')}>
      <div className="flex flex-wrap items-center justify-center gap-x-1">
        <Button look="quiet" aria-expanded={open === 'in'} onClick={() => toggle('in')}>
          {say('sign.in')}
        </Button>
        <span aria-hidden="true" className="text-line">
          |
        </span>
        <Button look="quiet" aria-expanded={open === 'up'} onClick={() => toggle('up')}>
          {say('sign.up')}
        </Button>
      </div>
      {open === 'in' && <SignInForm />}
      {open === 'up' && <SignUpForm />}
    </section>
  )
}

const card = 'flex flex-col gap-4 rounded-2xl border border-line bg-surface p-5'

function SignInForm() {
  const say = useSay()
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    await auth.signIn(value('email'), value('password'))
    await openSession()
  })
  return (
    <form onSubmit={onSubmit} aria-label={say('sign.in')} className={card}>
      <Field
        label={say('sign.email.number')}
        name="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        autoFocus
      />
      <PasswordField label={say('sign.password')} name="password" autoComplete="current-password" required />
      {problem && <Problem>{problem}</Problem>}
      <Button type="submit" busy={busy}>
        {say('sign.in')}
      </Button>
      <Forgotten />
    </form>
  )
}

/** Where mail goes out a link comes by mail, for the address that stands in the form; else an admin makes one. */
function Forgotten() {
  const say = useSay()
  const [told, setTold] = useState<string>()
  const ask = (event: MouseEvent<HTMLButtonElement>): void => {
    const email = new FormData(event.currentTarget.form!).get('email')
    const address = typeof email === 'string' && email.includes('@') ? email : ''
    const answer = async (): Promise<string> => {
      if (!(await auth.about()).mails) return say('sign.forgot.admin')
      if (address === '') return say('sign.forgot.email')
      await auth.forgot(address)
      return say('sign.forgot.sent')
    }
    answer().then(setTold, (error: unknown) => setTold(explain(error, say)))
  }
  return (
    <div className="flex flex-col items-start gap-2" aria-live="polite">
      <button type="button" onClick={ask} className="min-h-9 text-accent underline underline-offset-2">
        {say('sign.forgot')}
      </button>
      {told && <p className="text-sm">{told}</p>}
    </div>
  )
}

function SignUpForm() {
  const say = useSay()
  const { busy, problem, onSubmit } = useSubmit(async (value) => {
    await auth.signUp(value('name'), value('email'), value('password'))
    await openSession()
  })
  return (
    <form onSubmit={onSubmit} aria-label={say('sign.up')} className={card}>
      <AccountFields autoFocus />
      {problem && <Problem>{problem}</Problem>}
      <Button type="submit" busy={busy}>
        {say('sign.up')}
      </Button>
    </form>
  )
}

/** What a new account needs. */
export function AccountFields({ autoFocus = false }: { autoFocus?: boolean }) {
  const say = useSay()
  return (
    <>
      <Field label={say('sign.name')} name="name" autoComplete="name" required maxLength={60} autoFocus={autoFocus} />
      <Field label={say('sign.email')} name="email" type="email" autoComplete="username" required />
      <PasswordField
        label={say('sign.password')}
        hint={say('sign.password.hint')}
        name="password"
        autoComplete="new-password"
        required
        minLength={8}
      />
    </>
  )
}
