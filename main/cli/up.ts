import { environment, upConfig } from '../config'
import type { Command } from './command'

export const up: Command = {
  summary: 'starts the cluster: database, migrations, nodes; keeps them running until Ctrl-C',
  settings: ['port', 'nodes', 'workers', 'data', 'demo', 'tls', 'publicUrl', 'roles', 'trustedProxies', 'conformance'],
  async run(flags) {
    const config = upConfig(flags, environment())
    const { runSupervisor } = await import('../supervisor')
    await runSupervisor(
      config,
      (line) => process.stdout.write(`${line}\n`),
      (line) => process.stderr.write(`${line}\n`),
      // Scripts read lines; a person at a terminal has a phone.
      process.stdout.isTTY ? (text) => process.stdout.write(text) : undefined,
    )
  },
}
