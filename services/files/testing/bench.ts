/** A node with files and a service that uses them, on a database and a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { testDatabase } from '../../../prove/testing/database'
import { done, type NewJob } from '../../../kernel/batch'
import { Db } from '../../../kernel/db'
import type { Appended } from '../../../kernel/log'
import { command, oneByOne, Registry, type Service } from '../../../kernel/service'
import { refuse } from '../../../protocol/errors'
import type { Actor, Role } from '../../../protocol/roles'
import { usualLimits, type FileLimits, type FileMeans } from '../means'
import { files } from '../service'
import { diskStorage, type Storage } from '../storage'

/** Topics `album:<id>`: for the person of that id, and for whoever is called teacher. */
const albums: Service = {
  name: 'album',
  topics: [
    {
      ...{ prefix: 'album', summary: 'An album.', roster: false, events: {} },
      authorize: async (_sql, actor, id) => {
        if (actor.id !== id && actor.role !== 'teacher') throw refuse.notFound()
      },
    },
  ],
  methods: [
    command<{ files: string[]; topic: string }, object>({
      name: 'album.add',
      summary: 'Add files to an album.',
      input: z.object({ files: z.array(z.string()), topic: z.string() }),
      output: z.object({}),
      runMany: oneByOne(async (tx, { actor, key, input }) => {
        const [outcome] = await tx.call('files.attach', [{ actor, key: `${key}:attach`, input }])
        return outcome instanceof Error ? outcome : done({})
      }),
    }),
  ],
}

export interface Bench {
  db: Db
  registry: Registry
  means: FileMeans
  folder: string
  events: Appended[]
  jobs: NewJob[]
  stop(): Promise<void>
}

export interface BenchOptions {
  limits?: Partial<FileLimits>
  storage?(folder: string): Storage
}

export async function bench({ limits, storage = diskStorage }: BenchOptions = {}): Promise<Bench> {
  const database = await testDatabase()
  const db = new Db(database.url, 'tests')
  const folder = await mkdtemp(join(tmpdir(), 'alun-files-'))
  const events: Appended[] = []
  const jobs: NewJob[] = []
  const context = {
    ...{ node: 'n1', hit: () => undefined, enqueue: async () => undefined },
    committed: (list: readonly Appended[], more: readonly NewJob[]) => (events.push(...list), void jobs.push(...more)),
  }
  const ground = {
    ...{ node: 'n1', demo: false, now: () => Date.now(), members: () => [], leader: () => 'n1' },
    whisper: () => undefined,
  }
  const means: FileMeans = {
    storage: storage(folder),
    secret: 'a-secret-of-the-tests-that-is-long-enough',
    limits: { ...usualLimits, ...limits },
  }
  const options = { laneConnections: 2, readConnections: 2, newKey: () => crypto.randomUUID() }
  const registry = new Registry([files(means), albums], db, context, ground, options)
  return {
    ...{ db, registry, means, folder, events, jobs },
    stop: async () => {
      await db.close()
      await database.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const who = (name: string, role: Role = 'student'): Actor => ({ id: name, name, role })
