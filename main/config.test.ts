import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  adminWish,
  ConfigError,
  nodeConfig,
  nodeEnvironment,
  placeConfig,
  settings,
  upConfig,
  type Flags,
} from './config'

const secret = 's'.repeat(32)
const aNode = { DATABASE_URL: 'postgres://localhost/alun', ALUN_SECRET: secret }

function complaint(flags: Flags, env: Record<string, string> = {}): string {
  try {
    upConfig(flags, env)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  throw new Error('nothing was refused')
}

describe('up', () => {
  test('stands by its defaults when nothing is said', () => {
    expect(upConfig({}, {})).toMatchObject({
      port: 8080,
      nodes: 3,
      workers: 0,
      dataDir: resolve('./data'),
      demo: false,
      roles: ['serve', 'work'],
      trustedProxies: [],
      failpoints: [],
    })
  })

  test('lets a flag win over its variable', () => {
    expect(upConfig({ port: '9000' }, { ALUN_PORT: '9001' }).port).toBe(9000)
    expect(upConfig({}, { ALUN_PORT: '9001' }).port).toBe(9001)
  })

  test('takes an empty variable as not set', () => {
    expect(upConfig({}, { ALUN_PORT: '', REDIS_URL: '' })).toMatchObject({ port: 8080, redisUrl: undefined })
  })

  test.each([
    [{ port: '0' }, '--port "0" is not allowed: a port from 1 to 65535'],
    [{ port: '80x' }, '--port "80x" is not allowed: a port from 1 to 65535'],
    [{ nodes: '0' }, '--nodes "0" is not allowed: a number of nodes from 1 to 64'],
    [{ roles: 'serve,rest' }, '--roles "serve,rest" is not allowed: serve, work, or serve,work'],
    [{ tls: 'cert.pem' }, '--tls "cert.pem" is not allowed: auto, or two files: CERT,KEY'],
  ])('names a wrong flag and what is allowed: %p', (flags: Flags, line) => {
    expect(complaint(flags)).toBe(line)
  })

  test('names a wrong variable', () => {
    expect(complaint({}, { ALUN_NODES: 'three' })).toBe(
      'ALUN_NODES "three" is not allowed: a number of nodes from 1 to 64',
    )
  })

  test('does not print what may hold a password', () => {
    const line = complaint({}, { DATABASE_URL: 'mysql://me:hunter2@host/db' })
    expect(line).toStartWith('DATABASE_URL is not allowed: ')
    expect(line).not.toContain('hunter2')
    expect(complaint({}, { ALUN_SECRET: 'hunter2' })).toBe('ALUN_SECRET is not allowed: at least 32 characters')
  })

  test('reads lists and switches', () => {
    const config = upConfig(
      { demo: true, roles: 'work' },
      { ALUN_TRUSTED_PROXIES: '10.0.0.0/8, ::1', ALUN_CONFORMANCE: '1' },
    )
    expect(config).toMatchObject({
      demo: true,
      conformance: true,
      roles: ['work'],
      trustedProxies: ['10.0.0.0/8', '::1'],
    })
  })

  test('keeps the conformance profile out of production', () => {
    const line = complaint({ conformance: true }, { NODE_ENV: 'production' })
    expect(line).toStartWith('ALUN_CONFORMANCE "1" is not allowed: NODE_ENV is production')
    expect(() => nodeConfig({ ...aNode, ALUN_CONFORMANCE: '1', NODE_ENV: 'production' })).toThrow(ConfigError)
    expect(upConfig({}, { NODE_ENV: 'production' }).conformance).toBe(false)
  })

  test('knows tls in both forms', () => {
    expect(upConfig({ tls: 'auto' }, {}).tls).toBe('auto')
    expect(upConfig({}, { ALUN_TLS: 'a.pem,b.pem' }).tls).toEqual({ certFile: 'a.pem', keyFile: 'b.pem' })
  })
})

describe('node', () => {
  test('needs a database', () => {
    expect(() => nodeConfig({ ALUN_SECRET: secret })).toThrow('DATABASE_URL is not set')
  })

  test('needs the secret that the other nodes have, from the variable or the data folder', () => {
    const data = mkdtempSync(join(tmpdir(), 'alun-config-'))
    try {
      const env = { DATABASE_URL: aNode.DATABASE_URL, ALUN_DATA: data }
      expect(() => nodeConfig(env)).toThrow('ALUN_SECRET is not set')
      writeFileSync(join(data, 'secret'), `${secret}\n`)
      expect(nodeConfig(env).secret).toBe(secret)
    } finally {
      rmSync(data, { recursive: true })
    }
  })

  test('refuses one port for both doors', () => {
    expect(() => nodeConfig({ ...aNode, ALUN_PRIVATE_PORT: '8080' })).toThrow('it is the public port')
  })

  test('wants a bucket with its keys, or neither', () => {
    expect(nodeConfig(aNode).files.s3).toBeUndefined()
    for (const env of [{ S3_BUCKET: 'bucket' }, { S3_ENDPOINT: 'http://localhost:9000' }, { S3_ACCESS_KEY_ID: 'id' }]) {
      expect(() => nodeConfig({ ...aNode, ...env })).toThrow('S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY')
    }
  })

  test('has a name even when none was given', () => {
    expect(settings.nodeId.schema.safeParse(nodeConfig(aNode).nodeId).success).toBe(true)
  })

  test('is told by the supervisor what the supervisor was told', () => {
    const up = upConfig(
      { port: '9000', demo: true, roles: 'serve', tls: 'auto' },
      {
        S3_BUCKET: 'bucket',
        S3_ACCESS_KEY_ID: 'id',
        S3_SECRET_ACCESS_KEY: 'key',
        ALUN_FILE_MB: '40',
        ALUN_FAILPOINTS: 'x,y',
      },
    )
    const tls = { certFile: 'c', keyFile: 'k', caFile: 'ca' }
    const env = nodeEnvironment(up, { secret, tls })
    expect(up.files).toMatchObject({ s3: { bucket: 'bucket' }, fileMegabytes: 40, imageMegabytes: 10 })
    const { environment: _, nodes: _nodes, workers: _workers, ...shared } = up
    const node = nodeConfig({
      ...env,
      DATABASE_URL: aNode.DATABASE_URL,
      ALUN_NODE_ID: 'n1',
      ALUN_PRIVATE_PORT: '9100',
      ALUN_SUPERVISED: '1',
    })
    expect(node).toEqual({
      ...shared,
      nodeId: 'n1',
      privatePort: 9100,
      privateHost: '127.0.0.1',
      supervised: true,
      databaseUrl: aNode.DATABASE_URL,
      secret,
      tls,
    })
  })
})

test('a command that only looks needs neither database nor secret', () => {
  expect(placeConfig({ data: '/srv/alun' }, {})).toEqual({
    dataDir: '/srv/alun',
    port: 8080,
    databaseUrl: undefined,
    secret: undefined,
    smtpUrl: undefined,
    publicUrl: undefined,
    pushContact: undefined,
    demo: false,
    backups: 7,
  })
})

test('the first admin is wished for by address and password file together, or not at all', () => {
  const both = { ALUN_ADMIN_EMAIL: 'ratna@kampus.test', ALUN_ADMIN_PASSWORD_FILE: '/run/secrets/admin' }
  expect(adminWish({})).toBeUndefined()
  expect(adminWish({ ...both, ALUN_ADMIN_LANG: 'id' })).toEqual({
    ...{ email: 'ratna@kampus.test', passwordFile: '/run/secrets/admin', name: 'Admin', lang: 'id', zone: undefined },
  })
  expect(() => adminWish({ ...both, ALUN_ADMIN_EMAIL: '' })).toThrow('only of use together')
  expect(() => adminWish({ ...both, ALUN_ADMIN_EMAIL: 'ratna' })).toThrow('ALUN_ADMIN_EMAIL')
})
