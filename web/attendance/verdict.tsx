/** The one verdict: what happened, when, on which node, and what to do. Said aloud when it changes. */
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { useStore } from '../ui/use-store'
import type { CheckIn } from './check-in'
import { whenOf } from './when'
import { useWords } from './words'

const looks = {
  accepted: { box: 'bg-accent-soft text-accent', icon: 'tick' },
  duplicate: { box: 'bg-sunken text-ink', icon: 'tick' },
  refused: { box: 'bg-bad-soft text-bad', icon: 'alert' },
} as const

const known = ['code', 'location', 'network', 'roll_call'] as const

export function Told({ check }: { check: CheckIn }) {
  const { say, lang } = useWords()
  const press = useStore(check.press)
  return (
    <div aria-live="polite" data-testid="verdict">
      {press.state === 'checking' && <p className="text-center text-muted">{say('check.checking')}</p>}
      {press.state === 'failed' && (
        <p className="flex gap-2 rounded-2xl bg-bad-soft p-4 text-bad">
          <Icon name="alert" className="mt-0.5 size-5 shrink-0" />
          {explain(press.error, say)}
        </p>
      )}
      {press.state === 'told' && <Answer answer={press.answer} lang={lang} />}
    </div>
  )
}

type Answered = Extract<ReturnType<CheckIn['press']['get']>, { state: 'told' }>['answer']

function Answer({ answer, lang }: { answer: Answered; lang: 'en' | 'id' }) {
  const { say } = useWords()
  const { verdict, record, ways = [], node } = answer
  const { box, icon } = looks[verdict]
  const others = known.filter((way) => ways.includes(way))
  return (
    <div className={`flex gap-3 rounded-2xl p-4 ${box}`}>
      <Icon name={icon} className="mt-0.5 size-6 shrink-0" />
      <div className="flex min-w-0 flex-col gap-1">
        <p className="text-lg font-bold">{say(`verdict.${verdict}`)}</p>
        <p>{answer.say[lang]}</p>
        {record && verdict === 'accepted' && (
          <p>{say('verdict.at', { at: whenOf(record.at, lang), node: record.node })}</p>
        )}
        {others.length > 0 && (
          <p>
            {say('check.ways')}: {others.map((way) => say(`way.${way}`)).join(', ')}
          </p>
        )}
        <p className="text-sm">{say('verdict.served', { node })}</p>
      </div>
    </div>
  )
}
