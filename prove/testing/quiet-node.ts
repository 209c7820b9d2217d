/** A node in this process that serves and works on nothing: what a test asks of the inside goes through its registry. */
import { nodeConfig } from '../../main/config'
import { createNode } from '../../main/node'
import { freePort, type TestCluster } from './cluster'

const secret = 'a-secret-of-the-tests-that-is-long-enough'

export interface QuietNode {
  /** Runs a command as the installation itself, internal ones too. */
  perform(command: string, input: object): Promise<Record<string, unknown>>
  stop(): Promise<void>
}

/** @param env as the cluster's other nodes have it. */
export async function quietNode(cluster: TestCluster, env: Record<string, string> = {}): Promise<QuietNode> {
  const own = {
    ALUN_NODE_ID: 'quiet',
    ALUN_ROLES: 'serve',
    ALUN_PORT: String(freePort()),
    ALUN_PRIVATE_PORT: String(freePort()),
  }
  const node = await createNode(nodeConfig({ ...env, ...own, DATABASE_URL: cluster.postgres.url, ALUN_SECRET: secret }))
  await node.lifecycle.run()
  return {
    perform: (command, input) => node.registry.perform(command, input),
    stop: () => node.lifecycle.end(0),
  }
}
