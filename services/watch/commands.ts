import type { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { watchTopic } from './model'
import type { WatchMeans } from './means'
import { breakInput, empty, jobInput, probeInput } from './schemas'
import { noSuchJob, notHere, whichNode } from './texts'

type Break = z.infer<typeof breakInput>
type Probe = z.infer<typeof probeInput>
type Job = z.infer<typeof jobInput>

/**
 * Breaks something, in a demonstration. Promised: it stands in the stream who broke what; the node concerned obeys as
 * soon as it reads that (`stage.ts`). Errors: `forbidden` where this is no demonstration.
 */
export const breakSomething = ({ demo }: WatchMeans) =>
  command<Break, object>({
    name: 'watch.break',
    summary: 'Break something on purpose, in a demonstration.',
    input: breakInput,
    output: empty,
    async runMany(tx, calls) {
      return calls.map(({ actor, input: { what, node } }): Outcome<object> => {
        if (!demo) return refuse.forbidden(notHere)
        if (what !== 'bus' && node === undefined) return refuse.invalid(whichNode)
        tx.append({
          topic: watchTopic,
          kind: 'broken',
          actor: actor.id,
          data: { what, ...(node ? { target: node } : {}) },
        })
        return done({})
      })
    },
  })

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
