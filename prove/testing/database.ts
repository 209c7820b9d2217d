/**
 * A database for a test: a clone of a migrated template, on a PostgreSQL that this test process starts at the first
 * call and that disappears with it.
 *
 * `testDatabase` is for tests that only use a database; `ownPostgres` for those that kill, freeze or restart it.
 */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { Migration } from '../../kernel/db'
import { migrate } from '../../main/migrate'
import { PostgresServer, type ServerOptions } from './server'

export interface TestDatabase {
  url: string
  /** Drops it, whoever is still connected. */
  stop(): Promise<void>
}

export interface OwnPostgres {
  url: string
  server: PostgresServer
  /** Ends the server and removes its data. */
  stop(): Promise<void>
}

const template = 'alun_template'
/** Where the runner of all tests has made one for all of them (`pristine.ts`). */
const handedOn = process.env['ALUN_TEST_PRISTINE']
const shared = new Map<boolean, Promise<PostgresServer>>()
let pristine: Promise<Pick<PostgresServer, 'dataDir'>> | undefined
let clones = 0

/** A fresh, migrated database of one's own. Milliseconds, after the first. */
export async function testDatabase({ durable = false }: ServerOptions = {}): Promise<TestDatabase> {
  let starting = shared.get(durable)
  if (!starting) shared.set(durable, (starting = startServer({ durable })))
  return clone(await starting)
}

/** A migrated database on a server of one's own. About half a second. */
export async function ownPostgres(options: ServerOptions = {}): Promise<OwnPostgres> {
  const server = await startServer(options)
  const name = nextName()
  // Nobody makes another one here: the template itself will do.
  await statement(server.url(), `ALTER DATABASE ${template} RENAME TO ${name}`)
  await begin(server.url(name))
  return { url: server.url(name), server, stop: () => server.destroy() }
}

async function startServer(options: ServerOptions): Promise<PostgresServer> {
  pristine ??= handedOn ? Promise.resolve({ dataDir: handedOn }) : makePristine()
  const server = await PostgresServer.create(options, await pristine)
  await server.start()
  return server
}

/** Made once, started never again: every server is a copy of it. */
export async function makePristine(): Promise<PostgresServer> {
  const server = await PostgresServer.create()
  await server.start()
  await statement(server.url(), `CREATE DATABASE ${template}`)
  await migrate(server.url(template))
  // A database is hundreds of files to copy, which takes longer than all else here; these two nobody needs.
  for (const unused of ['template0', 'template1']) {
    await statement(server.url(), `ALTER DATABASE ${unused} IS_TEMPLATE false`)
    await statement(server.url(), `DROP DATABASE ${unused}`)
  }
  await server.stop()
  return server
}

async function clone(server: PostgresServer): Promise<TestDatabase> {
  const name = nextName()
  await statement(server.url(), `CREATE DATABASE ${name} TEMPLATE ${template}`)
  const url = server.url(name)
  await begin(url)
  return { url, stop: () => statement(server.url(), `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`) }
}

const nextName = (): string => `test_${process.pid}_${++clones}`

/** As a fresh installation: its own epoch, born in this run of the server. */
function begin(url: string): Promise<void> {
  return statement(
    url,
    `UPDATE kernel.installation SET epoch = substr(md5(gen_random_uuid()::text), 1, 12),
       database_started = pg_postmaster_start_time()`,
  )
}

/** The migrations in a folder, in order; none if there is no such folder. */
export async function migrationsOf(owner: string, folder: string): Promise<Migration[]> {
  if (!existsSync(folder)) return []
  const files = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    files.map(async (name) => ({ owner, id: name.slice(0, -4), sql: await readFile(join(folder, name), 'utf8') })),
  )
}

/** One statement on a connection of its own. */
export async function statement(url: string, text: string, values: unknown[] = []): Promise<void> {
  const client = new pg.Client({ connectionString: url, application_name: 'tests' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(text, values)
  } finally {
    await client.end()
  }
}

/** One query on a connection of its own. */
export async function statementRows<R>(url: string, text: string, values: unknown[] = []): Promise<R[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'tests' })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(text, values)).rows as R[]
  } finally {
    await client.end()
  }
}

/** A database with nothing in it. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const { url, stop } = await testDatabase()
  const name = `empty_${process.pid}_${++clones}`
  await statement(url, `CREATE DATABASE ${name} TEMPLATE postgres`)
  const empty = new URL(url)
  empty.pathname = `/${name}`
  return {
    url: empty.toString(),
    async stop() {
      await statement(url, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
      await stop()
    },
  }
}
