import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureSecret, readSecret, secretFile } from './secret'

const dir = mkdtempSync(join(tmpdir(), 'alun-secret-'))
afterAll(() => rmSync(dir, { recursive: true }))

test('the secret is made once, for our eyes only, and long enough', () => {
  expect(readSecret(dir)).toBeUndefined()
  const secret = ensureSecret(dir)
  expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
  expect(ensureSecret(dir)).toBe(secret)
  expect(readSecret(dir)).toBe(secret)
  expect(statSync(secretFile(dir)).mode & 0o777).toBe(0o600)
  expect(readdirSync(dir)).toEqual(['secret'])
})

test('an empty file is not taken for a secret', () => {
  writeFileSync(secretFile(dir), '')
  expect(() => ensureSecret(dir)).toThrow('is empty: remove it')
})
