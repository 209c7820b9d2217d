/** How people want to be told: which kinds, on which devices, and when not. */
import { z } from 'zod'
import { done } from '../../kernel/batch'
import { command, oneByOne, query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import type { Device, Wishes } from './model'
import { device, wishes, wishInput } from './schemas'

interface Row {
  levels: Wishes['levels']
  quiet_from: number | null
  quiet_to: number | null
  zone: string
}

interface DeviceRow {
  id: string
  label: string
  mark: string
  at: Date
  sent_at: Date | null
  trouble: string | null
}

const usual: Wishes = { levels: {}, quiet: null, zone: 'Asia/Jakarta' }

const toWishes = ({ levels, quiet_from, quiet_to, zone }: Row): Wishes => ({
  ...{ levels, zone, quiet: quiet_from === null || quiet_to === null ? null : { from: quiet_from, to: quiet_to } },
})

export const settings = query({
  name: 'inbox.settings',
  summary: 'How you want to be told, and on which devices.',
  input: z.object({}),
  output: z.object({ wishes, devices: z.array(device) }),
  async run(sql, actor) {
    const [row] = await sql.query<Row>(
      'SELECT levels, quiet_from, quiet_to, zone FROM inbox.wishes WHERE user_id = $1',
      [actor.id],
    )
    const devices = await sql.query<DeviceRow>(
      `SELECT id, label, at, sent_at, trouble, left(encode(sha256(endpoint::bytea), 'hex'), 16) AS mark
       FROM inbox.device WHERE user_id = $1 ORDER BY seen_at DESC, id DESC`,
      [actor.id],
    )
    return { wishes: row ? toWishes(row) : usual, devices: devices.map(toDevice) }
  },
})

const toDevice = ({ id, label, at, sent_at, trouble, mark }: DeviceRow): Device => ({
  ...{ id, label, mark, at: at.toISOString() },
  ...(sent_at ? { sentAt: sent_at.toISOString() } : {}),
  ...(trouble ? { trouble } : {}),
})

/** Says how the caller wants to be told. What is left out stays. Errors: `invalid` (no such time zone). */
export const wish = command<z.infer<typeof wishInput>, Wishes>({
  name: 'inbox.wish',
  summary: 'Say how you want to be told.',
  keyOptional: true,
  input: wishInput,
  output: wishes,
  runMany: oneByOne(async (tx, { actor, input: { levels = null, quiet, zone = null } }) => {
    const [known] = await tx.query('SELECT 1 FROM pg_timezone_names WHERE name = $1', [zone ?? usual.zone])
    if (!known) return refuse.invalid(noZone)
    await tx.query('INSERT INTO inbox.wishes (user_id) VALUES ($1) ON CONFLICT DO NOTHING', [actor.id])
    const [row] = await tx.query<Row>(
      `UPDATE inbox.wishes SET levels = (levels::jsonb || coalesce($2::jsonb, '{}'))::json, zone = coalesce($3, zone),
         quiet_from = CASE WHEN $4 THEN $5::smallint ELSE quiet_from END, quiet_to = CASE WHEN $4 THEN $6::smallint ELSE quiet_to END
       WHERE user_id = $1 RETURNING levels, quiet_from, quiet_to, zone`,
      [actor.id, levels && JSON.stringify(levels), zone, quiet !== undefined, quiet?.from ?? null, quiet?.to ?? null],
    )
    return done(toWishes(row!))
  }),
})

const noZone = { en: 'There is no such time zone.', id: 'Zona waktu itu tidak ada.' }
