/**
 * A `postmaster.pid` that an earlier life left behind. PostgreSQL refuses to start while a process of that pid exists,
 * whatever it is: a zombie that pid 1 does not bury, or a stranger that got the number (common in containers).
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../failure'
import { commandLine, gone, isAlive, signal } from '../processes'

const orderlyMs = 20_000
const hastyMs = 5000

/**
 * Ends a server that still runs on this folder. It could be adopted instead, but nothing would end it with us then: a
 * server is bound to its parent when it starts. We hold the lock of the data folder, so nobody needs it.
 * @returns the pid in the file when it names no server of this folder: PostgreSQL may be told to overlook it.
 * @throws StartFailure when the server does not end.
 */
export async function endLeftover(folder: string): Promise<number | undefined> {
  const pid = postmasterPid(folder)
  if (pid === undefined) return undefined
  if (!isAlive(pid) || !commandLine(pid)?.includes(`-D ${folder} `)) return pid
  signal(pid, 'SIGINT')
  if (await gone(pid, orderlyMs)) return pid
  signal(pid, 'SIGQUIT')
  if (await gone(pid, hastyMs)) return pid
  throw new StartFailure(`a PostgreSQL (pid ${pid}) still runs on ${folder} and does not end: end it and start again`)
}

export function postmasterPid(folder: string): number | undefined {
  try {
    const pid = Number(readFileSync(join(folder, 'postmaster.pid'), 'utf8').split('\n')[0])
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

/**
 * Ends the backends of a server that is dead itself. One that is busy notices only when its statement is done, and
 * until then no other server may start: its memory would be shared with one that knows nothing of the crash.
 */
export function endOrphans(folder: string): void {
  if (process.platform !== 'linux') return
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    // Every process of a server stands in its data folder.
    if (pid > 0 && cwdOf(pid) === folder && commandLine(pid)?.startsWith('postgres: ')) signal(pid, 'SIGKILL')
  }
}

function cwdOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`)
  } catch {
    return undefined
  }
}
