/**
 * A proof that is asked for on the cluster's page: what `alun prove` does, for one scenario, on a cluster of its own in a
 * folder of its own. The cluster that is asked only starts it, and tells how far it has come.
 */
import type { z } from 'zod'
import type { JobDefinition } from '../../kernel/jobs'
import { command, oneByOne } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { WatchMeans } from './means'
import { proofEveryMs, type Proof } from './model'
import { begin, lastOf, tellOf, type Runs } from './runs'
import { lastProof, proof as proofSchema, proveInput, run } from './schemas'
import { stillProving } from './texts'

const proofs: Runs<Proof> = {
  ...{ kind: 'proof', queue: 'watch-prove', ends: ['held', 'broken', 'failed'] },
  ...{ everyMs: proofEveryMs, deadMs: 300_000, stillOn: stillProving },
}
const tellEveryMs = 1000

/** Starts a proof. Promised: one at a time. Errors: `forbidden` (neither admin nor demonstration), `limited` (one goes on). */
export const prove = ({ demo }: WatchMeans) =>
  command<z.infer<typeof proveInput>, z.infer<typeof run>>({
    name: 'watch.prove',
    summary: 'Attack a cluster made for it, and judge what is promised from what its clients saw.',
    input: proveInput,
    output: run,
    runMany: oneByOne(async (tx, { actor, input: { scenario } }) => {
      if (!demo && actor.role !== 'admin') return refuse.forbidden()
      return begin(tx, actor, proofs, { run: Bun.randomUUIDv7(), stage: 'wanted', scenario, promises: [] })
    }),
  })

export const tellProof = tellOf<Proof>(proofs, {
  ...{ name: 'watch.tell_proof', summary: 'Tell how far a proof has come.', input: proofSchema },
})

export const proofNow = lastOf<Proof, { proof?: Proof | undefined }>(
  proofs,
  { name: 'watch.proof', summary: 'The last proof, as far as it has come.', output: lastProof },
  (proof) => ({ proof }),
)

/** Run by one node. Should that die, its proof ends with it, and another node begins anew. */
export const proving = (means: WatchMeans): JobDefinition => ({
  queue: proofs.queue,
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
    const has = (wanted: string): boolean => promises.some(({ verdict }) => verdict === wanted)
    // Played, but nothing of it could be judged: that proves nothing.
    proof.stage = has('broken') ? 'broken' : isPlayed && has('held') ? 'held' : 'failed'
    await tell()
  },
})
