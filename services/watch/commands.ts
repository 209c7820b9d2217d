import type { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import { breakEveryMs, watchTopic, type Breakage } from './model'
import type { WatchMeans } from './means'
import { breakInput, empty, jobInput, probeInput } from './schemas'
import { noSuchJob, notHere, tooSoon, whichNode } from './texts'

type Break = z.infer<typeof breakInput>
type Probe = z.infer<typeof probeInput>
type Job = z.infer<typeof jobInput>

/**
 * Breaks something, in a demonstration. Promised: it stands in the stream who broke what; the node concerned obeys as
 * soon as it reads that (`stage.ts`); never more often than a cluster mends, however many people press. Errors:
 * `forbidden` where this is no demonstration, `limited` while the last of its kind was a moment ago.
 */
export const breakSomething = ({ demo }: WatchMeans) =>
  command<Break, object>({
    name: 'watch.break',
    summary: 'Break something on purpose, in a demonstration.',
    input: breakInput,
    output: empty,
    runMany: oneByOne(async (tx, { actor, input: { what, node } }): Promise<Outcome<object>> => {
      if (!demo) return refuse.forbidden(notHere)
      if (what !== 'bus' && node === undefined) return refuse.invalid(whichNode)
      const waitMs = await turn(tx, what)
      if (waitMs > 0) return new Refusal('limited', tooSoon, waitMs)
      const data = { what, ...(node ? { target: node } : {}) }
      tx.append({ topic: watchTopic, kind: 'broken', actor: actor.id, data })
      return done({})
    }),
  })

/** Takes the next turn at breaking this. @returns how long there is none yet; 0: it is ours. */
async function turn(tx: Tx, what: Breakage): Promise<number> {
  const taken = await tx.query(
    `INSERT INTO watch.pace AS p (what, at) VALUES ($1, clock_timestamp())
     ON CONFLICT (what) DO UPDATE SET at = excluded.at WHERE p.at <= clock_timestamp() - $2 * interval '1 ms' RETURNING 1`,
    [what, breakEveryMs[what]],
  )
  if (taken.length > 0) return 0
  const [row] = await tx.query<{ ms: number }>(
    `SELECT (extract(epoch FROM clock_timestamp() - at) * 1000)::float8 AS ms FROM watch.pace WHERE what = $1`,
    [what],
  )
  return Math.max(1000, breakEveryMs[what] - (row?.ms ?? 0))
}

/** Sends a mark through the whole system: what is answered is in the stream, once. Errors: `forbidden`. */
export const probe = ({ demo }: WatchMeans) =>
  command<Probe, object>({
    name: 'watch.probe',
    summary: 'Send a mark through the system, to see that it arrives once.',
    input: probeInput,
    output: empty,
    async runMany(tx, calls) {
      return calls.map(({ actor, input: { n }, key }): Outcome<object> => {
        if (!demo && actor.role !== 'admin') return refuse.forbidden()
        tx.append({ topic: watchTopic, kind: 'probed', actor: actor.id, data: { n, key } })
        return done({})
      })
    },
  })

/** Gives a failed job all its attempts again. Errors: `not_found` (it is not among the failed). */
export const retryJob = (means: WatchMeans) =>
  command<Job, object>({
    name: 'watch.retry_job',
    summary: 'Run a failed job again.',
    roles: ['admin'],
    input: jobInput,
    output: empty,
    runMany: oneByOne((tx, call) => settle(tx, call, means.jobs().retry.bind(means.jobs()))),
  })

/** Forgets a failed job. Errors: `not_found` (it is not among the failed). */
export const discardJob = (means: WatchMeans) =>
  command<Job, object>({
    name: 'watch.discard_job',
    summary: 'Forget a failed job.',
    roles: ['admin'],
    input: jobInput,
    output: empty,
    runMany: oneByOne((tx, call) => settle(tx, call, means.jobs().discard.bind(means.jobs()))),
  })

async function settle(
  tx: Tx,
  { input: { queue, id } }: Call<Job>,
  act: (tx: Tx, queue: string, id: string) => Promise<boolean>,
): Promise<Outcome<object>> {
  return (await act(tx, queue, id)) ? done({}) : refuse.notFound(noSuchJob)
}
