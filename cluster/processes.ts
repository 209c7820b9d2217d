/**
 * What can be known of a process that is not our child: whether it lives, and whether it is still the one it was.
 * A pid alone says neither: pids are used again, and a zombie still answers to signals.
 */
import { readFileSync } from 'node:fs'

/** True when a process of this pid runs. A zombie does not: it only waits to be buried. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    // EPERM: somebody else's process, but alive.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return stateOf(pid) !== 'Z'
}

/** When the process started, as an opaque text: another process that gets the same pid later has another one. */
export function birthOf(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const startTicks = stat(pid)?.[19]
    return startTicks && `${bootId()}/${startTicks}`
  }
  return ps(pid, 'lstart')
}

/** The same process that had this birth, still running. */
export function isStill(pid: number, birth: string | undefined): boolean {
  return isAlive(pid) && birthOf(pid) === birth
}

export function commandLine(pid: number): string | undefined {
  if (process.platform !== 'linux') return ps(pid, 'command')
  return read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim() || undefined
}

/** Signals a process that may be gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Gone is what a signal is mostly sent for.
  }
}

/** @returns whether it was gone in time. */
export async function gone(pid: number, withinMs: number): Promise<boolean> {
  const end = performance.now() + withinMs
  while (isAlive(pid)) {
    if (performance.now() > end) return false
    await Bun.sleep(10)
  }
  return true
}

function stateOf(pid: number): string | undefined {
  return process.platform === 'linux' ? stat(pid)?.[0] : ps(pid, 'state')?.[0]
}

/** The fields of /proc/<pid>/stat from the third on. The second, the name, may itself hold spaces and brackets. */
function stat(pid: number): string[] | undefined {
  const text = read(`/proc/${pid}/stat`)
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** Start times count from the machine's start; without this two processes of two days could look the same. */
function bootId(): string {
  return read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function ps(pid: number, column: string): string | undefined {
  const { stdout } = Bun.spawnSync(['ps', '-o', `${column}=`, '-p', String(pid)], { stderr: 'ignore' })
  return stdout.toString().trim() || undefined
}
