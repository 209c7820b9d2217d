import { environment, nodeConfig } from '../config'
import type { Command } from './command'

export const node: Command = {
  summary: 'runs one node in the foreground, set by the environment (containers)',
  async run() {
    const config = nodeConfig(environment())
    const { runNode } = await import('../node')
    await runNode(config)
  },
}
