/**
 * Checking in and out: many people's tries in one transaction. Commit order decides, under the lock of the session's
 * chain; a device's clock or a node's decides nothing.
 */
import { done, type Call, type Outcome, type Tx } from '../../kernel/batch'
import type { Sql } from '../../kernel/db'
import { command, type Ground } from '../../kernel/service'
import { Refusal, refuse } from '../../protocol/errors'
import { Desk } from './desk'
import { Known, type Try } from './known'
import type { Checked, Entry, Refused } from './model'
import { decide, type Decision, type Proof } from './model/decide'
import { termsOf, toEntry, type AttemptRow, type RecordRow, type SessionRow } from './rows'
import { checked, checkInput, type CheckInput } from './schemas'
import * as texts from './texts'

/**
 * Checks in or out. Promised: of simultaneous tries of one person in one direction exactly one is accepted, and the
 * others are told which; one key is one attempt, with one answer for ever. Errors: `not_found`.
 */
export const check = command<CheckInput, Checked>({
  name: 'attendance.check',
  summary: 'Check in or out: accepted, a duplicate of what was accepted, or refused with a reason.',
  input: checkInput,
  output: checked,
  around: noted,
  runMany: (tx, calls) => checkMany(tx, calls.map(tried)),
})

/** On which node a call came in: the transaction doesn't know, and the record tells. */
const origins = new WeakMap<object, string>()

export async function noted<I extends object, O extends object>(
  next: () => Promise<O>,
  call: Call<I>,
  _sql: Sql,
  ground: Ground,
): Promise<O> {
  origins.set(call, ground.node)
  try {
    const answer = await next()
    count(ground, 'verdict' in answer ? String(answer.verdict) : 'done')
    return answer
  } catch (error) {
    count(ground, error instanceof Refusal ? error.code : 'fault')
    throw error
  }
}

const count = (ground: Ground, verdict: string): void =>
  ground
    .counter?.('alun_attendance_checks_total', 'Checks answered by this node, by verdict or error', { verdict })
    .more()

export const nodeOf = (call: object): string => origins.get(call) ?? ''

const tried = (call: Call<CheckInput>): Try => ({
  ...{ actor: call.actor.id, user: call.actor.id, name: call.actor.name, guest: call.actor.role === 'guest' },
  ...{ input: call.input, node: nodeOf(call) },
})

/** Decides a whole batch, in its order. */
export async function checkMany(tx: Tx, tries: readonly Try[]): Promise<Outcome<Checked>[]> {
  const opening = Desk.open(
    tx,
    tries.map(({ input }) => input.session),
  )
  const [desk, known] = await Promise.all([opening, Known.read(tx, opening, tries)])
  const news = new Map<SessionRow, { actor: string; records: Entry[]; refusals: Refused[] }>()
  const outcomes = tries.map((one): Outcome<Checked> => {
    const session = desk.sessions.get(one.input.session)
    if (!session) return refuse.notFound(texts.noSuchSession)
    const told = news.get(session) ?? { actor: one.actor, records: [], refusals: [] }
    news.set(session, told)
    return done(checkOne(desk, known, session, one, told))
  })
  for (const [session, { actor, ...told }] of news) {
    desk.tellChecked(session, told.records.length + told.refusals.length === 1 ? actor : '', told)
  }
  desk.close()
  return outcomes
}

function checkOne(
  desk: Desk,
  known: Known,
  session: SessionRow,
  one: Try,
  told: { records: Entry[]; refusals: Refused[] },
): Checked {
  const { input, user, name } = one
  const { direction } = input
  const proof = known.proofOf(session, one)
  const nowMs = session.now.getTime()
  const person = { ...known.member(session, user), guest: one.guest }
  const winner = known.last(session.id, user, direction)
  const wasIn = known.last(session.id, user, 'in') !== undefined
  const decision = decide({
    ...{ direction, nowMs, terms: termsOf(session), person, wasIn, proof: proof.proof },
    winner: winner && { id: winner.id, atMs: winner.at.getTime() },
  })
  const id = decision.verdict === 'accepted' ? Bun.randomUUIDv7() : undefined
  const attempt = linkOf(desk, session, one, decision, proof.proof, id ?? winner?.id)
  if (decision.verdict === 'refused') {
    known.refused(session.id, user, decision.reason)
    told.refusals.push({ user, name, direction, reason: decision.reason, at: session.now.toISOString() })
  }
  if (decision.verdict !== 'accepted') return answerOf(session, decision, winner)
  const row: RecordRow = {
    ...{ id: id!, session: session.id, user_id: user, name, direction, at: session.now, node: one.node },
    ...{ state: decision.state, late: decision.late, how: decision.how, band: decision.judged?.band ?? null },
    ...{ flags: decision.flags, scan: proof.scan ?? null, seq: attempt.seq },
  }
  desk.record(row)
  known.accepted(row)
  told.records.push(toEntry(row))
  told.refusals = told.refusals.filter((refused) => refused.user !== user || refused.direction !== direction)
  desk.tellOwner(session, user, one.actor, { record: toEntry(row) })
  return answerOf(session, decision, row)
}

function linkOf(
  desk: Desk,
  session: SessionRow,
  one: Try,
  decision: Decision,
  proof: Proof,
  record: string | undefined,
): AttemptRow {
  const { verdict, flags, judged } = decision
  const { position, capturedAt, direction } = one.input
  return desk.link(session, {
    ...{ kind: 'check', actor: one.actor, user: one.user, name: one.name, direction, verdict },
    reason: decision.verdict === 'refused' ? decision.reason : '',
    details: {
      ...(record ? { record } : {}),
      ...(decision.verdict === 'accepted' ? { state: decision.state, how: decision.how, late: decision.late } : {}),
      ...(flags.length > 0 ? { flags } : {}),
      ...(judged ? { place: judged.verdict, band: judged.band } : {}),
      ...(proof.code ? { code: proof.code } : {}),
      ...(proof.network === undefined ? {} : { network: proof.network }),
      ...(capturedAt ? { capturedAt } : {}),
      ...{ node: one.node, ...one.details },
    },
    coordinates: position ? JSON.stringify([position.lat, position.lng, position.accuracy]) : undefined,
  })
}

function answerOf(session: SessionRow, decision: Decision, record: RecordRow | undefined): Checked {
  const { flags, judged } = decision
  const distance = judged ? { distance: Math.round(judged.distance) } : {}
  if (decision.verdict === 'refused') {
    const { reason, ways } = decision
    return { verdict: 'refused', reason, say: texts.refusal(reason, judged?.distance), ways, ...distance }
  }
  const { id, at, node, direction } = record!
  const named = { record: { id, at: at.toISOString(), node } }
  if (decision.verdict === 'duplicate') {
    return { verdict: 'duplicate', say: texts.duplicate(timeIn(session.zone, at), node), ...named }
  }
  const { late } = decision
  const pending = decision.state === 'pending'
  const say = texts.accepted(pending, late, direction === 'out')
  return { verdict: 'accepted', say, ...named, late, flags, ...(pending ? { pending } : {}), ...distance }
}

const clocks = new Map<string, Intl.DateTimeFormat>()
/** `15:50:10 WIB` */
function timeIn(zone: string, at: Date): string {
  let clock = clocks.get(zone)
  if (!clock) {
    const parts = { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'short' } as const
    clocks.set(zone, (clock = new Intl.DateTimeFormat('id', { timeZone: zone, hourCycle: 'h23', ...parts })))
  }
  return clock.format(at).replaceAll('.', ':')
}
