import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { S3Client } from 'bun'
import { expect, test } from 'bun:test'
import { freePort } from '../../prove/testing/cluster'
import { errorOf, until } from '../../prove/testing/until'
import { diskStorage, s3Storage, StorageFull } from './storage'
import { storageContract } from './storage.contract'

storageContract('a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'alun-storage-'))
  return {
    ...{ one: diskStorage(folder), other: diskStorage(folder) },
    stop: () => rm(folder, { recursive: true, force: true }),
  }
})

// A server of Debian's or of a package that speaks S3; any would do.
const server = Bun.which('moto_server')
if (server) storageContract('a bucket', () => bucket(server))
else console.info('skip: no S3 server on the path (moto_server): the storage in a bucket was not tried')

async function bucket(program: string) {
  const port = freePort()
  const process = Bun.spawn([program, '-H', '127.0.0.1', '-p', String(port)], { stdout: 'ignore', stderr: 'ignore' })
  const endpoint = `http://127.0.0.1:${port}`
  const keys = { accessKeyId: 'id', secretAccessKey: 'secret' }
  await until(async () => (await fetch(`${endpoint}/bucket`, { method: 'PUT' })).ok, {
    what: 'the bucket',
    timeoutMs: 30_000,
  })
  const settings = { bucket: 'bucket', endpoint, region: 'us-east-1', ...keys, prefix: 'alun/' }
  return {
    ...{ one: s3Storage(settings), other: s3Storage(settings) },
    stop: async () => {
      const { contents = [] } = await new S3Client(settings).list({ maxKeys: 100 })
      expect(contents.filter(({ key }) => !key.startsWith('alun/'))).toEqual([])
      process.kill()
      await process.exited
    },
  }
}

/** A file system of its own, of a megabyte. @returns nothing where that is not permitted. */
async function smallDisk(): Promise<{ folder: string; stop(): Promise<void> } | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'alun-small-'))
  const mounted = Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]).success
  const stop = async (): Promise<void> => {
    if (mounted) Bun.spawnSync(['umount', folder])
    await rm(folder, { recursive: true, force: true })
  }
  if (mounted) return { folder, stop }
  await stop()
  return undefined
}

test('a full disk is told, and nothing half is left', async () => {
  const disk = await smallDisk()
  if (!disk) return console.info('skip: no file system can be mounted here: a full disk was not tried')
  try {
    const storage = diskStorage(disk.folder)
    await storage.put('files/a/full', new Uint8Array(700_000))
    expect(await errorOf(storage.put('files/b/full', new Uint8Array(700_000)))).toBeInstanceOf(StorageFull)
    expect(await readdir(join(disk.folder, 'files/b'))).toEqual([])
    // What is in its place stays, though its successor had no room.
    expect(await errorOf(storage.put('files/a/full', new Uint8Array(700_001)))).toBeInstanceOf(StorageFull)
    expect((await storage.get('files/a/full'))?.size).toBe(700_000)
    await storage.removeAll('files/a/')
    await storage.put('files/b/full', new Uint8Array(700_000))
  } finally {
    await disk.stop()
  }
})
