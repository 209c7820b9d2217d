import { readDescription } from '../../cluster/description'
import { StartFailure } from '../../cluster/failure'
import { holderOf } from '../../cluster/lock'
import { environment, placeConfig } from '../config'
import type { Command } from './command'

const lookMs = 100
/** A node drains for up to 10 s and starts for up to 30; one more than there are is replaced. */
const patienceMs = 40_000

export const roll: Command = {
  summary: 'replaces every node of the running cluster, one at a time, without a pause in service; waits for the end',
  settings: ['data'],
  async run(flags) {
    const { dataDir } = placeConfig(flags, environment())
    const holder = holderOf(dataDir)
    if (!holder) throw new StartFailure(`no cluster runs on ${dataDir}: name its folder with --data`)
    const before = readDescription(dataDir)
    process.kill(holder.pid, 'SIGHUP')
    process.stdout.write(`rolling (pid ${holder.pid})\n`)
    const end = Date.now() + patienceMs * ((before?.nodes.length ?? 1) + 1)
    for (; Date.now() < end; await Bun.sleep(lookMs)) {
      if (holderOf(dataDir)?.pid !== holder.pid) throw new StartFailure('not rolled: the cluster ended meanwhile')
      const { rolls } = readDescription(dataDir) ?? {}
      if (!rolls || rolls.ended === (before?.rolls?.ended ?? 0)) continue
      if (rolls.failure) throw new StartFailure(`not rolled: ${rolls.failure}; see ${dataDir}/log`)
      process.stdout.write('rolled: every node is new\n')
      return 0
    }
    throw new StartFailure(`not rolled: it takes too long; see ${dataDir}/log`)
  },
}
