/** The checks of `alun doctor`, in the order in which one thing stands on another. */
import { X509Certificate } from 'node:crypto'
import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { examine } from '../../../cluster/postgres/database'
import { readDescription } from '../../../cluster/description'
import { holderOf } from '../../../cluster/lock'
import { statusOf } from '../../../cluster/node/pulse'
import { isPortFree } from '../../../cluster/ports'
import { secretFile } from '../../../cluster/secret'
import { tlsFiles } from '../../../cluster/tls'
import { serversOf } from '../../../kernel/db'
import type { PlaceConfig } from '../../config'
import { lastBackupAt } from '../../backup/daily'
import { fail, ok, warn, type Check, type Finding } from './finding'
import { mail } from './mail'

const gigabyte = 1024 ** 3
const dayMs = 24 * 3600 * 1000
const wantedBun = '1.4.5'

export const checks: readonly Check[] = [
  programs,
  folder,
  space,
  secret,
  certificate,
  port,
  cluster,
  nodes,
  database,
  backups,
  mail,
]

function programs(): Finding {
  const node = Bun.which('node')
  const version = node ? Bun.spawnSync([node, '--version']).stdout.toString().trim() : 'none'
  const found = `bun ${Bun.version}, node ${version}`
  if (Bun.version !== wantedBun) return warn('programs', found, `tried with bun ${wantedBun}: run npm ci`)
  if (Number(version.slice(1).split('.')[0]) < 20) return warn('programs', found, 'npm start needs Node 20 or later')
  return ok('programs', found)
}

function folder({ dataDir }: PlaceConfig): Finding {
  if (!existsSync(dataDir)) {
    return warn('data folder', `${dataDir} does not exist`, 'the first `alun up` makes it; is --data what you meant?')
  }
  try {
    accessSync(dataDir, constants.W_OK)
  } catch {
    return fail(
      'data folder',
      `${dataDir} cannot be written`,
      'run as the user whom it belongs to, or choose another with --data',
    )
  }
  return ok('data folder', dataDir)
}

function space({ dataDir }: PlaceConfig): Finding {
  const { bavail, bsize } = statfsSync(existingAbove(dataDir))
  const gigabytes = (bavail * bsize) / gigabyte
  const found = `${gigabytes.toFixed(1)} GB free`
  if (gigabytes < 0.5) return fail('disk', found, 'PostgreSQL stops when the disk is full: make room now')
  return gigabytes < 3
    ? warn('disk', found, 'the database alone may need 2 GB for its journal: make room')
    : ok('disk', found)
}

function existingAbove(path: string): string {
  return existsSync(path) ? path : existingAbove(dirname(path))
}

function secret({ dataDir, secret: given }: PlaceConfig): Finding {
  if (given) return ok('secret', 'given by ALUN_SECRET')
  const file = secretFile(dataDir)
  if (!existsSync(file)) return warn('secret', 'none yet', 'the first `alun up` makes one')
  const mode = statSync(file).mode & 0o777
  if ((mode & 0o077) === 0) return ok('secret', 'in the data folder, readable by its owner alone')
  return fail('secret', `${file} has mode ${mode.toString(8)}`, `others can sign in as anybody: chmod 600 ${file}`)
}

function certificate({ dataDir }: PlaceConfig): Finding {
  const { certFile } = tlsFiles(dataDir)
  if (!existsSync(certFile)) return ok('certificate', 'none of our own (--tls auto makes one)')
  const ends = new X509Certificate(readFileSync(certFile)).validTo
  const days = Math.floor((Date.parse(ends) - Date.now()) / dayMs)
  if (days < 0) return fail('certificate', `ended on ${ends}`, 'start with --tls auto again: it makes a new one')
  return days < 14
    ? warn('certificate', `ends in ${days} days`, 'alun roll')
    : ok('certificate', `good for ${days} days`)
}

async function port({ dataDir, port: wanted }: PlaceConfig): Promise<Finding> {
  const holder = holderOf(dataDir)
  const number = holder?.port ?? wanted
  const isFree = await isPortFree(number)
  if (holder) {
    if (!isFree) return ok('port', `${number} is ours`)
    return fail('port', `nobody listens on ${number}`, 'no node is up: see the nodes below and their logs')
  }
  return isFree
    ? ok('port', `${number} is free`)
    : fail('port', `${number} is in use by another program`, 'choose one with --port')
}

function cluster({ dataDir }: PlaceConfig): Finding {
  const holder = holderOf(dataDir)
  if (holder) return ok('cluster', `runs (pid ${holder.pid}, since ${holder.since})`)
  return readDescription(dataDir)
    ? warn(
        'cluster',
        'does not run; it ended without an orderly stop',
        'nothing acknowledged is lost; `alun up` goes on',
      )
    : warn('cluster', 'does not run', 'alun up')
}

async function nodes({ dataDir }: PlaceConfig): Promise<Finding> {
  const described = holderOf(dataDir) ? (readDescription(dataDir)?.nodes ?? []) : []
  if (described.length === 0) return warn('nodes', 'none', 'alun up')
  const states = await Promise.all(
    described.map(async ({ id, state, privatePort }) => {
      const answer = privatePort ? await statusOf(privatePort, '/readyz', 1000) : undefined
      return { id, isReady: answer?.status === 200, words: `${id} ${state} ${answer?.body.trim() ?? 'no answer'}` }
    }),
  )
  const found = states.map(({ words }) => words).join('\n      ')
  const bad = states.filter(({ isReady }) => !isReady).map(({ id }) => `${dataDir}/log/${id}.log`)
  return bad.length === 0 ? ok('nodes', found) : fail('nodes', found, `see ${bad.join(', ')}`)
}

/** The first of several servers that answers. @throws what the last one said. */
async function examineAny([first, ...others]: readonly string[]): ReturnType<typeof examine> {
  try {
    return await examine(first!)
  } catch (error) {
    if (others.length === 0) throw error
    return examineAny(others)
  }
}

async function database({ dataDir, databaseUrl }: PlaceConfig): Promise<Finding> {
  const url = databaseUrl ?? (holderOf(dataDir) ? readDescription(dataDir)?.databaseUrl : undefined)
  if (!url) return warn('database', 'not running', 'alun up starts it')
  try {
    const { version, offsetMs } = await examineAny(serversOf(url))
    const found = `PostgreSQL ${version}, its clock ${offsetMs} ms from ours`
    if (Number.parseInt(version, 10) < 14) return fail('database', found, 'PostgreSQL 14 or later is needed')
    if (Math.abs(offsetMs) > 2000) return warn('database', found, 'set both machines by a time server')
    return ok('database', found)
  } catch (error) {
    return fail(
      'database',
      `cannot be reached (${(error as Error).message})`,
      `see DATABASE_URL, or ${dataDir}/log/postgres.log`,
    )
  }
}

function backups({ dataDir, databaseUrl }: PlaceConfig): Finding {
  if (databaseUrl) return ok('backups', 'of this database are taken where it runs')
  const at = lastBackupAt(dataDir)
  if (at === undefined) return ok('backups', 'none yet: the first is taken minutes after the start, then one a day')
  const hours = Math.floor((Date.now() - at) / 3600_000)
  const found = `the last is ${hours} hours old; copy them to another machine`
  return hours < 49 ? ok('backups', found) : warn('backups', found, 'see what `alun up` said: "no backup was taken"')
}
