import { expect, test } from 'bun:test'
import { key as schema } from '../protocol/ids'
import { newKey } from './key'

test('a key is a UUID of version 7 that carries its time', () => {
  const key = newKey(Date.parse('2026-01-02T03:04:05.678Z'))
  expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(Number.parseInt(key.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.parse('2026-01-02T03:04:05.678Z'))
  expect(schema.parse(key)).toBe(key)
})

test('keys of one moment differ, and later ones sort after earlier ones', () => {
  const keys = Array.from({ length: 1000 }, () => newKey(1000))
  expect(new Set(keys).size).toBe(1000)
  expect(newKey(2000) > keys[0]!).toBe(true)
})
