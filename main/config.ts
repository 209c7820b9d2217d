/**
 * What Alun was told: flags first, then the environment, then what holds by default. The only reader of the
 * environment. A wrong value stops the start with one line that names it and says what is allowed.
 */
import { existsSync, readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { S3Settings } from '../services/files/storage'
import {
  settings,
  type NodeRole,
  type Setting,
  type SettingName,
  type SettingValue,
  type TlsFiles,
} from './config/settings'

export { settings, type NodeRole, type Setting, type SettingName, type TlsFiles } from './config/settings'

export type Environment = Record<string, string | undefined>

/** Flags as typed, by their name without dashes. */
export type Flags = Record<string, string | boolean | undefined>

/** One line for whoever typed it; no stack trace. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Where files are kept and how large they may be. */
export interface FilesConfig {
  /** Given: files are there, and not in the data folder. */
  s3?: S3Settings
  imageMegabytes: number
  fileMegabytes: number
}

export interface PushConfig {
  /** Whom push services may write to. */
  contact?: string
  /** For tests: pushes may go to this machine itself. */
  here: boolean
}

interface Common {
  port: number
  dataDir: string
  redisUrl?: string
  smtpUrl?: string
  publicUrl?: string
  roles: NodeRole[]
  demo: boolean
  conformance: boolean
  trustedProxies: string[]
  /** Calls a second that one account may make. */
  accountRate: number
  failpoints: string[]
  files: FilesConfig
  push: PushConfig
}

export interface UpConfig extends Common {
  nodes: number
  /** Further nodes that only work on jobs. */
  workers: number
  /** How many daily ones are kept. */
  backups: number
  /** Given: no embedded PostgreSQL is started. */
  databaseUrl?: string
  /** Given: none is made. */
  secret?: string
  tls?: 'auto' | TlsFiles
  /** What the nodes inherit besides Alun's own variables: `PATH`, `S3_*`, `OIDC_*` and the like. */
  environment: Environment
}

export interface NodeConfig extends Common {
  /** How many daily ones the supervisor keeps, where it takes them. */
  backups: number
  nodeId: string
  privatePort: number
  privateHost: string
  databaseUrl: string
  secret: string
  tls?: TlsFiles
  /** The supervisor holds the other end of our input: when that closes, the node ends. */
  supervised: boolean
}

/** What commands that look at a cluster from outside go by. */
export interface PlaceConfig {
  dataDir: string
  port: number
  databaseUrl?: string
  secret?: string
  smtpUrl?: string
  publicUrl?: string
  pushContact?: string
  demo: boolean
  /** How many daily ones are kept. */
  backups: number
}

/** The process's own environment. Nobody else reads it. */
export function environment(): Environment {
  return process.env
}

/** @throws ConfigError */
export function upConfig(flags: Flags, env: Environment): UpConfig {
  const read = reader(flags, env)
  return {
    ...common(read, env),
    nodes: read('nodes'),
    workers: read('workers'),
    backups: read('backups'),
    databaseUrl: read('databaseUrl'),
    secret: read('secret'),
    tls: read('tls'),
    environment: env,
  }
}

/** @throws ConfigError */
export function nodeConfig(env: Environment): NodeConfig {
  const read = reader({}, env)
  const shared = common(read, env)
  const databaseUrl = read('databaseUrl')
  if (!databaseUrl) throw new ConfigError(`DATABASE_URL is not set: a node needs ${settings.databaseUrl.allowed}`)
  const privatePort = read('privatePort')
  if (privatePort === shared.port) {
    throw new ConfigError(`ALUN_PRIVATE_PORT "${privatePort}" is not allowed: it is the public port (ALUN_PORT)`)
  }
  return {
    ...shared,
    backups: read('backups'),
    nodeId: read('nodeId') ?? nameOfThisMachine(),
    privatePort,
    privateHost: read('privateHost'),
    databaseUrl,
    secret: read('secret') ?? keptSecret(shared.dataDir),
    tls: nodeTls(read),
    supervised: read('supervised'),
  }
}

/** @throws ConfigError */
export function placeConfig(flags: Flags, env: Environment): PlaceConfig {
  const read = reader(flags, env)
  return {
    dataDir: resolve(read('data')),
    port: read('port'),
    databaseUrl: read('databaseUrl'),
    secret: read('secret'),
    smtpUrl: read('smtpUrl'),
    publicUrl: read('publicUrl'),
    pushContact: read('pushContact'),
    demo: read('demo'),
    backups: read('backups'),
  }
}

/** The first admin, as the environment wishes it. */
export interface AdminWish {
  email: string
  passwordFile: string
  name: string
  lang?: 'en' | 'id'
  zone?: string
}

/** @throws ConfigError */
export function adminWish(env: Environment): AdminWish | undefined {
  const read = reader({}, env)
  const [email, passwordFile] = [read('adminEmail'), read('adminPasswordFile')]
  if (!email && !passwordFile) return undefined
  if (!email || !passwordFile) {
    throw new ConfigError('ALUN_ADMIN_EMAIL and ALUN_ADMIN_PASSWORD_FILE are only of use together')
  }
  return { email, passwordFile, name: read('adminName'), lang: read('adminLang'), zone: read('adminZone') }
}

/** What the supervisor learned at the start, for its nodes. */
export interface Learned {
  secret: string
  tls?: TlsFiles
}

/** The environment of every node of this cluster; the supervisor adds the database, and each one's id and private port. */
export function nodeEnvironment(config: UpConfig, learned: Learned): Record<string, string> {
  const given: Record<string, string | undefined> = {
    ...config.environment,
    ALUN_PORT: String(config.port),
    ALUN_DATA: config.dataDir,
    ALUN_DEMO: config.demo ? '1' : '0',
    ALUN_CONFORMANCE: config.conformance ? '1' : '0',
    ALUN_ROLES: config.roles.join(','),
    ALUN_PUBLIC_URL: config.publicUrl,
    ALUN_TRUSTED_PROXIES: config.trustedProxies.join(','),
    ALUN_ACCOUNT_RATE: String(config.accountRate),
    ALUN_FAILPOINTS: config.failpoints.join(','),
    ALUN_SECRET: learned.secret,
    ALUN_TLS: undefined,
    ALUN_TLS_CERT: learned.tls?.certFile,
    ALUN_TLS_KEY: learned.tls?.keyFile,
    ALUN_TLS_CA: learned.tls?.caFile,
  }
  return Object.fromEntries(Object.entries(given).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

type HasFallback = { [N in SettingName]: (typeof settings)[N] extends { fallback: string } ? N : never }[SettingName]
type Read = <N extends SettingName>(name: N) => SettingValue<N> | (N extends HasFallback ? never : undefined)

function reader(flags: Flags, env: Environment): Read {
  return (name) => {
    const setting: Setting = settings[name]
    const flag = setting.flag === undefined ? undefined : flags[setting.flag]
    // An empty variable is how compose files and unit files say "not set".
    const raw = flag === undefined ? env[setting.variable] || setting.fallback : String(flag)
    if (raw === undefined) return undefined as never
    const parsed = setting.schema.safeParse(raw)
    if (parsed.success) return parsed.data as never
    const where = flag === undefined ? setting.variable : `--${setting.flag}`
    throw new ConfigError(`${where}${setting.hidden ? '' : ` "${raw}"`} is not allowed: ${setting.allowed}`)
  }
}

function common(read: Read, env: Environment): Common {
  const conformance = read('conformance')
  if (conformance && env['NODE_ENV'] === 'production') {
    throw new ConfigError(
      'ALUN_CONFORMANCE "1" is not allowed: NODE_ENV is production, and under it anybody may do anything',
    )
  }
  return {
    port: read('port'),
    dataDir: resolve(read('data')),
    redisUrl: read('redisUrl'),
    smtpUrl: read('smtpUrl'),
    publicUrl: read('publicUrl'),
    roles: read('roles'),
    demo: read('demo'),
    conformance,
    trustedProxies: read('trustedProxies'),
    accountRate: read('accountRate'),
    failpoints: read('failpoints'),
    files: { s3: s3Of(read), imageMegabytes: read('imageMegabytes'), fileMegabytes: read('fileMegabytes') },
    push: { contact: read('pushContact'), here: read('pushHere') },
  }
}

function nodeTls(read: Read): TlsFiles | undefined {
  const [certFile, keyFile, caFile] = [read('tlsCert'), read('tlsKey'), read('tlsCa')]
  if (certFile && keyFile) return { certFile, keyFile, caFile }
  if (certFile || keyFile) throw new ConfigError('ALUN_TLS_CERT and ALUN_TLS_KEY are only of use together')
  const tls = read('tls')
  if (tls === 'auto')
    throw new ConfigError('ALUN_TLS "auto" is not allowed for one node: only `alun up` makes certificates')
  return tls
}

/** Bucket and keys go together. Without any of them, files are in the data folder. */
function s3Of(read: Read): S3Settings | undefined {
  const [bucket, accessKeyId, secretAccessKey] = [read('s3Bucket'), read('s3AccessKey'), read('s3SecretKey')]
  const more = { endpoint: read('s3Endpoint'), region: read('s3Region'), prefix: read('s3Prefix') }
  if (bucket && accessKeyId && secretAccessKey) return { bucket, accessKeyId, secretAccessKey, ...more }
  if (bucket || accessKeyId || secretAccessKey || more.endpoint) {
    throw new ConfigError('S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY are only of use together')
  }
  return undefined
}

function keptSecret(dataDir: string): string {
  const file = join(dataDir, 'secret')
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  throw new ConfigError(`ALUN_SECRET is not set: all nodes need the same one, ${settings.secret.allowed}`)
}

function nameOfThisMachine(): string {
  return (
    hostname()
      .replaceAll(/[^A-Za-z0-9_-]/g, '-')
      .replace(/^[_-]+/, '')
      .slice(0, 64) || 'node'
  )
}
