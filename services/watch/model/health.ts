/**
 * How an installation is, in words that say what to do: judged from facts, pure. The admin's page and `alun doctor` both
 * say what stands here, so a bound or a word is changed for both.
 */
import type { Lang, Text } from '../../../protocol/errors'
import type { NodeFigures } from '../model'
import * as texts from './health-texts'

export { names } from './health-texts'
export type About = keyof typeof texts.names
export const abouts = Object.keys(texts.names) as [About, ...About[]]
export const verdicts = ['ok', 'warn', 'fail'] as const

export interface Finding {
  about: About
  verdict: (typeof verdicts)[number]
  found: Text
  /** What to do about it. */
  todo?: Text
}

/** What can be known of the machine and the settings, without the database. */
export interface Machine {
  freeBytes: number
  /** Of the certificate that we show; absent: we show none. */
  certificateEndsAt?: number
  publicUrl?: string
  backups: Backups
  mail: Mail
  /** Whom push services may write to. */
  pushContact?: string
}

export interface Backups {
  /** How many are kept; 0: none are taken. */
  kept: number
  /** The database is one that somebody else runs. */
  isElsewhere: boolean
  isDemo: boolean
  lastAt?: number
  /** When the cluster was started. */
  upSince?: number
}

/** `none`: there is no mail server. */
export type Mail = 'none' | { server: string; problem?: string; hasAddress: boolean }

/** Which pair of keys push services know us by: `lost`, when there is only one that another secret sealed. */
export interface Push {
  key: 'ours' | 'none' | 'lost'
  devices: number
}

export interface Database {
  version: string
  /** Its clock minus ours. */
  offsetMs?: number
  bytes?: number
  /** The copies it sends its journal to. */
  replicas?: readonly { name: string; behindMs: number }[]
}

export type HealthNode = Pick<NodeFigures, 'id' | 'version' | 'state' | 'lagMs' | 'figures'> & { clockMs?: number }

const ok = (about: About, found: Text): Finding => ({ about, verdict: 'ok', found })
const warn = (about: About, found: Text, todo: Text): Finding => ({ about, verdict: 'warn', found, todo })
const fail = (about: About, found: Text, todo: Text): Finding => ({ about, verdict: 'fail', found, todo })

const gigabyte = 1024 ** 3
const hourMs = 3600_000
const dayMs = 24 * hourMs

const number = (value: number, lang: Lang, maximumFractionDigits = 0): string =>
  new Intl.NumberFormat(lang, { maximumFractionDigits }).format(value)
const listed = (ids: readonly string[]): string => ids.join(', ')

export function disk({ freeBytes }: Pick<Machine, 'freeBytes'>): Finding {
  const gigabytes = freeBytes / gigabyte
  const found = texts.free((lang) => number(gigabytes, lang, 1))
  if (gigabytes < 0.5) return fail('disk', found, texts.diskFull)
  return gigabytes < 3 ? warn('disk', found, texts.diskTight) : ok('disk', found)
}

export function certificate({ certificateEndsAt, publicUrl }: Machine, now: number): Finding {
  if (certificateEndsAt === undefined) {
    if (publicUrl?.startsWith('https:')) return ok('certificate', texts.certificateElsewhere)
    return warn('certificate', texts.noCertificate, texts.makeCertificate)
  }
  const days = Math.floor((certificateEndsAt - now) / dayMs)
  if (days < 0) return fail('certificate', texts.certificateOver, texts.renewCertificate)
  const found = texts.certificateGood((lang) => number(days, lang))
  return days < 14 ? warn('certificate', found, texts.rollForCertificate) : ok('certificate', found)
}

/** One is due each day, and the first minutes after the start. */
export function backups({ kept, isElsewhere, isDemo, lastAt, upSince = Infinity }: Backups, now: number): Finding {
  if (isElsewhere) return ok('backups', texts.backupsElsewhere)
  if (isDemo) return ok('backups', texts.noBackupsInDemo)
  if (kept === 0) return warn('backups', texts.backupsOff, texts.turnBackupsOn)
  if (lastAt === undefined) {
    return now - upSince > hourMs
      ? fail('backups', texts.noBackup, texts.whyNoBackup)
      : ok('backups', texts.firstBackupSoon)
  }
  const found = texts.lastBackup((lang) => number(Math.floor((now - lastAt) / hourMs), lang))
  return now - lastAt < 2 * dayMs ? ok('backups', found) : fail('backups', found, texts.whyNoBackup)
}

