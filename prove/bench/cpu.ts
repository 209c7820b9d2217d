/** CPU seconds and memory of processes, with all their descendants, from /proc. */
import { readdirSync, readFileSync } from 'node:fs'

const ticksPerSecond = 100

interface Stat {
  ppid: number
  cpuSeconds: number
}

function statOf(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { ppid: Number(fields[1]), cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond }
  } catch {
    return undefined
  }
}

/** CPU seconds used so far by these processes and everything they started. */
export function cpuSecondsOf(roots: readonly number[]): number {
  const all = new Map<number, Stat>()
  for (const name of readdirSync('/proc')) {
    const stat = /^\d+$/.test(name) ? statOf(Number(name)) : undefined
    if (stat) all.set(Number(name), stat)
  }
  const belongs = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = all.get(at)?.ppid) {
      if (roots.includes(at)) return true
    }
    return false
  }
  let sum = 0
  for (const [pid, { cpuSeconds }] of all) if (belongs(pid)) sum += cpuSeconds
  return sum
}

/** Resident bytes of one process. */
export function residentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

export interface Sample {
  seconds: number
  cpuSeconds: number
}

/** Runs `work` and tells what it took. */
export async function measured(roots: () => readonly number[], work: () => Promise<void>): Promise<Sample> {
  const cpu = cpuSecondsOf(roots())
  const begun = performance.now()
  await work()
  const seconds = (performance.now() - begun) / 1000
  return { seconds, cpuSeconds: cpuSecondsOf(roots()) - cpu }
}
