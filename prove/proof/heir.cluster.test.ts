/** However a prover ends, nothing of what it started stays behind. */
import { expect, test } from 'bun:test'
import { mkdtemp, readdir, rmdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDescription } from '../../cluster/description'
import { isAlive } from '../../cluster/processes'
import { redisServer } from '../testing/redis'
import { until } from '../testing/until'
import { childrenOf } from './heir'

const limitMs = 120_000

interface Started {
  /** What was asked for on the command line. */
  command: Bun.Subprocess
  /** Where everything temporary goes. */
  folder: string
  /** All that runs by now. */
  pids: number[]
  postmaster: number
}

async function startProving(): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), 'alun-heir-'))
  const words = ['prove', '--seed', '2', '--nodes', '2', '--workers', '0', '--scenario', 'upgrade', '--faults', '0']
  const bus = redisServer ? ['--bus', 'redis'] : []
  const command = Bun.spawn([process.execPath, join(import.meta.dir, '../../main/cli.ts'), ...words, ...bus], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TMPDIR: folder },
  })
  let said = ''
  const reading = command.stderr.pipeTo(new WritableStream({ write: (bytes) => void (said += Buffer.from(bytes)) }))
  void reading.catch(() => undefined)
  await until(() => said.includes('upgrade:'), { what: 'people to be at work', timeoutMs: 90_000 })
  const names = await readdir(folder)
  const dataDir = join(
    folder,
    names.find((name) => /^alun-prove-\w+$/.test(name))!,
  )
  const { pid, postgresPid, nodes } = readDescription(dataDir)!
  const redis = names.filter((name) => name.startsWith('alun-redis')).map((name) => join(folder, name, 'redis.pid'))
  const redisPids = await Promise.all(redis.map(async (file) => Number(await Bun.file(file).text())))
  const pids = [...childrenOf(command.pid), pid, postgresPid!, ...nodes.map((node) => node.pid!), ...redisPids]
  expect(pids.filter((one) => !isAlive(one))).toEqual([])
  expect(redisPids).toHaveLength(redisServer ? 1 : 0)
  return { command, folder, pids, postmaster: postgresPid! }
}

test.each([
  ['the prover', ({ command }: Started) => childrenOf(command.pid)[0]!],
  ['who began it', ({ command }: Started) => command.pid],
])(
  'kill -9 of %s leaves no process, no file and no mount behind, even of what stands still',
  async (_, whom) => {
    const started = await startProving()
    const { command, folder, pids, postmaster } = started
    for (const backend of childrenOf(postmaster)) process.kill(backend, 'SIGSTOP')
    process.kill(whom(started), 'SIGKILL')
    await command.exited
    await until(() => !pids.some(isAlive), { what: 'every process to be gone', timeoutMs: 30_000 })
    await until(async () => (await readdir(folder)).length === 0, { what: 'every file to be gone', timeoutMs: 30_000 })
    // It would say so if something were mounted in it.
    await rmdir(folder)
  },
  limitMs,
)
