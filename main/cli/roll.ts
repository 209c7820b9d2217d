import { StartFailure } from '../../cluster/failure'
import { holderOf } from '../../cluster/lock'
import { environment, placeConfig } from '../config'
import type { Command } from './command'

export const roll: Command = {
  summary: 'replaces every node of the running cluster, one at a time, without a pause in service',
  settings: ['data'],
  async run(flags) {
    const { dataDir } = placeConfig(flags, environment())
    const holder = holderOf(dataDir)
    if (!holder) throw new StartFailure(`no cluster runs on ${dataDir}: name its folder with --data`)
    process.kill(holder.pid, 'SIGHUP')
    process.stdout.write(`rolling (pid ${holder.pid})\n`)
  },
}
