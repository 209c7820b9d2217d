/** Files come with messages: they hang on the channel's topic, so whoever may read the one may read the other. */
import type { Tx } from '../../kernel/batch'
import { Refusal } from '../../protocol/errors'
import type { PostCall } from './commands'
import { topicOf } from './model'

/** Attaches the files of these calls. @returns the refusals, by the index of the call. */
export async function attachFiles(
  tx: Tx,
  calls: readonly PostCall[],
  asked: readonly number[],
): Promise<Map<number, Refusal>> {
  const outcomes = await tx.call(
    'files.attach',
    asked.map((nth) => {
      const { actor, key, input } = calls[nth]!
      return { actor, key: `${key}:files`, input: { files: input.files!, topic: topicOf(input.channel) } }
    }),
  )
  const refusals = new Map<number, Refusal>()
  outcomes.forEach((outcome, index) => outcome instanceof Refusal && refusals.set(asked[index]!, outcome))
  return refusals
}
