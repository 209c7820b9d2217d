/** Who of the technicians is on duty: alarms reach them first. */
import { z } from 'zod'
import { done } from '../../kernel/batch'
import { command, oneByOne, query } from '../../kernel/service'
import { may } from './policy'
import { dutyInput } from './schemas'

type Duty = z.infer<typeof dutyInput>
const dutyOutput = z.object({ on: z.boolean(), team: z.string().nullable() })

/** Says that you are on duty, or no longer. Without a team, you hear of every team's emergencies. */
export const duty = command<Duty, z.infer<typeof dutyOutput>>({
  name: 'reports.duty',
  summary: 'Go on duty or off duty: emergencies ring with those on duty first.',
  roles: may.handle,
  input: dutyInput,
  output: dutyOutput,
  runMany: oneByOne(async (tx, { actor, input: { on, team } }) => {
    const [row] = await tx.query<{ team: string | null }>(
      `INSERT INTO reports.duty AS d (user_id, on_duty, team) VALUES ($1, $2, $3)
       ON CONFLICT (user_id) DO UPDATE SET on_duty = $2, team = CASE WHEN $4 THEN $3 ELSE d.team END RETURNING team`,
      [actor.id, on, team ?? null, team !== undefined],
    )
    return done({ on, team: row!.team })
  }),
})

export const myDuty = query({
  name: 'reports.my_duty',
  summary: 'Whether you are on duty, and for which team.',
  roles: may.handle,
  input: z.object({}),
  output: dutyOutput,
  oneStatement: true,
  run: async (sql, actor) => {
    const [row] = await sql.query<{ on_duty: boolean; team: string | null }>(
      'SELECT on_duty, team FROM reports.duty WHERE user_id = $1',
      [actor.id],
    )
    return { on: row?.on_duty ?? false, team: row?.team ?? null }
  },
})
