/**
 * The alarm of an emergency: technicians on duty hear of it at once, in the report's thread too, and again and again,
 * more and more people, until one of them claims it.
 *
 * Each round is a job, committed with the round before it: so no death of a node ends the chain, and a round that is
 * worked on twice rings once, since its job's id is its key.
 */
import { callOne, withoutEffect, type Tx } from '../../kernel/batch'
import type { JobDefinition } from '../../kernel/jobs'
import { command } from '../../kernel/service'
import type { Role } from '../../protocol/roles'
import { isUnclaimed } from './model'
import { onReports, type Desk } from './desk'
import { system } from './notices'
import { alarmQueue, ring, type Round } from './ring'
import type { ReportRow } from './rows'
import { alertInput, changed, type Changed } from './schemas'
import { openThread } from './thread'

/** From which round on those off duty hear of it too, and when admins do. */
const allFrom = 3
const adminsFrom = 4

export const alarmJob: JobDefinition = {
  queue: alarmQueue,
  async run({ id, data }, ground) {
    await ground.perform('reports.alert', data as Round, `alarm-${id}`)
  },
  retryLimit: 20,
  atOnce: 200,
}

/** One round. Without effect once somebody has the report, or once it is no emergency any more: then the chain ends. */
export const alert = command<Round, Changed>({
  name: 'reports.alert',
  summary: 'Ring for an emergency that nobody has claimed.',
  internal: true,
  input: alertInput,
  output: changed,
  runMany: onReports({
    refs: ({ report }) => [report],
    async decide(desk, { key, input: { report, round, alarm } }) {
      const row = desk.get(report)
      const isOver = !isUnclaimed(row.state) || row.priority !== 'emergency' || row.alarm !== alarm
      if (isOver) return withoutEffect(desk.face(row))
      const to = await peopleFor(desk, row, round)
      // Those who are called agree in the report's thread who goes, and it says there what happens.
      if (to.length > 0) row.thread = (await openThread(desk.tx, row, { members: to, key })).channel
      desk.tell(row, 'alerted', undefined, { thread: row.thread }, { alerted: to.length, round })
      if (to.length > 0) desk.notify(row, 'emergency', '', { to })
      ring(desk.tx, row, round + 1)
      return desk.answer(row)
    },
  }),
})

async function peopleFor(desk: Desk, { category }: ReportRow, round: number): Promise<string[]> {
  const roles: Role[] = round >= adminsFrom ? ['technician', 'admin'] : ['technician']
  const all = await desk.once(roles.join(), async (tx) => (await byRoles(tx, roles)).map(({ id }) => id))
  if (round >= allFrom) return all
  const onDuty = await desk.once(`on duty: ${category}`, (tx) => onDutyFor(tx, category, all))
  return onDuty.length > 0 ? onDuty : all
}

async function onDutyFor(tx: Tx, category: string, all: readonly string[]): Promise<string[]> {
  const rows = await tx.query<{ user_id: string }>(
    `SELECT d.user_id FROM reports.duty d, reports.category c
     WHERE d.on_duty AND c.id = $1 AND (d.team IS NULL OR d.team = c.team) AND d.user_id = ANY ($2::text[])`,
    [category, all],
  )
  return rows.map(({ user_id }) => user_id)
}

export async function byRoles(tx: Tx, roles: readonly Role[]): Promise<{ id: string; name: string }[]> {
  const call = { actor: system, key: crypto.randomUUID(), input: { roles: [...roles] } }
  return (await callOne<{ people: { id: string; name: string }[] }>(tx, 'people.by_role', call)).people
}
