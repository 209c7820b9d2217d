/**
 * Makes an installation again from a backup: into an empty data folder (or an empty database somebody else runs), whole
 * or not at all. What clients knew of the old one's offsets is worth nothing here, so all offsets begin a new life
 * (law 5): each client is told to load anew.
 */
import { createReadStream } from 'node:fs'
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Writable } from 'node:stream'
import { once } from 'node:events'
import { createGunzip } from 'node:zlib'
import { StartFailure } from '../cluster/failure'
import { acquireLock } from '../cluster/lock'
import { startPostgres } from '../cluster/postgres'
import { Copies, type Migration, type Table } from '../kernel/db'
import * as contents from './backup/contents'
import { unpacked, type Entry } from './backup/tar'
import { allMigrations, migrate } from './migrate'

export interface RestoreOptions {
  file: string
  dataDir: string
  /** A database that somebody else runs; without it one is made in the data folder. */
  databaseUrl?: string | undefined
}

/** Resolves when all is there. @throws StartFailure; then nothing is left behind. */
export async function restore({ file, dataDir, databaseUrl }: RestoreOptions): Promise<contents.End> {
  if (!existsSync(file)) throw new StartFailure(`there is no file ${file}`)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const lock = acquireLock(dataDir, 0)
  try {
    mustBeEmpty(dataDir)
    return databaseUrl
      ? await fill(file, dataDir, databaseUrl)
      : await withOwnDatabase(dataDir, (url) => fill(file, dataDir, url))
  } finally {
    lock.release()
  }
}

/** What `alun up` would take for an installation. */
const parts = ['postgres', 'files', 'secret', 'tls']

function mustBeEmpty(dataDir: string): void {
  const there = readdirSync(dataDir).filter((name) => parts.includes(name))
  if (there.length === 0) return
  throw new StartFailure(
    `${dataDir} holds an installation already (${there.join(', ')}): name an empty folder with --data, then start that one`,
  )
}

async function withOwnDatabase(dataDir: string, work: (url: string) => Promise<contents.End>): Promise<contents.End> {
  let isDone = false
  try {
    const postgres = await startPostgres({ dataDir })
    try {
      const end = await work(postgres.url)
      isDone = true
      return end
    } finally {
      await postgres.stop()
    }
  } finally {
    if (!isDone) await rm(join(dataDir, 'postgres'), { recursive: true, force: true })
  }
}

async function fill(file: string, dataDir: string, url: string): Promise<contents.End> {
  const archive = unpacked(createReadStream(file).pipe(createGunzip()) as AsyncIterable<Buffer>)
  const manifest = await readManifest(archive)
  const known = await knownMigrations(manifest)
  await mustHoldNothing(url)
  let isDone = false
  try {
    await migrate(url, known)
    const end = await load(archive, manifest, dataDir, url)
    // To this version's schema, from the one in which the backup was taken.
    await migrate(url)
    isDone = true
    return end
  } finally {
    if (!isDone) await undo(url, dataDir)
  }
}

async function readManifest(archive: AsyncGenerator<Entry>): Promise<contents.Manifest> {
  const first = await archive.next().catch(() => undefined)
  const isOurs = first?.done === false && first.value.name === contents.manifestName
  const manifest = isOurs ? (JSON.parse(first.value.body.toString()) as contents.Manifest) : undefined
  if (manifest?.format !== 1)
    throw new StartFailure('this is no backup that `alun backup` of this version can have made')
  return manifest
}

async function knownMigrations({ migrations, version }: contents.Manifest): Promise<Migration[]> {
  const all = await allMigrations()
  const nameOf = ({ owner, id }: Migration): string => `${owner}/${id}`
  const unknown = migrations.filter((name) => !all.some((one) => nameOf(one) === name))
  if (unknown.length === 0) return all.filter((one) => migrations.includes(nameOf(one)))
  throw new StartFailure(`the backup is of a newer version (${version}, ${unknown[0]}): restore it with that one`)
}

