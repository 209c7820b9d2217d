/**
 * A proof that is asked for on the cluster's page: what `alun prove` does, for one scenario, on a cluster of its own in a
 * folder of its own. The cluster that is asked only starts it, and tells how far it has come.
 */
import type { z } from 'zod'
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { JobDefinition } from '../../kernel/jobs'
import { command, oneByOne, query } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import type { WatchMeans } from './means'
import { proofEveryMs, watchTopic, type Proof } from './model'
import { mayWatch } from './queries'
import { empty, lastProof, proof as proofSchema, proveInput, run } from './schemas'
import { stillProving } from './texts'

/** A proof that nobody told of for so long has died with all its tries. */
const deadMs = 300_000
const tellEveryMs = 1000

type Prove = z.infer<typeof proveInput>

/** Starts a proof. Promised: one at a time. Errors: `forbidden` (neither admin nor demonstration), `limited` (one goes on). */
export const prove = ({ demo }: WatchMeans) =>
  command<Prove, { run: string }>({
    name: 'watch.prove',
    summary: 'Attack a cluster made for it, and judge what is promised from what its clients saw.',
    input: proveInput,
    output: run,
    runMany: oneByOne(async (tx, { actor, input }): Promise<Outcome<{ run: string }>> => {
      if (!demo && actor.role !== 'admin') return refuse.forbidden()
      const begun: Proof = { run: Bun.randomUUIDv7(), stage: 'wanted', scenario: input.scenario, promises: [] }
      const [mine] = await tx.query(
        `INSERT INTO watch.proof AS p (told, at) VALUES ($1::json, clock_timestamp())
         ON CONFLICT (one) DO UPDATE SET told = excluded.told, at = excluded.at
         WHERE p.at < clock_timestamp()
           - CASE WHEN p.told->>'stage' IN ('wanted', 'running') THEN $2::float8 ELSE $3 END * interval '1 ms'
         RETURNING 1`,
        [JSON.stringify(begun), deadMs, proofEveryMs],
      )
      if (!mine) return new Refusal('limited', stillProving, proofEveryMs)
      tx.append({ topic: watchTopic, kind: 'proof', actor: actor.id, data: begun })
      tx.enqueue({ queue: 'watch-prove', data: begun })
      return done({ run: begun.run })
    }),
  })

/** How far a proof has come; for the job that carries it out. */
export const tellProof = command<Proof, object>({
  name: 'watch.tell_proof',
  summary: 'Tell how far a proof has come.',
  internal: true,
  input: proofSchema,
  output: empty,
  runMany: oneByOne(async (tx: Tx, { actor, input }: Call<Proof>): Promise<Outcome<object>> => {
    await tx.query(`UPDATE watch.proof SET told = $1::json, at = clock_timestamp() WHERE told->>'run' = $2`, [
      JSON.stringify(input),
      input.run,
    ])
    tx.append({ topic: watchTopic, kind: 'proof', actor: actor.id, data: input })
    return done({})
  }),
})

export const proofNow = query({
  name: 'watch.proof',
  summary: 'The last proof, as far as it has come.',
  input: empty,
  output: lastProof,
  oneStatement: true,
  async run(sql, actor, _input, ground) {
    mayWatch(actor, ground)
    const [row] = await sql.query<{ told: Proof }>('SELECT told FROM watch.proof')
    return row ? { proof: row.told } : {}
  },
})

/** Run by one node. Should that die, its proof ends with it, and another node begins anew. */
export const proving = (means: WatchMeans): JobDefinition => ({
  queue: 'watch-prove',
  retryLimit: 1,
  concurrency: 1,
  async run({ data, attempt }, ground) {
    const proof: Proof = { ...(data as Proof), stage: 'running' }
    let told = 0
    const tell = (): Promise<object> => ground.perform('watch.tell_proof', proof, `${proof.run}:${attempt}:${told++}`)
    await tell()
    let toldMs = ground.now()
    const { isPlayed, promises } = await means.prove(proof.scenario, (line) => {
      proof.line = line
      if (ground.now() - toldMs < tellEveryMs) return
      toldMs = ground.now()
      void tell().catch(() => undefined)
    })
    proof.promises = promises
    const isBroken = promises.some(({ verdict }) => verdict === 'broken')
    proof.stage = isBroken ? 'broken' : isPlayed ? 'held' : 'failed'
    await tell()
  },
})
