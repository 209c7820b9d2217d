/** What every storage must do, whatever it is made of. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Storage } from './storage'

export interface StorageBench {
  /** Two handles on the same place, as two nodes have them. */
  one: Storage
  other: Storage
  stop(): Promise<void>
}

const bytes = (length: number, seed = 1): Uint8Array => Uint8Array.from({ length }, (_, at) => (at * 31 + seed) % 251)
const read = async (blob: Blob | undefined): Promise<Uint8Array | undefined> =>
  blob && new Uint8Array(await blob.arrayBuffer())

export function storageContract(name: string, open: () => Promise<StorageBench>): void {
  describe(name, () => {
    let at: StorageBench
    beforeAll(async () => {
      at = await open()
    }, 60_000)
    afterAll(() => at?.stop())

    test('gives back what was put, on another node too, and nothing where nothing is', async () => {
      await at.one.put('files/a/full', bytes(300_000))
      expect(await read(await at.other.get('files/a/full'))).toEqual(bytes(300_000))
      expect(await at.one.get('files/b/full')).toBeUndefined()
    })

    test('gives a part, as long as it was asked for', async () => {
      await at.one.put('files/c/full', bytes(1000))
      expect(await read(await at.one.get('files/c/full', { from: 10, to: 20 }))).toEqual(bytes(1000).subarray(10, 20))
      expect((await at.one.get('files/c/full', { from: 990, to: 1000 }))?.size).toBe(10)
      expect(await at.one.get('files/b/full', { from: 0, to: 1 })).toBeUndefined()
    })

    test('what is put again replaces what was there', async () => {
      await at.one.put('files/d/full', bytes(5000, 1))
      await at.other.put('files/d/full', bytes(100, 2))
      expect(await read(await at.one.get('files/d/full'))).toEqual(bytes(100, 2))
    })

    test('removes everything of one file and nothing of another, and twice does no harm', async () => {
      for (const part of ['parts/e/0-x', 'parts/e/100-y', 'parts/ee/0-z']) await at.one.put(part, bytes(10))
      await at.one.removeAll('parts/e/')
      await at.other.removeAll('parts/e/')
      expect(await at.one.get('parts/e/0-x')).toBeUndefined()
      expect(await at.one.get('parts/e/100-y')).toBeUndefined()
      expect(await at.one.get('parts/ee/0-z')).toBeDefined()
    })

    test('goes nowhere but where it is meant to', async () => {
      for (const bad of ['../x', 'a/../../x', '/etc/passwd', 'a//b', '', 'a b', 'a\0b']) {
        await expect((async () => at.one.get(bad))()).rejects.toThrow('no name')
        await expect((async () => at.one.put(bad, bytes(1)))()).rejects.toThrow('no name')
      }
    })
  })
}
