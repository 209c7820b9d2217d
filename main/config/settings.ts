/**
 * Every setting of Alun: its variable, its flag where it has one, what is allowed, and what it is for. `config.ts`
 * reads them; `--help` prints them.
 */
import { z } from 'zod'
import { address, commaList, databaseAddress, path, portNumber, publicUrl, roles, tls, whole, yesNo } from './kinds'

export { roles, type NodeRole, type TlsFiles } from './kinds'

export interface Setting<T = unknown> {
  variable: string
  flag?: string
  /** What stands for the value in `--help`. A flag without one takes no value: it is on when given. */
  placeholder?: string
  /** Ends the sentence "… is not allowed: ". */
  allowed: string
  help: string
  /** What holds when neither flag nor variable is given, as it would be typed. */
  fallback?: string
  /** Never printed, not even when it is wrong. */
  hidden?: boolean
  schema: z.ZodType<T, string>
}

const define = <const S extends Record<string, Setting>>(table: S): S => table

export const settings = define({
  port: {
    variable: 'ALUN_PORT',
    flag: 'port',
    placeholder: 'PORT',
    allowed: 'a port from 1 to 65535',
    help: 'the public port',
    fallback: '8080',
    schema: portNumber,
  },
  privatePort: {
    variable: 'ALUN_PRIVATE_PORT',
    allowed: 'a port from 1 to 65535',
    help: 'health and metrics of one node',
    fallback: '8090',
    schema: portNumber,
  },
  privateHost: {
    variable: 'ALUN_PRIVATE_HOST',
    allowed: 'an address of this machine, such as 127.0.0.1 or 0.0.0.0',
    help: 'where the private port listens; only where whoever reads metrics is elsewhere, and nobody else gets there',
    fallback: '127.0.0.1',
    schema: z.string().regex(/^[0-9A-Fa-f:.]+$/),
  },
  nodes: {
    variable: 'ALUN_NODES',
    flag: 'nodes',
    placeholder: 'N',
    allowed: 'a number of nodes from 1 to 64',
    help: 'how many nodes',
    fallback: '3',
    schema: whole(1, 64),
  },
  workers: {
    variable: 'ALUN_WORKERS',
    flag: 'workers',
    placeholder: 'N',
    allowed: 'a number of nodes from 0 to 64',
    help: 'how many more nodes only work on jobs; the others then only serve people',
    fallback: '0',
    schema: whole(0, 64),
  },
  data: {
    variable: 'ALUN_DATA',
    flag: 'data',
    placeholder: 'FOLDER',
    allowed: 'a folder',
    help: 'where the database, the secret and the logs are',
    fallback: './data',
    schema: path,
  },
  backups: {
    variable: 'ALUN_BACKUPS',
    allowed: 'a number of backups from 0 to 366',
    help: 'how many daily backups are kept in the data folder; 0: none are taken',
    fallback: '7',
    schema: whole(0, 366),
  },
  demo: {
    variable: 'ALUN_DEMO',
    flag: 'demo',
    allowed: '1 or 0',
    help: 'for a demonstration: everybody may watch the cluster',
    fallback: '0',
    schema: yesNo,
  },
  conformance: {
    variable: 'ALUN_CONFORMANCE',
    flag: 'conformance',
    allowed: '1 or 0',
    help: 'answers as black-box suites expect; for tests only',
    fallback: '0',
    schema: yesNo,
  },
  roles: {
    variable: 'ALUN_ROLES',
    flag: 'roles',
    placeholder: 'LIST',
    allowed: 'serve, work, or serve,work',
    help: 'what nodes do: serve people, work on jobs, or both',
    fallback: 'serve,work',
    schema: commaList.pipe(z.array(z.enum(roles)).min(1)),
  },
  tls: {
    variable: 'ALUN_TLS',
    flag: 'tls',
    placeholder: 'auto|CERT,KEY',
    allowed: 'auto, or two files: CERT,KEY',
    help: 'https with your own certificate files, or with a local authority made here',
    schema: tls,
  },
  publicUrl: {
    variable: 'ALUN_PUBLIC_URL',
    flag: 'public-url',
    placeholder: 'URL',
    allowed: 'an http or https address without a path',
    help: 'the address by which people reach Alun',
    schema: publicUrl,
  },
  trustedProxies: {
    variable: 'ALUN_TRUSTED_PROXIES',
    flag: 'trusted-proxies',
    placeholder: 'LIST',
    allowed: 'addresses or networks with commas between, such as 10.0.0.0/8,::1',
    help: 'whose X-Forwarded-For is believed',
    fallback: '',
    schema: commaList.pipe(z.array(z.string().regex(/^[0-9A-Fa-f:.]+(\/\d{1,3})?$/))),
  },
  databaseUrl: {
    variable: 'DATABASE_URL',
    allowed: 'an address such as postgres://user:password@host/database, or of several servers: …@one,two/database',
    help: 'a PostgreSQL of your own; without it Alun runs one in the data folder',
    hidden: true,
    schema: databaseAddress,
  },
  redisUrl: {
    variable: 'REDIS_URL',
    allowed:
      'redis://host:6379 (rediss:// with TLS), redis+sentinel://host:port,host:port/master or redis+cluster://host:port,host:port',
    help: 'a Redis or Valkey that carries events between nodes instead of PostgreSQL',
    hidden: true,
    schema: z.union([
      address('redis', 'rediss'),
      z.string().regex(/^redis\+(sentinel:\/\/([^@/]+@)?[\w.:,-]+\/[\w.-]+|cluster:\/\/([^@/]+@)?[\w.:,-]+)$/),
    ]),
  },
  smtpUrl: {
    variable: 'SMTP_URL',
    allowed: 'an address such as smtp://user:password@host:587',
    help: 'the mail server: for forgotten passwords, and for who reported and has no device to be told on',
    hidden: true,
    schema: address('smtp', 'smtps'),
  },
  secret: {
    variable: 'ALUN_SECRET',
    allowed: 'at least 32 characters',
    help: 'signs tokens; without it one is made in the data folder',
    hidden: true,
    schema: z.string().min(32),
  },
  adminEmail: {
    variable: 'ALUN_ADMIN_EMAIL',
    allowed: 'an e-mail address',
    help: 'makes the first admin while there is none, with ALUN_ADMIN_PASSWORD_FILE',
    schema: z.string().regex(/^[^\s@]+@[^\s@]+$/),
  },
  adminPasswordFile: {
    variable: 'ALUN_ADMIN_PASSWORD_FILE',
    allowed: 'a file',
    help: 'in its first line, the password of the first admin',
    schema: path,
  },
  adminName: {
    variable: 'ALUN_ADMIN_NAME',
    allowed: 'a name',
    help: 'of the first admin',
    fallback: 'Admin',
    schema: path,
  },
  adminLang: {
    variable: 'ALUN_ADMIN_LANG',
    allowed: 'en or id',
    help: 'the language of the first admin',
    schema: z.enum(['en', 'id']),
  },
  adminZone: {
    variable: 'ALUN_ADMIN_ZONE',
    allowed: 'a time zone such as Asia/Jakarta',
    help: 'the time zone of the first admin',
    schema: path,
  },
  nodeId: {
    variable: 'ALUN_NODE_ID',
    allowed: 'letters, digits, _ and -, at most 64',
    help: 'the name of one node',
    schema: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/),
  },
  supervised: {
    variable: 'ALUN_SUPERVISED',
    allowed: '1 or 0',
    help: 'set by the supervisor: the node ends when its input closes',
    fallback: '0',
    schema: yesNo,
  },
  tlsCert: { variable: 'ALUN_TLS_CERT', allowed: 'a file', help: 'certificate of one node', schema: path },
  tlsKey: { variable: 'ALUN_TLS_KEY', allowed: 'a file', help: 'its key', schema: path },
  tlsCa: { variable: 'ALUN_TLS_CA', allowed: 'a file', help: 'the local authority', schema: path },
  accountRate: {
    variable: 'ALUN_ACCOUNT_RATE',
    allowed: 'a number of calls a second from 1 to 1000000',
    help: 'how many calls a second one account may make in the whole cluster; bursts are ten times that',
    fallback: '1000',
    schema: whole(1, 1_000_000),
  },
  imageMegabytes: {
    variable: 'ALUN_IMAGE_MB',
    allowed: 'a number of megabytes from 1 to 60',
    help: 'how large an image may be',
    fallback: '10',
    schema: whole(1, 60),
  },
  fileMegabytes: {
    variable: 'ALUN_FILE_MB',
    allowed: 'a number of megabytes from 1 to 60',
    help: 'how large a file of another kind may be',
    fallback: '25',
    schema: whole(1, 60),
  },
  pushContact: {
    variable: 'ALUN_PUSH_CONTACT',
    allowed: 'mailto: with an address, or an https address',
    help: 'whom push services may write to; the public address without it',
    schema: z.string().regex(/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/),
  },
  pushHere: {
    variable: 'ALUN_PUSH_HERE',
    allowed: '1 or 0',
    help: 'pushes may go to this machine itself; for tests only',
    fallback: '0',
    schema: yesNo,
  },
  s3Bucket: {
    variable: 'S3_BUCKET',
    allowed: 'the name of a bucket',
    help: 'files are kept there; without it they are in the data folder',
    schema: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,62}$/),
  },
  s3Endpoint: {
    variable: 'S3_ENDPOINT',
    allowed: 'an http or https address',
    help: 'who keeps the bucket, where that is not AWS',
    schema: address('http', 'https'),
  },
  s3Region: { variable: 'S3_REGION', allowed: 'a region', help: 'where the bucket is', schema: z.string().min(1) },
  s3Prefix: {
    variable: 'S3_PREFIX',
    allowed: 'letters, digits, _, - and /, with / at the end',
    help: 'begins the names of our objects, in a bucket shared with others',
    schema: z.string().regex(/^([A-Za-z0-9_-]+\/)+$/),
  },
  s3AccessKey: {
    variable: 'S3_ACCESS_KEY_ID',
    allowed: 'a key',
    help: 'with S3_BUCKET',
    hidden: true,
    schema: z.string().min(1),
  },
  s3SecretKey: {
    variable: 'S3_SECRET_ACCESS_KEY',
    allowed: 'a secret',
    help: 'with S3_BUCKET',
    hidden: true,
    schema: z.string().min(1),
  },
  failpoints: {
    variable: 'ALUN_FAILPOINTS',
    allowed: 'names with commas between',
    help: 'where a test makes a node fail',
    fallback: '',
    schema: commaList,
  },
})

export type SettingName = keyof typeof settings
export type SettingValue<N extends SettingName> = z.output<(typeof settings)[N]['schema']>
