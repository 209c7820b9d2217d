/**
 * Whom PostgreSQL runs as. It refuses to run as root, so when we are root it becomes somebody else:
 *
 * - The data folder is root's: a user namespace, in which our uid has another number. No user is needed, no file
 *   changes its owner, and programs and data may lie where only root can go.
 * - The data folder is another user's: that user.
 * - User namespaces are not allowed here (many containers): the folder's database is given to `nobody`.
 */
import { chmodSync, chownSync, cpSync, existsSync, lstatSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../failure'
import { binariesAt, type Binaries } from './binaries'

export interface Identity {
  binaries: Binaries
  /** Whom its files belong to. */
  uid: number | undefined
  /** The command, run as this identity. */
  wrap(command: string[]): string[]
  /** Makes a folder and all in it this identity's own. */
  own(path: string): void
}

const nobody = 65_534

/** @throws StartFailure when we are root and there is no way to be anybody else. */
export function chooseIdentity(dataDir: string, binaries: Binaries): Identity {
  const uid = process.getuid?.()
  if (uid !== 0) return { binaries, uid, wrap: (command) => command, own: () => undefined }
  const owner = statSync(dataDir).uid
  return (owner === 0 && inNamespace(binaries)) || asUser(owner || nobody, dataDir, binaries)
}

/** In a user namespace whoever runs the command is `nobody` to it, and itself to files. Not allowed everywhere. */
export function namespacePrefix(): string[] | undefined {
  const unshare = Bun.which('unshare')
  return unshare ? [unshare, '--user', `--map-user=${nobody}`, `--map-group=${nobody}`, '--'] : undefined
}

function inNamespace(binaries: Binaries): Identity | undefined {
  const prefix = namespacePrefix()
  if (!prefix || !runs([...prefix, binaries.postgres, '--version'])) return undefined
  return { binaries, uid: 0, wrap: (command) => [...prefix, ...command], own: (path) => chownAll(path, 0) }
}

function asUser(uid: number, dataDir: string, binaries: Binaries): Identity {
  const setpriv = Bun.which('setpriv')
  if (!setpriv) throw new StartFailure('PostgreSQL may not run as root, and setpriv is missing: install util-linux')
  const prefix = [setpriv, `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--']
  // Names in the data folder may be seen; what is secret in it is closed by itself.
  if (statSync(dataDir).uid === 0) chmodSync(dataDir, 0o711)
  if (!runs([...prefix, Bun.which('sh') ?? '/bin/sh', '-c', 'cd "$1"', 'sh', dataDir])) {
    throw new StartFailure(
      `PostgreSQL may not run as root, and user ${uid} cannot enter ${dataDir}: choose a folder outside root's home with --data`,
    )
  }
  return {
    binaries: reachable(prefix, dataDir, binaries),
    uid,
    wrap: (command) => [...prefix, ...command],
    own: (path) => chownAll(path, uid),
  }
}

/** The programs where they are, or a copy in the data folder when that user cannot go where they are. */
function reachable(prefix: string[], dataDir: string, binaries: Binaries): Binaries {
  if (runs([...prefix, binaries.postgres, '--version'])) return binaries
  const copy = binariesAt(join(dataDir, 'postgres-program'), binaries)
  rmSync(copy.root, { recursive: true, force: true })
  cpSync(binaries.root, copy.root, { recursive: true, verbatimSymlinks: true })
  if (runs([...prefix, copy.postgres, '--version'])) return copy
  throw new StartFailure(`PostgreSQL does not run here as another user than root (tried ${prefix.join(' ')})`)
}

function runs(command: string[]): boolean {
  return Bun.spawnSync(command, { stdio: ['ignore', 'ignore', 'ignore'], env: {} }).exitCode === 0
}

/** Does nothing when the top already belongs to them: it is the last to be given. */
function chownAll(path: string, uid: number): void {
  if (!existsSync(path) || lstatSync(path).uid === uid) return
  for (const entry of readdirSync(path, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name)
    if (!entry.isSymbolicLink()) chownSync(file, uid, uid)
  }
  chownSync(path, uid, uid)
}
