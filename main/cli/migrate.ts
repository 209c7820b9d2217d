import { adminWish, environment, placeConfig } from '../config'
import type { Command } from './command'
import { databaseOf } from './place'

export const migrate: Command = {
  summary: "brings the database to this version's schema; `alun up` does so by itself",
  settings: ['data'],
  async run(flags) {
    const databaseUrl = databaseOf(placeConfig(flags, environment()))
    const { migrate: runMigrations } = await import('../migrate')
    const ran = await runMigrations(databaseUrl)
    process.stdout.write(ran.length === 0 ? 'nothing to do\n' : `${ran.join('\n')}\n`)
    // Where nodes are containers, this is the one program that runs once before them.
    const wish = adminWish(environment())
    if (wish && (await (await import('../setup')).makeWishedAdmin(databaseUrl, wish))) {
      process.stdout.write(`${wish.email} is the admin\n`)
    }
  },
}
