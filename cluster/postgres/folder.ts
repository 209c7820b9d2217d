/** The folder of the database: made once, whole or not at all, and never read by another major version. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { StartFailure } from '../failure'
import { namespacePrefix, type Identity } from './identity'

/** The only user of the database; reached by the socket alone, which only we can open. */
export const databaseUser = 'alun'

/** Extensions such as pg_trgm still ask the system what a letter is; without this they drop all but ASCII. */
const lettersByLocale = `--lc-ctype=${process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'}`

/** @throws StartFailure */
export async function prepareFolder(folder: string, identity: Identity): Promise<void> {
  sweepDrafts(folder)
  if (!existsSync(folder)) return makeFolder(folder, identity)
  const file = join(folder, 'PG_VERSION')
  if (!existsSync(file)) throw new StartFailure(`${folder} exists but holds no database: move it away and start again`)
  const major = readFileSync(file, 'utf8').trim()
  const { major: ours } = identity.binaries
  if (major !== ours) {
    throw new StartFailure(
      `${folder} was made by PostgreSQL ${major} and this is PostgreSQL ${ours}: make a backup with the Alun that made it, and restore it into a new folder`,
    )
  }
  identity.own(folder)
}

/** In a draft beside it, renamed when it is whole: a kill in the midst leaves a draft, which the next start sweeps. */
async function makeFolder(folder: string, identity: Identity): Promise<void> {
  mkdirSync(dirname(folder), { recursive: true, mode: 0o700 })
  const draft = mkdtempSync(`${folder}.new-`)
  identity.own(draft)
  let complaint = await initialise(draft, identity, [])
  const prefix = namespacePrefix()
  // Containers may run as a user id that has no name; initdb wants one, and a namespace gives it.
  if (complaint?.includes('could not look up effective user ID') && prefix) {
    complaint = await initialise(draft, identity, prefix)
  }
  if (complaint !== undefined) {
    rmSync(draft, { recursive: true, force: true })
    throw new StartFailure(`the database could not be made: ${complaint}`)
  }
  renameSync(draft, folder)
}

/** @returns what went wrong, in one line. */
async function initialise(folder: string, identity: Identity, prefix: string[]): Promise<string | undefined> {
  const initdb = Bun.spawn(
    identity.wrap([
      ...prefix,
      ...[identity.binaries.initdb, '--pgdata', folder, '--username', databaseUser, '--no-instructions'],
      // PostgreSQL's own C.UTF-8: the same order and case on every machine, whatever locales it has.
      ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', lettersByLocale],
      ...['--auth-local=trust', '--auth-host=reject'],
    ]),
    { stdio: ['ignore', 'pipe', 'pipe'], env: { LC_ALL: 'C', TZ: 'UTC' } },
  )
  const [said, complained, exitCode] = await Promise.all([
    new Response(initdb.stdout).text(),
    new Response(initdb.stderr).text(),
    initdb.exited,
  ])
  return exitCode === 0 ? undefined : (complained || said).trim().replaceAll('\n', ' ')
}

function sweepDrafts(folder: string): void {
  if (!existsSync(dirname(folder))) return
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.new-`))
      rmSync(join(dirname(folder), name), { recursive: true, force: true })
  }
}