export function mail(given: Mail): Finding {
  if (given === 'none') return ok('mail', texts.noMail)
  const { server, problem, hasAddress } = given
  if (problem !== undefined) return fail('mail', texts.mailRefused(server, problem), texts.checkMail)
  return hasAddress ? ok('mail', texts.mailGood(server)) : warn('mail', texts.mailGood(server), texts.mailNeedsAddress)
}

export function push({ key, devices }: Push, { pushContact, publicUrl }: Machine): Finding {
  if (key === 'lost') return fail('push', texts.pushKeyLost, texts.bringSecretBack)
  const found = key === 'none' ? texts.noPushYet : texts.pushGood((lang) => number(devices, lang))
  const hasContact = pushContact !== undefined || publicUrl?.startsWith('https:') === true
  return hasContact ? ok('push', found) : warn('push', found, texts.nameContact)
}

/** Nothing: it does not answer, or it is not the one that was asked for. */
export function database(given: Database | undefined, todo: Text = texts.seeDatabase): Finding {
  if (!given) return fail('database', texts.databaseDown, todo)
  const { version, bytes, replicas = [] } = given
  const found = texts.databaseUp(version, (lang) => (bytes === undefined ? '' : number(bytes / 1e6, lang)), replicas)
  if (Number.parseInt(version, 10) < 14) return fail('database', found, texts.databaseOld)
  const late = replicas.filter(({ behindMs }) => behindMs > 10_000)
  return late.length > 0
    ? warn('database', found, texts.replicaLate(listed(late.map(({ name }) => name))))
    : ok('database', found)
}

/** Verdicts go by the database's clock; logs, certificates and tokens of other systems go by each machine's own. */
export function clock(clocks: readonly { id: string; clockMs: number }[]): Finding {
  const wrong = clocks.filter(({ clockMs }) => Math.abs(clockMs) > 2000)
  const worst = Math.max(0, ...clocks.map(({ clockMs }) => Math.abs(clockMs)))
  const found = texts.clockOff((lang) => number(worst, lang))
  return wrong.length > 0 ? warn('clock', found, texts.setClock(listed(wrong.map(({ id }) => id)))) : ok('clock', found)
}

export function bus(nodes: readonly HealthNode[]): Finding {
  const deaf = nodes.filter(({ figures }) => figures?.busUp === false).map(({ id }) => id)
  return deaf.length > 0 ? warn('bus', texts.deaf(listed(deaf)), texts.mendBus) : ok('bus', texts.busUp)
}

export function lag(nodes: readonly HealthNode[]): Finding {
  const blind = nodes.filter(({ lagMs, figures }) => lagMs === undefined && figures).map(({ id }) => id)
  if (blind.length > 0) return warn('lag', texts.blind(listed(blind)), texts.seeDatabase)
  const worst = Math.max(0, ...nodes.map(({ lagMs = 0 }) => lagMs))
  const found = worst === 0 ? texts.current : texts.behind((lang) => number(worst, lang))
  return worst > 2000 ? warn('lag', found, texts.whyBehind) : ok('lag', found)
}

export function nodes(all: readonly HealthNode[], leader: string | undefined): Finding {
  const silent = all.filter(({ state }) => state !== 'alive').map(({ id }) => id)
  const found = texts.nodesAlive((lang) => number(all.length - silent.length, lang), leader)
  if (silent.length > 0) return warn('nodes', texts.nodesSilent(listed(silent)), texts.whySilent)
  return leader === undefined ? warn('nodes', found, texts.noLeader) : ok('nodes', found)
}

export function version(all: readonly HealthNode[]): Finding {
  const versions = [...new Set(all.map((one) => one.version))].sort()
  const found = texts.versions(listed(versions))
  return versions.length > 1 ? warn('version', found, texts.rollToOne) : ok('version', found)
}

export function jobs(failed: number): Finding {
  return failed === 0
    ? ok('jobs', texts.noFailedJobs)
    : warn(
        'jobs',
        texts.failedJobs((lang) => number(failed, lang)),
        texts.lookAtJobs,
      )
}
