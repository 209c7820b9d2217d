/** Anything that speaks S3: a bucket of a provider, MinIO, Ceph and the like. */
import { S3Client } from 'bun'
import { checked, StorageFull, type Storage } from './kind'

export interface S3Settings {
  endpoint?: string
  region?: string
  bucket: string
  accessKeyId: string
  secretAccessKey: string
  /** Begins the names of all objects, for a bucket that is shared with others. */
  prefix?: string
}

const noRoom = ['InsufficientStorage', 'XMinioStorageFull', 'QuotaExceeded', 'StorageFull']
const missing = ['NoSuchKey', 'NotFound', 'ENOENT']
const codeOf = (error: unknown): string => (error as { code?: string }).code ?? ''

export function s3Storage({ prefix = '', ...settings }: S3Settings): Storage {
  const client = new S3Client(settings)
  const keyOf = (name: string): string => prefix + checked(name)
  return {
    put: async (name, bytes) => {
      try {
        await client.write(keyOf(name), bytes)
      } catch (error) {
        if (noRoom.includes(codeOf(error))) throw new StorageFull('the storage is full', { cause: error })
        throw error
      }
    },
    get: async (name, range) => {
      const file = client.file(keyOf(name))
      try {
        // Read here: a response made of an S3 file would send the visitor to the bucket, which they can't reach.
        return new Blob([await (range ? file.slice(range.from, range.to) : file).arrayBuffer()])
      } catch (error) {
        if (missing.includes(codeOf(error))) return undefined
        throw error
      }
    },
    removeAll: async (start) => {
      for (;;) {
        const { contents = [] } = await client.list({ prefix: keyOf(start), maxKeys: 1000 })
        if (contents.length === 0) return
        for (const { key } of contents) await client.delete(key)
      }
    },
  }
}
