/** How one shows that one is here: each way says what it uses and why, before anything is asked of the browser. */
import { useState, type ReactNode } from 'react'
import type { Session } from '../../services/attendance/model'
import { enabled } from '../../services/attendance/model/decide'
import { Checkbox } from '../ui/inputs'
import { Field } from '../ui/field'
import { Icon, type IconName } from '../ui/icons'
import { Problem } from '../ui/notice'
import { QrScanner } from '../ui/qr-scanner'
import { useStore } from '../ui/use-store'
import type { CheckIn } from './check-in'
import { exchange } from './proofs'
import { useSay, useWords } from './words'

interface WaysProps {
  check: CheckIn
  session: Session
  code: string
  onCode(code: string): void
  usePosition: boolean
  onUsePosition(use: boolean): void
  hasTicket: boolean
}

export function Ways({ check, session, code, onCode, usePosition, onUsePosition, hasTicket }: WaysProps) {
  const say = useSay()
  const ways = enabled(session.rules)
  return (
    <fieldset className="flex flex-col gap-3">
      {ways.length > 1 && (
        <legend className="mb-3 font-medium">{say(session.rules.need === 'all' ? 'check.all' : 'check.any')}</legend>
      )}
      {ways.includes('code') && <CodeWay id={session.id} code={code} onCode={onCode} hasTicket={hasTicket} />}
      {ways.includes('location') && (
        <LocationWay check={check} onlyWay={ways.length === 1} use={usePosition} onUse={onUsePosition} />
      )}
      {ways.includes('network') && (
        <Way icon="servers" title={say('check.network')}>
          {say('check.network.text')}
        </Way>
      )}
      <Way icon="people" title={say('check.roll')}>
        {say('check.roll.text')}
      </Way>
    </fieldset>
  )
}

function Way({ icon, title, children }: { icon: IconName; title: string; children: ReactNode }) {
  return (
    <section className="flex gap-3 rounded-2xl border border-line bg-surface p-4">
      <span className="mt-0.5 text-accent">
        <Icon name={icon} />
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-3">
        <div>
          <h3 className="font-semibold">{title}</h3>
          {typeof children === 'string' ? <p className="text-sm text-muted">{children}</p> : children}
        </div>
      </div>
    </section>
  )
}

interface CodeWayProps {
  id: string
  code: string
  onCode(code: string): void
  hasTicket: boolean
}

function CodeWay({ id, code, onCode, hasTicket }: CodeWayProps) {
  const say = useSay()
  return (
    <Way icon="scan" title={say('check.code')}>
      <div className="flex flex-col gap-3">
        <p className="text-sm text-muted">{say('check.code.text')}</p>
        <Scan id={id} hasTicket={hasTicket} />
        <Field
          label={say('check.code.label')}
          value={code}
          onChange={(event) => onCode(event.target.value)}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          maxLength={9}
          className="font-mono text-xl tracking-[0.3em] uppercase"
        />
      </div>
    </Way>
  )
}

function Scan({ id, hasTicket }: { id: string; hasTicket: boolean }) {
  const { say, lang } = useWords()
  const [kept, setKept] = useState(false)
  const [problem, setProblem] = useState<string>()
  const found = (text: string): void => {
    exchange(id, text.split('#').at(-1) ?? '', lang).then(
      (why) => {
        setProblem(why)
        setKept(why === undefined)
      },
      () => setProblem(say('error.unreachable')),
    )
  }
  if (!kept && !hasTicket)
    return problem ? (
      <>
        <QrScanner onFound={found} />
        <Problem>{problem}</Problem>
      </>
    ) : (
      <QrScanner onFound={found} />
    )
  return (
    <p role="status" className="flex items-center gap-2 font-medium text-accent" data-testid="kept">
      <Icon name="tick" />
      {say('check.code.kept')}
    </p>
  )
}

function LocationWay({
  check,
  onlyWay,
  use,
  onUse,
}: {
  check: CheckIn
  onlyWay: boolean
  use: boolean
  onUse(use: boolean): void
}) {
  const say = useSay()
  const denied = useStore(check.denied)
  return (
    <Way icon="pin" title={say('check.location')}>
      <div className="flex flex-col gap-3">
        <p className="text-sm text-muted">{say('check.location.text')}</p>
        {!window.isSecureContext && <Problem>{say('check.location.insecure')}</Problem>}
        {denied && <p className="text-sm font-medium">{say('check.location.denied')}</p>}
        {!onlyWay && (
          <Checkbox label={say('check.location.use')} checked={use} onChange={(event) => onUse(event.target.checked)} />
        )}
      </div>
    </Way>
  )
}
