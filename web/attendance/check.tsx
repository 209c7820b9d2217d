/** Where one checks in: one big button, what it will use, and one verdict. */
import { useCallback, useEffect, useState, type FormEvent } from 'react'
import type { Direction } from '../../services/attendance/model'
import { enabled } from '../../services/attendance/model/decide'
import { SignInPage } from '../people/sign-in'
import type { OpenPageProps } from '../shell/page'
import { Link } from '../shell/router'
import { Empty } from '../ui/empty'
import { explain } from '../ui/explain'
import { Icon } from '../ui/icons'
import { Problem } from '../ui/notice'
import { PageBody } from '../ui/page-body'
import { Skeleton, Spinner } from '../ui/spinner'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { CheckIn, type Seen } from './check-in'
import { paths } from './paths'
import { exchange, keptTicket } from './proofs'
import { Told } from './verdict'
import { WayLink } from '../shell/way-link'
import { Ways } from './ways'
import { whenOf } from './when'
import { useSay, useWords } from './words'

export default function CheckPage({ signedIn, params: { id } }: OpenPageProps<{ id: string }>) {
  const problem = useScan(id)
  if (!signedIn) return <SignInPage expired={false} />
  return <SignedInCheck key={id} client={signedIn.client} id={id} problem={problem} />
}

/** The code in the address is exchanged at once: it is over before somebody has signed in. */
function useScan(id: string): string | undefined {
  const { lang } = useWords()
  const [problem, setProblem] = useState<string>()
  useEffect(() => {
    const code = location.hash.slice(1)
    if (code === '') return
    history.replaceState(history.state, '', location.pathname + location.search)
    exchange(id, code, lang).then(setProblem, () => setProblem(undefined))
  }, [id, lang])
  return problem
}

function SignedInCheck({
  client,
  id,
  problem,
}: {
  client: ConstructorParameters<typeof CheckIn>[0]
  id: string
  problem: string | undefined
}) {
  const say = useSay()
  const check = useResource(useCallback(() => new CheckIn(client, id), [client, id]))
  return check ? <Loaded check={check} problem={problem} /> : <Skeleton label={say('loading')} lines={['w-full']} />
}

function Loaded({ check, problem }: { check: CheckIn; problem: string | undefined }) {
  const { say, lang } = useWords()
  const { value, error } = useStore(check.seen)
  if (!value) {
    if (!error) return <Skeleton label={say('loading')} lines={['w-1/2', 'w-full', 'w-full']} />
    return (
      <Empty icon="alert" title={say('failed.title')}>
        {explain(error, say)}
      </Empty>
    )
  }
  const { session, teaches } = value
  const times = `${whenOf(session.startsAt, lang)} – ${whenOf(session.closesAt, lang)}`
  const actions = teaches && <WayLink href={paths.board(session.id)} icon="people" text={say('check.teach')} />
  return (
    <PageBody title={session.title} actions={actions}>
      <Link
        href={paths.list}
        className="order-first -mt-2 -mb-4 inline-flex min-h-11 items-center gap-2 self-start text-muted md:hidden"
      >
        <Icon name="back" />
        {say('title')}
      </Link>
      <p className="-mt-3 text-muted">{times}</p>
      {problem && <Problem>{problem}</Problem>}
      <Panel check={check} seen={value} />
      <Records seen={value} />
    </PageBody>
  )
}

function Panel({ check, seen }: { check: CheckIn; seen: Seen }) {
  const { say, lang } = useWords()
  const { session } = seen
  if (session.status === 'open') return <OpenPanel check={check} seen={seen} />
  if (session.status === 'scheduled') {
    return <p className="text-lg">{say('check.soon', { at: whenOf(session.opensAt, lang) })}</p>
  }
  return (
    <>
      <p className="text-lg">{say('check.closed')}</p>
      <Told check={check} />
    </>
  )
}

function OpenPanel({ check, seen: { session, records, mark } }: { check: CheckIn; seen: Seen }) {
  const say = useSay()
  const isIn = records.some(({ direction }) => direction === 'in') || mark?.status === 'present'
  const [turned, setTurned] = useState(false)
  const [code, setCode] = useState('')
  const ways = enabled(session.rules)
  const needsPosition = ways.includes('location') && (session.rules.need === 'all' || !ways.includes('code'))
  const [usePosition, setUsePosition] = useState(needsPosition)
  const direction: Direction = isIn !== turned ? 'out' : 'in'
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    void check.check({ direction, code, usePosition })
  }
  const chosen = { code, usePosition, onCode: setCode, onUsePosition: setUsePosition }
  return (
    <form className="flex flex-col gap-5 [&_input]:scroll-mb-32" onSubmit={submit}>
      {ways.length > 0 && (
        <Ways check={check} session={session} hasTicket={keptTicket(session.id) !== undefined} {...chosen} />
      )}
      <Told check={check} />
      {/* Always within reach of the thumb, however many ways there are. */}
      <div className="sticky bottom-0 -mx-4 flex flex-col bg-linear-to-t from-paper from-75% px-4 pt-6 pb-4">
        <BigButton check={check} direction={direction} />
      </div>
      <Turn
        text={say(direction === 'in' ? 'check.out.instead' : 'check.in.instead')}
        onTurn={() => setTurned(!turned)}
      />
    </form>
  )
}

const Turn = ({ text, onTurn }: { text: string; onTurn(): void }) => (
  <button
    type="button"
    onClick={onTurn}
    className="min-h-11 self-center px-3 font-medium text-accent underline underline-offset-4"
  >
    {text}
  </button>
)

function BigButton({ check, direction }: { check: CheckIn; direction: Direction }) {
  const say = useSay()
  const { state } = useStore(check.press)
  const busy = state === 'asking' || state === 'checking'
  return (
    <button
      type="submit"
      data-testid="check"
      disabled={busy}
      aria-busy={busy || undefined}
      className="inline-flex min-h-20 w-full items-center justify-center gap-3 rounded-3xl bg-accent px-8 text-2xl font-bold text-on-accent shadow-float transition-transform hover:bg-accent-strong active:scale-[0.98] disabled:scale-100 disabled:opacity-70"
    >
      {busy && <Spinner className="size-6" />}
      {say(
        busy
          ? direction === 'in'
            ? 'check.in.asking'
            : 'check.out.asking'
          : direction === 'in'
            ? 'check.in'
            : 'check.out',
      )}
    </button>
  )
}

function Records({ seen: { records, mark } }: { seen: Seen }) {
  const { say, lang } = useWords()
  if (records.length === 0 && !mark) return null
  return (
    <section className="flex flex-col gap-2">
      <h2 className="text-lg font-semibold">{say('check.records')}</h2>
      <ul className="flex flex-col gap-2">
        {records.map(({ id, direction, at, state, late, node }) => (
          <li
            key={id}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 rounded-2xl border border-line bg-surface px-4 py-3"
          >
            <span className="font-medium">
              {say(direction === 'in' ? 'check.record.in' : 'check.record.out', { at: whenOf(at, lang) })}
            </span>
            {state === 'pending' && <span className="text-warn">{say('seat.pending')}</span>}
            {late && <span className="text-warn">{say('seat.late')}</span>}
            <span className="ml-auto text-sm text-muted">{node}</span>
          </li>
        ))}
        {mark && (
          <li className="rounded-2xl border border-line bg-surface px-4 py-3">
            <span className="font-medium">{say(`seat.${mark.status}`)}</span>{' '}
            <span className="text-muted">{say('seat.said', { name: mark.by.name })}</span>
            {mark.reason && <span className="block">{mark.reason}</span>}
          </li>
        )}
      </ul>
    </section>
  )
}
