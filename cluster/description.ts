/**
 * `cluster.json` in the data folder: where this cluster is, for commands and tests that look at it from outside, and
 * for the next supervisor, who ends what a killed one left. Kept current; gone after an orderly end.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { State } from './node/machine'
import { gone, isStill, signal } from './processes'

export interface NodeDescription {
  id: string
  state: State
  pid?: number | undefined
  birth?: string | undefined
  privatePort?: number | undefined
  startedAt?: string | undefined
}

export interface ClusterDescription {
  pid: number
  startedAt: string
  port: number
  scheme: 'http' | 'https'
  databaseUrl: string
  /** Of the embedded PostgreSQL, when there is one. */
  postgresPid?: number | undefined
  nodes: NodeDescription[]
  rolls?: Rolls | undefined
}

/** How often all nodes were to be replaced in this life of the supervisor, and what became of it. */
export interface Rolls {
  ended: number
  /** Why the last one did not come to its end. */
  failure?: string | undefined
}

const fileIn = (dataDir: string): string => join(dataDir, 'cluster.json')

/**
 * Whole or not at all: a reader never sees half of it.
 * @returns false when it can't be written now: a full disk must not end the cluster for want of its description.
 */
export function writeDescription(dataDir: string, description: ClusterDescription): boolean {
  const draft = `${fileIn(dataDir)}.new`
  try {
    writeFileSync(draft, `${JSON.stringify(description, null, 2)}\n`, { mode: 0o600 })
    renameSync(draft, fileIn(dataDir))
    return true
  } catch {
    return false
  }
}

export function readDescription(dataDir: string): ClusterDescription | undefined {
  try {
    return JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as ClusterDescription
  } catch {
    return undefined
  }
}

export function removeDescription(dataDir: string): void {
  rmSync(fileIn(dataDir), { force: true })
}

/**
 * Nodes whose supervisor was killed end by themselves, unless they are frozen or hang; and while they still drain they
 * hold the public port. They serve nobody who could not be served by the new ones.
 * @returns whether the last supervisor ended without order.
 */
export async function endLeftoverNodes(dataDir: string): Promise<boolean> {
  const left = readDescription(dataDir)
  const pids = (left?.nodes ?? []).flatMap(({ pid, birth }) => (pid !== undefined && isStill(pid, birth) ? [pid] : []))
  for (const pid of pids) signal(pid, 'SIGKILL')
  await Promise.all(pids.map((pid) => gone(pid, 2000)))
  return left !== undefined
}
