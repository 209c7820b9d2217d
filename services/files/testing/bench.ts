/** A node with files and a service that uses them, on a database and a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { testDatabase } from '../../../prove/testing/database'
import { loneNode, type LoneNode } from '../../../prove/testing/lone-node'
import { done } from '../../../kernel/batch'
import { command, oneByOne, type Service } from '../../../kernel/service'
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

export interface Bench extends LoneNode {
  means: FileMeans
  folder: string
  stop(): Promise<void>
}

export interface BenchOptions {
  limits?: Partial<FileLimits>
  storage?(folder: string): Storage
}

export async function bench({ limits, storage = diskStorage }: BenchOptions = {}): Promise<Bench> {
  const database = await testDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'alun-files-'))
  const means: FileMeans = {
    storage: storage(folder),
    secret: 'a-secret-of-the-tests-that-is-long-enough',
    limits: { ...usualLimits, ...limits },
  }
  const node = loneNode(database.url, [files(means), albums])
  return {
    ...node,
    ...{ means, folder },
    stop: async () => {
      await node.db.close()
      await database.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const who = (name: string, role: Role = 'student'): Actor => ({ id: name, name, role })
