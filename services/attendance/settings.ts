/** What holds for the whole campus. */
import { z } from 'zod'
import { done } from '../../kernel/batch'
import { command, oneByOne, query } from '../../kernel/service'
import { refuse } from '../../protocol/errors'
import { day } from '../../protocol/time'
import { settingOf } from './make'
import { parseCidr } from './model/network'
import { zoneName } from './model/time'
import { mayOpen } from './policy'
import * as schemas from './schemas'
import * as texts from './texts'

const setting = z.object({
  /** Raw coordinates are dropped after so many days; 0: they are never kept. */
  locationDays: z.number().int().min(0).max(90),
  zone: schemas.zone,
  holidays: z.array(day).max(1000),
  /** The campus's networks, to be offered when a session is opened. */
  networks: z.array(z.string().max(50)).max(200),
})

export const settings = query({
  name: 'attendance.settings',
  summary: 'What holds for the whole campus: zone, holidays, networks, how long positions are kept.',
  roles: mayOpen,
  input: z.object({}),
  output: setting,
  oneStatement: true,
  async run(sql) {
    const { location_days: locationDays, zone, holidays, networks } = await settingOf(sql)
    return { locationDays, zone, holidays, networks }
  },
})

const change = setting.partial()
type Change = z.infer<typeof change>

/** Changes what holds for the whole campus. What is absent stays. Errors: `invalid`. */
export const configure = command<Change, object>({
  name: 'attendance.configure',
  summary: 'Change what holds for the whole campus.',
  roles: ['admin'],
  input: change,
  output: z.object({}),
  runMany: oneByOne(async (tx, { input: { locationDays, zone, holidays, networks } }) => {
    const unknown = networks?.find((text) => !parseCidr(text))
    if (unknown !== undefined) return refuse.invalid(texts.notNetwork(unknown, 'networks'))
    const json = (list: string[] | undefined): string | null => (list ? JSON.stringify(list) : null)
    await tx.query(
      `UPDATE attendance.setting SET location_days = coalesce($1, location_days), zone = coalesce($2, zone),
         holidays = coalesce($3::json, holidays), networks = coalesce($4::json, networks)`,
      [locationDays ?? null, zone === undefined ? null : zoneName(zone), json(holidays), json(networks)],
    )
    return done({})
  }),
})
