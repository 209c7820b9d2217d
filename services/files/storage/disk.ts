/** A folder. Several nodes share it: on one machine the data folder, on more a network's. */
import { mkdir, open, rename, rm, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checked, StorageFull, type Range, type Storage } from './kind'

const noRoom = ['ENOSPC', 'EDQUOT', 'EFBIG']
const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? ''

export function diskStorage(folder: string): Storage {
  const pathOf = (name: string): string => join(folder, checked(name))
  return {
    put: (name, bytes) => put(pathOf(name), bytes),
    get: async (name, range) => {
      const file = Bun.file(pathOf(name))
      if (!(await file.exists())) return undefined
      return range ? part(file, range) : file
    },
    removeAll: async (prefix) => {
      await rm(pathOf(prefix), { recursive: true, force: true })
    },
  }
}

const part = (file: Blob, { from, to }: Range): Blob => file.slice(from, to)

/** Beside its place first, then moved there in one step: a kill in between leaves a draft, never half a file. */
async function put(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${crypto.randomUUID()}`
  try {
    await mkdir(dirname(path), { recursive: true })
    await write(draft, bytes)
    await rename(draft, path)
    await sync(dirname(path))
  } catch (error) {
    await unlink(draft).catch(() => undefined)
    if (noRoom.includes(codeOf(error))) throw new StorageFull('the disk is full', { cause: error })
    throw error
  }
}

async function write(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o640)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
