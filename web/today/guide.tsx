import { guide, hidden, mark, places, stepsOf, type Step } from '../shell/guide'
import { Link } from '../shell/router'
import type { Role } from '../../protocol/roles'
import { Button } from '../ui/button'
import { Icon } from '../ui/icons'
import { useStore } from '../ui/use-store'
import { useSay } from './words'

const words = {
  'discussion.post': 'guide.hello',
  'reports.submit': 'guide.report',
  'attendance.check': 'guide.present',
  'drops.claim': 'guide.claim',
  'people.invite': 'guide.invite',
  'attendance.open': 'guide.session',
  'reports.claim': 'guide.take',
  'reports.update': 'guide.tell',
  'inbox.subscribe_push': 'guide.push',
  'drops.create': 'guide.drop',
  'reports.place_save': 'guide.places',
} as const satisfies Record<Step, string>

/** Three things to begin with, until they are done or not wanted. */
export function Guide({ role }: { role: Role }) {
  const say = useSay()
  const marks = useStore(guide)
  const steps = stepsOf[role]
  if (!marks || marks.includes(hidden) || steps.every((step) => marks.includes(step))) return null
  return (
    <section aria-label={say('guide.title')} className="rounded-2xl border border-line bg-accent-soft">
      <div className="flex min-h-12 items-center justify-between gap-3 py-1 pr-2 pl-4">
        <h2 className="font-semibold">{say('guide.title')}</h2>
        <Button look="quiet" className="text-sm" onClick={() => mark(hidden)}>
          {say('guide.hide')}
        </Button>
      </div>
      <ol className="divide-y divide-line border-t border-line">
        {steps.map((step) => {
          const isDone = marks.includes(step)
          return (
            <li key={step}>
              <Link href={places[step]} className="flex min-h-12 items-center gap-3 px-4 py-2">
                <span
                  className={`inline-flex size-6 shrink-0 items-center justify-center rounded-full border ${isDone ? 'border-ok text-ok' : 'border-muted'}`}
                >
                  {isDone && <Icon name="tick" className="size-4" />}
                </span>
                <span className={isDone ? 'text-muted line-through' : ''}>{say(words[step])}</span>
                {isDone && <span className="sr-only">{say('guide.done')}</span>}
              </Link>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
