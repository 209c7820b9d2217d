/** One life of the server process: from the command line to its exit. */
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { guard } from './guard'
import type { Identity } from './identity'

export interface Launch {
  folder: string
  socketDir: string
  logFile: string
  identity: Identity
  /** A pid that the server overlooks when `postmaster.pid` names it. */
  overlook: number | undefined
}

export interface Launched {
  exited: Promise<number>
  /** Undefined while it runs. */
  exitCode(): number | null
  /** The last thing it said of why it ended. */
  lastWords(): string
}

export const server = {
  synchronous_commit: 'on',
  fsync: 'on',
  full_page_writes: 'on',
  max_connections: '200',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  checkpoint_completion_target: '0.9',
  // A new piece of the log is not filled with zeros first: that kept everybody's commit waiting for 60 ms (decision 16).
  wal_init_zero: 'off',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // What people wrote stays out of the log: a failing statement is named by its error alone.
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
  listen_addresses: '',
  unix_socket_permissions: '0700',
} as const

export function launch({ folder, socketDir, logFile, identity, overlook }: Launch): Launched {
  const settings = Object.entries({ ...server, unix_socket_directories: `"${socketDir}"` })
  const command = [
    identity.binaries.postgres,
    '-D',
    folder,
    ...settings.flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ]
  const log = openSync(logFile, 'a', 0o600)
  const logStart = statSync(logFile).size
  const guarded = guard(command, identity.wrap)
  const child = Bun.spawn(guarded.command, {
    stdio: [guarded.stdin, log, log],
    // A group of its own: Ctrl-C in the terminal is for us, who drain the nodes before the database goes.
    detached: true,
    env: { LC_ALL: 'C', TZ: 'UTC', ...(overlook === undefined ? {} : { PG_GRANDPARENT_PID: String(overlook) }) },
  })
  closeSync(log)
  return {
    exited: child.exited,
    exitCode: () => child.exitCode ?? (child.signalCode ? 128 : null),
    lastWords: () => lastFatal(logFile, logStart),
  }
}

function lastFatal(logFile: string, from: number): string {
  const size = statSync(logFile).size
  const bytes = Buffer.alloc(Math.min(size - from, 64_000))
  const file = openSync(logFile, 'r')
  readSync(file, bytes, 0, bytes.length, size - bytes.length)
  closeSync(file)
  const lines = bytes.toString().trim().split('\n')
  const fatal = lines.findLast((line) => /(FATAL|PANIC|error while loading):?/.test(line)) ?? lines.at(-1) ?? ''
  return fatal.replace(/^.*?(FATAL|PANIC):\s*/, '')
}
