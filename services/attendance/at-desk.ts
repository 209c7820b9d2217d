/** For what a session's teachers do: a batch at one desk, each call decided for who may. */
import type { Call, Outcome, Tx } from '../../kernel/batch'
import { refuse } from '../../protocol/errors'
import { Desk } from './desk'
import { mayManage } from './policy'
import { membersAmong, type SessionRow } from './rows'
import { noSuchSession, notYours } from './texts'

/** All locks of the batch are taken at once and in order; then the calls are decided one after the other. */
export function atDesk<I extends { session: string }, O>(
  decide: (desk: Desk, session: SessionRow, call: Call<I>) => Outcome<O> | Promise<Outcome<O>>,
): (tx: Tx, calls: readonly Call<I>[]) => Promise<Outcome<O>[]> {
  return async (tx, calls) => {
    const sessions = calls.map(({ input }) => input.session)
    const desk = await Desk.open(tx, sessions)
    const members = await membersAmong(
      tx,
      sessions,
      calls.map(({ actor }) => actor.id),
    )
    const teaching = new Set(members.filter(({ teaches }) => teaches).map((row) => `${row.session} ${row.user_id}`))
    const outcomes: Outcome<O>[] = []
    for (const call of calls) {
      const session = desk.sessions.get(call.input.session)
      if (!session) outcomes.push(refuse.notFound(noSuchSession))
      else if (!mayManage(call.actor, session, teaching.has(`${session.id} ${call.actor.id}`)))
        outcomes.push(refuse.forbidden(notYours))
      else outcomes.push(await decide(desk, session, call))
    }
    desk.close()
    return outcomes
  }
}
