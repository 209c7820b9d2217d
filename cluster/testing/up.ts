/** `alun up` with stand-ins for nodes: what the supervisor does, without what a node does. */
import { StartFailure } from '../failure'
import { obeySignals } from '../signals'
import { Supervisor } from '../supervisor'

export interface UpOptions {
  dataDir: string
  port: number
  nodes?: number
  behaviour?: string
  drainMs?: number
  databaseUrl?: string
}

const { dataDir, port, nodes = 2, behaviour = '', drainMs, databaseUrl } = JSON.parse(process.argv[2]!) as UpOptions
const warn = (line: string): void => console.error(line)

const supervisor = new Supervisor({
  dataDir,
  port,
  scheme: 'http',
  nodes,
  drainMs,
  databaseUrl,
  nodeCommand: [process.execPath, `${import.meta.dir}/stand-in.ts`, behaviour],
  nodeEnvironment: () => Promise.resolve({ ALUN_PORT: String(port) }),
  migrate: () => Promise.resolve(),
  setupToken: () => Promise.resolve('a token'),
  say: (line) => console.log(line),
  warn,
})
obeySignals(supervisor, warn)
supervisor.run().then(
  () => supervisor.ended.then(() => process.exit(0)),
  (error: unknown) => {
    warn(error instanceof StartFailure ? error.message : String(error))
    process.exit(1)
  },
)
