import { resolve } from 'node:path'
import { environment, placeConfig } from '../config'
import type { Command } from './command'
import { databaseOf } from './place'

export const backup: Command = {
  summary: 'writes one moment of everything to a file: database, files, secret; while it runs',
  settings: ['data'],
  words: ['FILE'],
  async run(flags, { FILE }) {
    const place = placeConfig(flags, environment())
    const file = resolve(FILE!)
    const { takeBackup } = await import('../backup')
    const { rows, files } = await takeBackup({ databaseUrl: databaseOf(place), dataDir: place.dataDir, file })
    const number = Object.values(rows).reduce((sum, each) => sum + each, 0)
    process.stdout.write(`${file}: ${number} rows of ${Object.keys(rows).length} tables, ${files} files\n`)
    process.stdout.write('keep it as safe as the installation: it holds the secret and everything people wrote\n')
  },
}
