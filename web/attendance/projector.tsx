/** For the projector: the code, large, with the time that it has left by the server's clock. */
import { useCallback, useEffect, useState } from 'react'
import type { Client } from '../../client/client'
import { countsOf } from '../../services/attendance/model/seats'
import type { PageProps } from '../shell/page'
import { Link } from '../shell/router'
import { explain } from '../ui/explain'
import { Problem } from '../ui/notice'
import { QrCode } from '../ui/qr-code'
import { Spinner } from '../ui/spinner'
import { useResource } from '../ui/use-resource'
import { useStore } from '../ui/use-store'
import { useTitle } from '../ui/use-title'
import { paths } from './paths'
import { Standing } from './standing'
import { useSay } from './words'

interface Shown {
  code: string
  path: string
  untilMs: number
  seconds: number
}

export default function ProjectorPage({ signedIn: { client }, params: { id } }: PageProps<{ id: string }>) {
  const say = useSay()
  useTitle(say('show.title'))
  const { shown, problem } = useCode(client, id)
  const standing = useResource(useCallback(() => new Standing(client, id), [client, id]))
  return (
    <main className="flex h-full flex-col items-center justify-center gap-6 overflow-y-auto bg-paper p-4 md:p-8">
      {standing && <Heading standing={standing} />}
      {shown ? (
        <Code shown={shown} now={() => client.connection.nowMs()} />
      ) : (
        !problem && <Spinner className="size-10" />
      )}
      {problem !== undefined && <Problem>{explain(problem, say)}</Problem>}
      <Link href={paths.board(id)} className="min-h-11 px-3 py-2 font-medium text-accent underline underline-offset-4">
        {say('show.leave')}
      </Link>
    </main>
  )
}

/** The code of this moment, asked for again when its time is over. */
function useCode(client: Client, session: string): { shown: Shown | undefined; problem: unknown } {
  const [state, setState] = useState<{ shown?: Shown; problem?: unknown }>({})
  useEffect(() => {
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout>
    const ask = async (): Promise<void> => {
      let againMs = 1000
      try {
        const { until, ...rest } = await client.query('attendance.code', { session }, { signal: stop.signal })
        const untilMs = Date.parse(until)
        setState({ shown: { ...rest, untilMs } })
        againMs = Math.max(100, untilMs - client.connection.nowMs() + 50)
      } catch (problem) {
        if (stop.signal.aborted) return
        setState((before) => ({ ...before, problem }))
      }
      timer = setTimeout(() => void ask(), againMs)
    }
    void ask()
    return () => {
      stop.abort()
      clearTimeout(timer)
    }
  }, [client, session])
  return { shown: state.shown, problem: state.problem }
}

function Heading({ standing }: { standing: Standing }) {
  const say = useSay()
  const { state } = useStore(standing.live.store)
  if (!state) return null
  const { present, late, pending } = countsOf(state)
  return (
    <div className="flex flex-col items-center gap-1 text-center">
      <h1 className="text-3xl font-bold text-balance md:text-5xl">{state.session.title}</h1>
      <p className="text-xl text-muted tabular-nums" data-testid="here">
        {say('show.here', { n: present + late + pending })}
      </p>
    </div>
  )
}

function Code({ shown, now }: { shown: Shown; now(): number }) {
  const say = useSay()
  const left = useSecondsLeft(shown.untilMs, now)
  return (
    <>
      <p className="text-xl md:text-2xl">{say('show.scan')}</p>
      <QrCode text={location.origin + shown.path} label={say('show.scan')} className="w-[min(60vh,80vw)]" />
      <div className="flex flex-wrap items-center justify-center gap-6">
        <p className="text-center">
          <span className="block text-lg text-muted">{say('show.type')}</span>
          <span className="font-mono text-5xl font-bold tracking-[0.15em] md:text-7xl" data-testid="code">
            {shown.code}
          </span>
        </p>
        <Ring part={left / shown.seconds} text={String(Math.ceil(left))} />
      </div>
      <p className="sr-only">{say('show.left', { n: Math.ceil(left) })}</p>
    </>
  )
}

function useSecondsLeft(untilMs: number, now: () => number): number {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    const look = (): void => setLeft(Math.max(0, (untilMs - now()) / 1000))
    look()
    const timer = setInterval(look, 250)
    return () => clearInterval(timer)
  })
  return left
}

const around = 2 * Math.PI * 20

function Ring({ part, text }: { part: number; text: string }) {
  return (
    <svg viewBox="0 0 48 48" className="size-24" aria-hidden="true">
      <circle cx="24" cy="24" r="20" fill="none" strokeWidth="5" className="stroke-line" />
      <circle
        cx="24"
        cy="24"
        r="20"
        fill="none"
        strokeWidth="5"
        strokeLinecap="round"
        strokeDasharray={`${around * Math.min(1, part)} ${around}`}
        transform="rotate(-90 24 24)"
        className="stroke-accent"
      />
      <text x="24" y="24" textAnchor="middle" dominantBaseline="central" className="fill-ink text-base font-bold">
        {text}
      </text>
    </svg>
  )
}
