import { resolve } from 'node:path'
import { environment, placeConfig } from '../config'
import type { Command } from './command'

export const restore: Command = {
  summary: 'makes an installation again from a backup, in an empty data folder or database',
  settings: ['data'],
  words: ['FILE'],
  async run(flags, { FILE }) {
    const { dataDir, databaseUrl } = placeConfig(flags, environment())
    const { restore: bringBack } = await import('../restore')
    const { rows, files } = await bringBack({ file: resolve(FILE!), dataDir, databaseUrl })
    const number = Object.values(rows).reduce((sum, each) => sum + each, 0)
    process.stdout.write(`${number} rows of ${Object.keys(rows).length} tables and ${files} files are back\n`)
    process.stdout.write(`start it: alun up --data ${dataDir}\n`)
  },
}
