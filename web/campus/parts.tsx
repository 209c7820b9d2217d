/** Small things that these pages share. */
import { useState, type ReactNode } from 'react'
import type { Status } from '../../client/connect'
import { Store } from '../../client/store'
import type { Actor } from '../../protocol/roles'
import { LanguageChoice } from '../shell/preferences'
import type { SignedIn } from '../shell/session'
import { Sign } from '../shell/wordmark'
import { Button } from '../ui/button'
import { toast } from '../ui/toast'
import { useStore } from '../ui/use-store'
import { useTitle } from '../ui/use-title'
import { useSay } from './words'

export const card = 'flex flex-col gap-4 rounded-2xl border border-line bg-surface p-5'

/** A page that stands alone: somebody comes in by a link and has one thing to do. */
export function Doorway({ title, children }: { title: string; children: ReactNode }) {
  useTitle(title)
  return (
    <main className="flex min-h-full flex-col items-center px-4 py-8 md:justify-center">
      <div className="flex w-full max-w-sm flex-col gap-6">
        <header className="flex flex-col items-center gap-2 text-center">
          <Sign className="size-14" />
          <h1 className="text-2xl font-bold">{title}</h1>
        </header>
        {children}
        <LanguageChoice />
      </div>
    </main>
  )
}

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={card} aria-label={title}>
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
    </section>
  )
}

/** Who is signed in, as the server sees them. */
export function useMe(signedIn: SignedIn | undefined): Actor | undefined {
  const status = signedIn?.client.connection.status
  const state = useStore<Status | undefined>((status as Store<Status | undefined> | undefined) ?? nobody)
  return state?.server?.user
}

const nobody = new Store<Status | undefined>(undefined)

/** An address to hand over. Where copying isn't allowed (plain HTTP) it can be marked by hand. */
export function LinkToCopy({ href, label }: { href: string; label: string }) {
  const say = useSay()
  const copy = (): void => {
    navigator.clipboard?.writeText(href).then(
      () => toast(say('copied')),
      () => undefined,
    )
  }
  return (
    <div className="flex flex-col gap-2">
      <input
        readOnly
        aria-label={label}
        value={href}
        onFocus={(event) => event.target.select()}
        className="min-h-11 w-full rounded-xl border border-field bg-sunken px-3 font-mono text-sm"
      />
      {typeof navigator.clipboard !== 'undefined' && (
        <Button look="outline" onClick={copy}>
          {say('copy')}
        </Button>
      )}
    </div>
  )
}

/** A tag beside a name. */
export function Tag({ children, bad = false }: { children: ReactNode; bad?: boolean }) {
  return (
    <span className={`rounded-full px-2 py-0.5 text-xs ${bad ? 'bg-bad-soft text-bad' : 'bg-sunken text-muted'}`}>
      {children}
    </span>
  )
}

/** Runs what a button does, and says when it failed. */
export function useAct(explainError: (error: unknown) => string): {
  busy: boolean
  problem: string | undefined
  act(work: () => Promise<void>): void
} {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const act = (work: () => Promise<void>): void => {
    setBusy(true)
    setProblem(undefined)
    work()
      .catch((error: unknown) => setProblem(explainError(error)))
      .finally(() => setBusy(false))
  }
  return { busy, problem, act }
}