async function mustHoldNothing(url: string): Promise<void> {
  const copies = await Copies.reading(url)
  const tables = await copies.tables()
  await copies.end(false)
  if (tables.length === 0) return
  throw new StartFailure(
    `the database is not empty (${tables[0]!.name}): create another one and name it in DATABASE_URL`,
  )
}

/** All rows in one transaction; the files beside it. */
async function load(
  archive: AsyncGenerator<Entry>,
  manifest: contents.Manifest,
  dataDir: string,
  url: string,
): Promise<contents.End> {
  const copies = await Copies.writing(url)
  const tables = await tablesOf(copies, manifest)
  const rows = new Rows(copies, tables)
  let isDone = false
  try {
    // What migrations put there is in the backup too.
    await copies.begin(tables)
    for await (const { name, body } of archive) {
      if (name === contents.endName) {
        const end = JSON.parse(body.toString()) as contents.End
        await rows.finish(end)
        isDone = true
        return end
      }
      if (name.startsWith(contents.rowsFolder)) await rows.take(name, body)
      else await writeBeside(dataDir, name, body)
    }
    throw new StartFailure('the backup was cut off: take another one')
  } finally {
    await copies.end(isDone)
  }
}

/** With the columns that both sides have: the queue library's own tables may be of another version here. */
async function tablesOf(copies: Copies, { tables }: contents.Manifest): Promise<Table[]> {
  const here = new Map((await copies.tables()).map((table) => [table.name, table]))
  for (const { name, columns } of tables) {
    const missing = columns.filter((column) => !here.get(name)?.columns.includes(column))
    if (missing.length > 0) throw new StartFailure(`this version has no place for ${name} (${missing.join(', ')})`)
  }
  return tables
}

/** The rows of all tables, as they come: one COPY after another. */
class Rows {
  private current: { table: Table; into: Writable & { rowCount: number } } | undefined
  private readonly counts: Record<string, number> = {}

  constructor(
    private readonly copies: Copies,
    private readonly tables: readonly Table[],
  ) {}

  async take(entry: string, body: Buffer): Promise<void> {
    const name = entry.slice(contents.rowsFolder.length, entry.lastIndexOf('/'))
    if (this.current?.table.name !== name) {
      await this.close()
      const table = this.tables.find((one) => one.name === name)
      if (!table) throw new StartFailure(`the backup holds rows of ${name} without saying what they are`)
      const into = this.copies.into(table)
      // Told where it is waited for.
      into.on('error', () => undefined)
      this.current = { table, into }
    }
    const { into } = this.current!
    if (!into.write(body)) await once(into, 'drain')
  }

  /** @throws StartFailure when there are fewer rows, or more, than were written. */
  async finish({ rows, sequences }: contents.End): Promise<void> {
    await this.close()
    const wrong = Object.keys(rows).find((name) => rows[name] !== (this.counts[name] ?? 0))
    if (wrong) throw new StartFailure(`${this.counts[wrong] ?? 0} of ${rows[wrong]} rows of ${wrong}: it is damaged`)
    await this.copies.settle(this.tables, sequences)
  }

  private async close(): Promise<void> {
    if (!this.current) return
    const { table, into } = this.current
    this.current = undefined
    into.end()
    await once(into, 'finish')
    this.counts[table.name] = into.rowCount
  }
}

/** @throws StartFailure for a name that no backup of ours has. */
async function writeBeside(dataDir: string, name: string, body: Buffer): Promise<void> {
  const isFile = name.startsWith(contents.filesFolder) && !name.split('/').some((part) => part === '..' || part === '')
  if (!isFile && !contents.identityFiles.includes(name)) throw new StartFailure(`the backup holds a stray file ${name}`)
  const path = join(dataDir, name)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(path, body, { mode: 0o600 })
  await chmod(path, 0o600)
}

/** Nothing was there before: so nothing is there after. */
async function undo(url: string, dataDir: string): Promise<void> {
  for (const part of parts.slice(1)) await rm(join(dataDir, part), { recursive: true, force: true })
  const copies = await Copies.writing(url)
  await copies.drop()
  await copies.end(true)
}
