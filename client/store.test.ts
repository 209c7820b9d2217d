import { expect, test } from 'bun:test'
import { Store } from './store'

test('watchers hear of changes, not of the same value, and not after they left', () => {
  const store = new Store(1)
  let heard = 0
  const leave = store.subscribe(() => heard++)
  store.set(2)
  store.set(2)
  expect(heard).toBe(1)
  leave()
  store.set(3)
  expect(heard).toBe(1)
})

test('waiting for a value resolves with the first that fits, now or later', async () => {
  const store = new Store(1)
  expect(await store.until((value) => value === 1)).toBe(1)
  const later = store.until((value) => value > 2)
  store.set(2)
  store.set(3)
  store.set(4)
  expect(await later).toBe(3)
})

test('waiting for a value can be given up', async () => {
  const stop = new AbortController()
  const waiting = new Store(1).until((value) => value === 2, stop.signal)
  stop.abort(new Error('given up'))
  await expect(waiting).rejects.toThrow('given up')
})
