import type { Call, Tx } from './batch'
import { Refusal } from '../protocol/errors'

/**
 * Another service's command, by its name, inside this transaction: what it does is committed with the asker's own work,
 * or not at all. Its events and jobs go along.
 *
 * Ask before you write. A refusal ends this one call and no other, and what the call had written by then would be
 * committed with the rest of the batch.
 * @throws Refusal what the command refuses with; Error where there is no such command, which is a fault of ours.
 */
export async function ask<O>(tx: Tx, command: string, call: Call<object>): Promise<O> {
  const [outcome] = await tx.call<object, O>(command, [call])
  if (outcome instanceof Refusal) throw outcome
  return outcome!.output()
}
