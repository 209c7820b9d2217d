import { cpus, release, totalmem, type } from 'node:os'
import packageJson from '../../package.json'

/** What a proof was made on. Nothing of it names the machine or its owner. */
export function machineOf() {
  const [first] = cpus()
  return {
    version: packageJson.version,
    system: `${type()} ${release()}`,
    cpu: first?.model.trim() ?? '',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 1e9),
    runtime: `Bun ${Bun.version}`,
  }
}
