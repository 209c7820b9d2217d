/** What `alun up` is made of: the supervisor, with this project's nodes, migrations, certificates and setup link. */
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { StartFailure } from '../cluster/failure'
import { ensureSecret } from '../cluster/secret'
import { obeySignals } from '../cluster/signals'
import { Supervisor } from '../cluster/supervisor'
import { adminWish, nodeEnvironment, type AdminWish, type TlsFiles, type UpConfig } from './config'

const demoRoles = ['student', 'teacher', 'technician', 'organiser', 'admin'] as const
const certificateLookMs = 3600_000
const backupLookMs = 600_000

/**
 * Resolves when the cluster has ended in an orderly way. @throws StartFailure
 * @param show for people alone: what a phone scans.
 */
export async function runSupervisor(
  config: UpConfig,
  say: (line: string) => void,
  warn: (line: string) => void,
  show?: (text: string) => void,
) {
  let setupToken: string | undefined
  const scheme = config.tls ? 'https' : 'http'
  const wish = adminWish(config.environment)
  const supervisor = new Supervisor({
    dataDir: config.dataDir,
    port: config.port,
    scheme,
    nodes: config.nodes + config.workers,
    ownEnvironment: (number) => rolesOf(config, number),
    nodeCommand: [process.execPath, join(import.meta.dir, 'cli.ts'), 'node'],
    nodeEnvironment: async () => {
      // What is needed next is read while the database starts.
      const tls = await certificateOf(config)
      await Promise.all([import('./migrate'), import('./setup')])
      return nodeEnvironment(config, { secret: config.secret ?? ensureSecret(config.dataDir), tls })
    },
    databaseUrl: config.databaseUrl,
    breakable: config.demo,
    migrate: async (databaseUrl) => (await import('./migrate')).migrate(databaseUrl),
    setupToken: async (databaseUrl) => (setupToken = await firstAdmin(databaseUrl, wish, say)),
    say,
    warn,
  })
  obeySignals(supervisor, warn)
  await supervisor.run()
  if (config.demo && supervisor.stage === 'running') await sayDemo(say)
  if (show && supervisor.stage === 'running') show((await import('./poster')).poster({ ...config, scheme, setupToken }))
  const renewal =
    config.tls === 'auto' ? setInterval(() => void renew(config, supervisor, warn), certificateLookMs) : undefined
  const backups = hasBackups(config)
    ? setInterval(
        oneAtATime(() => backUp(config, warn)),
        backupLookMs,
      )
    : undefined
  await supervisor.ended
  clearInterval(renewal)
  clearInterval(backups)
}

/** What is still going on is not begun again. */
function oneAtATime(work: () => Promise<void>): () => void {
  let going: Promise<void> | undefined
  return () => {
    going ??= work().finally(() => (going = undefined))
  }
}

/** A database that somebody else runs is theirs to back up. */
const hasBackups = ({ backups, demo, databaseUrl }: UpConfig): boolean => backups > 0 && !demo && !databaseUrl

/** In a process of its own: this one has nodes to watch. */
async function backUp({ dataDir, backups }: UpConfig, warn: (line: string) => void): Promise<void> {
  const { backUpWhenDue } = await import('./backup/daily')
  const take = async (file: string): Promise<void> => {
    const words = [process.execPath, join(import.meta.dir, 'cli.ts'), 'backup', file, '--data', dataDir]
    const child = Bun.spawn(words, { stdio: ['ignore', 'ignore', 'pipe'] })
    const complaint = await new Response(child.stderr).text()
    if ((await child.exited) !== 0) throw new Error(complaint.trim())
  }
  await backUpWhenDue({ dataDir, keep: backups, take, now: Date.now }).catch((error: Error) =>
    warn(`no backup was taken: ${error.message}`),
  )
}

/** Made as the environment wishes, or else by whoever opens the link. @returns the link's token, while there is no admin. */
async function firstAdmin(databaseUrl: string, wish: AdminWish | undefined, say: (line: string) => void) {
  const { makeWishedAdmin, setupToken } = await import('./setup')
  if (wish && (await makeWishedAdmin(databaseUrl, wish))) say(`admin ${wish.email}`)
  return setupToken(databaseUrl)
}

/** By which anybody may come in; on the sign-in page one tap does it. */
async function sayDemo(say: (line: string) => void): Promise<void> {
  const { demoAddress, demoPassword } = await import('../services/people/demo')
  for (const role of demoRoles) say(`demo ${role}: ${demoAddress(role)} ${demoPassword}`)
}

async function certificateOf({ tls, dataDir }: UpConfig): Promise<TlsFiles | undefined> {
  if (tls === undefined) return undefined
  if (tls !== 'auto') {
    for (const file of [tls.certFile, tls.keyFile]) mustBeReadable(file)
    return tls
  }
  const { ensureCertificate } = await import('../cluster/authority')
  return ensureCertificate(dataDir)
}

/** With workers of its own a cluster parts what nodes do; a node that stands in while others roll serves people. */
function rolesOf({ nodes, workers }: UpConfig, number: number): Record<string, string> {
  if (workers === 0) return {}
  return { ALUN_ROLES: number > nodes && number <= nodes + workers ? 'work' : 'serve' }
}

/** Nodes read the certificate when they start. */
async function renew(config: UpConfig, supervisor: Supervisor, warn: (line: string) => void): Promise<void> {
  try {
    const { ensureCertificate } = await import('../cluster/authority')
    if ((await ensureCertificate(config.dataDir)).isNew) await supervisor.roll()
  } catch (error) {
    warn(`the certificate could not be renewed: ${String(error)}`)
  }
}

/** @throws StartFailure */
function mustBeReadable(file: string): void {
  try {
    accessSync(file, constants.R_OK)
  } catch (error) {
    throw new StartFailure(`the file ${file} of --tls cannot be read (${(error as NodeJS.ErrnoException).code})`)
  }
}
