/**
 * A PostgreSQL that is not ours: another version, over TLS, with a role that may do nothing but own its database.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmod, cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureCertificate } from '../cluster/authority'
import { serversOf } from '../kernel/db'
import { freePort, testCluster, type TestCluster } from '../prove/testing/cluster'
import { statement, statementRows } from '../prove/testing/database'
import { Reader } from '../prove/testing/people'
import { PostgresServer } from '../prove/testing/server'
import { errorOf, until } from '../prove/testing/until'

const binaries = [...new Bun.Glob('*/bin').scanSync({ cwd: '/usr/lib/postgresql', onlyFiles: false })]
  .map((folder) => join('/usr/lib/postgresql', folder))
  .toSorted()[0]
if (!binaries) console.log('skipped: there is no PostgreSQL of the system here (deploy/programs.sh installs it)')

const port = freePort()
let dir: string
let server: PostgresServer
let cluster: TestCluster
let url: string

beforeAll(async () => {
  if (!binaries) return
  dir = await mkdtemp(join(tmpdir(), 'alun-tls-'))
  const { certFile, keyFile, caFile } = await ensureCertificate(dir)
  server = await PostgresServer.create({ binaries, settings: [`port=${port}`, 'listen_addresses=127.0.0.1', 'ssl=on'] })
  await cp(certFile, join(server.dataDir, 'server.crt'))
  await cp(keyFile, join(server.dataDir, 'server.key'))
  await chmod(join(server.dataDir, 'server.key'), 0o600)
  await writeFile(
    join(server.dataDir, 'pg_hba.conf'),
    'local all postgres trust\nhostssl alun alun 127.0.0.1/32 scram-sha-256\n',
  )
  await server.start()
  const where = ['-h', server.socketDir, '-p', String(port), '-U', 'postgres']
  const words = [
    '-q',
    '-v',
    'ON_ERROR_STOP=1',
    '-v',
    "password='a-word'",
    '-f',
    join(import.meta.dir, 'postgres/role.sql'),
  ]
  expect(await Bun.spawn([join(binaries, 'psql'), ...where, ...words]).exited).toBe(0)
  url = `postgres://alun:a-word@localhost:${port}/alun?sslmode=verify-full&sslrootcert=${encodeURIComponent(caFile!)}`
  const { said, code } = await migrate(url)
  expect([code, said]).toEqual([0, expect.stringContaining('kernel/0001_log')])
  cluster = await testCluster({ nodes: 1, postgres: { url, server, stop: () => server.destroy() } })
}, 90_000)

afterAll(async () => {
  await cluster?.stop()
  if (dir) await rm(dir, { recursive: true, force: true })
}, 30_000)

// tidy: skip: without the program there is nothing to run
describe.skipIf(!binaries)('on a PostgreSQL of the system', () => {
  test('every migration runs there once, and a node works on it, over TLS on every connection', async () => {
    expect((await migrate(url)).said).toBe('nothing to do\n')
    const reader = await Reader.follow(cluster, 'reader', 'discussion:general')
    const organiser = await cluster.client('organiser', { role: 'organiser' })
    await organiser.surely('discussion.post', { ...{ channel: 'general', text: 'hello there' }, key: 'one' })
    await until(() => reader.seen.length === 1, { what: 'the message' })
    const opensAt = new Date(Date.now() - 1000).toISOString()
    const drop = await organiser.surely<{ id: string }>('drops.create', {
      ...{ title: 'Shirts', stock: 1, opensAt, holdSeconds: 0 },
      key: 'drop',
    })
    const claims = await Promise.all(
      ['ana', 'budi'].map(async (user) => {
        const buyer = await cluster.client(user)
        return (await buyer.surely<{ verdict: string }>('drops.claim', { ...{ drop: drop.id }, key: user })).verdict
      }),
    )
    expect(claims.toSorted()).toEqual(['sold', 'sold_out'])
    const connections = await statementRows<{ ssl: boolean; usename: string; version: string }>(
      server.url('alun'),
      `SELECT DISTINCT ssl, usename, current_setting('server_version') AS version
       FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name LIKE 'alun/%'`,
    )
    console.info(`PostgreSQL ${connections[0]?.version}`)
    expect(connections).toEqual([expect.objectContaining({ ssl: true, usename: 'alun' })])
  }, 60_000)

  test('a server whose certificate nobody we trust has signed is refused, and so is one that speaks in the clear', async () => {
    const [stranger] = serversOf(url.replace(/&sslrootcert=.*/, ''))
    expect((await migrate(stranger!)).said).toMatch(/certificate/i)
    const plain = url.replace(/\?.*/, '')
    expect((await migrate(plain)).said).toMatch(/pg_hba/)
  }, 30_000)

  test('the role may do nothing beyond its database', async () => {
    for (const forbidden of ['CREATE ROLE other', 'CREATE DATABASE other', `COPY (SELECT 1) TO '/tmp/alun-role'`]) {
      expect(String(await errorOf(statement(url, forbidden)))).toMatch(/permission denied|must be superuser/)
    }
  })
})

/** As an operator does it. */
async function migrate(databaseUrl: string): Promise<{ code: number; said: string }> {
  const alun = Bun.spawn([process.execPath, join(import.meta.dir, '../main/cli.ts'), 'migrate'], {
    ...{ stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
    env: { DATABASE_URL: databaseUrl },
  })
  const said = await Promise.all([new Response(alun.stdout).text(), new Response(alun.stderr).text()])
  return { code: await alun.exited, said: said.join('') }
}
