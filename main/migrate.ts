import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Db, migrate as runMigrations, type Migration } from '../kernel/db'
import { Jobs } from '../kernel/jobs'
import { services } from './services'

/** What has to run, in order. */
export async function allMigrations(): Promise<Migration[]> {
  const migrations = await load('kernel', join(import.meta.dir, '../kernel/migrations'))
  for (const { name, migrations: folder } of services) if (folder) migrations.push(...(await load(name, folder)))
  return migrations
}

/**
 * Brings the database to this version's schema. Any number of processes may do this at once.
 * @param migrations all of them, or those of an earlier version.
 * @returns what ran, as `owner/id`.
 */
export async function migrate(databaseUrl: string, migrations?: readonly Migration[]): Promise<string[]> {
  const ran = await runMigrations(databaseUrl, migrations ?? (await allMigrations()))
  const db = new Db(databaseUrl, 'alun/migrate')
  try {
    await Jobs.migrate(db.lane('jobs', { connections: 1, statementMs: 30_000 }))
  } finally {
    await db.close()
  }
  return ran
}

async function load(owner: string, folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (name) => ({ owner, id: name.slice(0, -4), sql: await Bun.file(join(folder, name)).text() })),
  )
}
