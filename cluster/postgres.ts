/**
 * A real PostgreSQL of our own, from the npm package, on one data folder.
 *
 * It listens on a socket that only we can open, runs as anybody but root, is ended in an orderly way when we end, even
 * by kill -9, and clears what an earlier life left behind. Restarting it when it dies is the supervisor's business.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from './failure'
import { rotate } from './logs'
import { answers, databaseName } from './postgres/database'
import { findBinaries } from './postgres/binaries'
import { databaseUser, prepareFolder } from './postgres/folder'
import { chooseIdentity } from './postgres/identity'
import { launch, type Launch, type Launched } from './postgres/launch'
import { endLeftover, endOrphans, postmasterPid } from './postgres/leftover'
import { databaseUrl, makeSocketFolder, socketFolder } from './postgres/socket'
import { signal } from './processes'

export interface PostgresOptions {
  dataDir: string
  /** Told when the start takes long, as recovery after a crash may. */
  onSlow?: (line: string) => void
}

export interface RunningPostgres {
  url: string
  pid: number
  /** Orderly, within seconds. May be called again. */
  stop(): Promise<void>
  /** Resolves when the server has ended, by whatever cause. */
  exited: Promise<void>
}

const pollMs = 10
const slowMs = 5000
/** For how long a leftover of an earlier life may stand in the way. */
const obstacleMs = 15_000
const obstacle = /pre-existing shared memory|already exists|still in use/

/**
 * Resolves when the database answers.
 * @throws StartFailure when it can't run here, with what it said.
 */
export async function startPostgres({ dataDir, onSlow }: PostgresOptions): Promise<RunningPostgres> {
  const identity = chooseIdentity(dataDir, await findBinaries())
  const folder = join(dataDir, 'postgres')
  const overlook = await endLeftover(folder)
  await prepareFolder(folder, identity)
  const socketDir = socketFolder(dataDir)
  makeSocketFolder(socketDir, identity)
  const logFile = join(dataDir, 'log', 'postgres.log')
  mkdirSync(join(dataDir, 'log'), { recursive: true, mode: 0o700 })
  rotate(logFile)
  const launched = await launchUntilItAnswers({ folder, socketDir, logFile, identity, overlook }, onSlow)
  const pid = postmasterPid(folder)
  if (pid === undefined) throw new StartFailure(`PostgreSQL ended right after its start; see ${logFile}`)
  return {
    url: databaseUrl(databaseUser, databaseName, socketDir),
    pid,
    stop: () => stop(pid, launched),
    exited: launched.exited.then(() => undefined),
  }
}

async function launchUntilItAnswers(how: Launch, onSlow?: (line: string) => void): Promise<Launched> {
  const giveUpAt = performance.now() + obstacleMs
  for (;;) {
    const launched = launch(how)
    if (await answersOrExits(launched, how, onSlow)) return launched
    const words = launched.lastWords()
    if (!obstacle.test(words) || performance.now() > giveUpAt) {
      throw new StartFailure(`PostgreSQL did not start: ${words || 'it said nothing'} (see ${how.logFile})`)
    }
    endOrphans(how.folder)
    await Bun.sleep(50)
  }
}

async function answersOrExits(launched: Launched, how: Launch, onSlow?: (line: string) => void): Promise<boolean> {
  let slowAt = performance.now() + slowMs
  while (launched.exitCode() === null) {
    if (await answers(how.socketDir)) return true
    if (performance.now() > slowAt) {
      onSlow?.(`PostgreSQL is still starting, perhaps recovering after a crash (${how.logFile})`)
      slowAt = Infinity
    }
    await Bun.sleep(pollMs)
  }
  return false
}

/** SIGINT ends connections and writes a checkpoint; SIGQUIT leaves the rest to the next start's recovery. */
async function stop(pid: number, launched: Launched): Promise<void> {
  for (const [name, patienceMs] of [
    ['SIGINT', 8000],
    ['SIGQUIT', 3000],
    ['SIGKILL', 3000],
  ] as const) {
    if (launched.exitCode() !== null) return
    signal(pid, name)
    const timer = Promise.withResolvers<void>()
    const handle = setTimeout(timer.resolve, patienceMs)
    await Promise.race([launched.exited, timer.promise])
    clearTimeout(handle)
  }
}
