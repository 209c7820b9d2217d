/**
 * A backup: one moment of the whole database, the files, and what makes the installation itself, in one archive that
 * any `tar` can look into. Taken while everything runs; nothing is locked.
 *
 * The files are copied before that moment and once more after it: a photo that was there at that moment is in the
 * archive although a job has put its cleaned copy in its place meanwhile.
 */
import { createWriteStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import packageJson from '../package.json'
import { Copies, type Table } from '../kernel/db'
import * as contents from './backup/contents'
import { archiveEnd, packed, type Entry } from './backup/tar'

export interface BackupOptions {
  databaseUrl: string
  dataDir: string
  file: string
}

/** Of a table's rows, this much to an entry: neither side ever holds more of them. */
const entryBytes = 4 * 1024 * 1024

/** Resolves when the file is whole and on the disk. @returns what it holds. @throws whatever stood in the way. */
export async function takeBackup({ databaseUrl, dataDir, file }: BackupOptions): Promise<contents.End> {
  await mkdir(dirname(file), { recursive: true })
  // Two at once don't meet.
  const draft = `${file}.${process.pid}.partial`
  const end: contents.End = { rows: {}, sequences: [], files: 0 }
  try {
    const archive = Readable.from(bytesOf(entries(databaseUrl, dataDir, end)), { objectMode: false })
    await pipeline(archive, createGzip({ level: 3 }), createWriteStream(draft, { mode: 0o600 }))
    await flush(draft)
    await rename(draft, file)
  } finally {
    await rm(draft, { force: true })
  }
  return end
}

async function* bytesOf(all: AsyncIterable<Entry>): AsyncGenerator<Buffer> {
  for await (const entry of all) yield* packed(entry)
  yield archiveEnd
}

async function* entries(databaseUrl: string, dataDir: string, end: contents.End): AsyncGenerator<Entry> {
  const manifest = await describe(databaseUrl)
  yield { name: contents.manifestName, body: json(manifest) }
  const seen = new Set<string>()
  yield* files(dataDir, seen)
  const copies = await Copies.reading(databaseUrl)
  try {
    for (const table of manifest.tables) yield* rows(copies, table, end)
    end.sequences = await copies.sequences()
  } finally {
    await copies.end(false)
  }
  yield* files(dataDir, seen)
  end.files = seen.size
  for (const name of contents.identityFiles) {
    const body = await readFile(join(dataDir, name)).catch(absent)
    if (body) yield { name, body }
  }
  yield { name: contents.endName, body: json(end) }
}

async function describe(databaseUrl: string): Promise<contents.Manifest> {
  const copies = await Copies.reading(databaseUrl)
  try {
    const migrations = await copies.migrations()
    const tables = (await copies.tables()).filter(({ name }) => contents.keptRows(name) !== undefined)
    const { version } = packageJson
    return { format: 1, version, takenAt: new Date().toISOString(), migrations, tables }
  } finally {
    await copies.end(false)
  }
}

async function* rows(copies: Copies, table: Table, end: contents.End): AsyncGenerator<Entry> {
  const stream = copies.rows(table, contents.keptRows(table.name))
  let chunks: Buffer[] = []
  let nth = 0
  const entry = (): Entry => {
    const name = `${contents.rowsFolder}${table.name}/${String(nth++).padStart(6, '0')}`
    const body = Buffer.concat(chunks)
    chunks = []
    return { name, body }
  }
  let next = await stream.next()
  for (; !next.done; next = await stream.next()) {
    chunks.push(next.value)
    if (chunks.reduce((sum, { length }) => sum + length, 0) >= entryBytes) yield entry()
  }
  if (chunks.length > 0) yield entry()
  end.rows[table.name] = next.value
}

/** Those that were not seen before. One that goes away meanwhile was not of that moment. */
async function* files(dataDir: string, seen: Set<string>): AsyncGenerator<Entry> {
  const folder = join(dataDir, contents.filesFolder)
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch(absent)
  for (const one of found ?? []) {
    const path = join(one.parentPath, one.name)
    const name = contents.filesFolder + path.slice(folder.length)
    if (!one.isFile() || seen.has(name)) continue
    const body = await readFile(path).catch(absent)
    if (!body) continue
    seen.add(name)
    yield { name, body }
  }
}

/** @throws anything but "there is none". */
function absent(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

const json = (value: unknown): Buffer => Buffer.from(`${JSON.stringify(value, null, 2)}\n`)

/** The rename must not be on the disk before the bytes are. */
async function flush(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.sync()
  await handle.close()
}
