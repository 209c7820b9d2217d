import { afterAll, beforeAll, expect, test } from 'bun:test'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureCertificate, namesOfThisMachine } from './authority'

const dir = mkdtempSync(join(tmpdir(), 'alun-tls-'))
const dayMs = 24 * 3600 * 1000
const now = Date.now()
const names = ['localhost', 'alun', 'alun.local', '127.0.0.1', '::1', '192.168.7.7']
let files: Awaited<ReturnType<typeof ensureCertificate>>

beforeAll(async () => {
  files = await ensureCertificate(dir, names, now)
})
afterAll(() => rmSync(dir, { recursive: true }))

const read = (file: string): X509Certificate => new X509Certificate(readFileSync(file))
const days = (certificate: X509Certificate): number =>
  (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / dayMs

test('a browser that trusts the authority gets a page by https, by every name', async () => {
  const server = Bun.serve({
    port: 0,
    tls: { cert: Bun.file(files.certFile), key: Bun.file(files.keyFile) },
    fetch: () => new Response('hello'),
  })
  const ca = readFileSync(files.caFile, 'utf8')
  for (const host of ['localhost', '127.0.0.1']) {
    const response = await fetch(`https://${host}:${server.port}/`, { tls: { ca } })
    expect(await response.text()).toBe('hello')
  }
  const strangers = fetch(`https://localhost:${server.port}/`)
  expect(await strangers.catch((error: Error) => error)).toBeInstanceOf(Error)
  await server.stop(true)
})

test('the certificates are what phones accept', () => {
  const [server, authority] = [read(files.certFile), read(files.caFile)]
  expect([server.ca, authority.ca]).toEqual([false, true])
  expect(server.verify(authority.publicKey)).toBe(true)
  expect(days(server)).toBeLessThanOrEqual(397)
  expect(days(authority)).toBeGreaterThan(3600)
  expect(server.checkIP('192.168.7.7')).toBe('192.168.7.7')
  expect(server.checkHost('alun.local')).toBe('alun.local')
  expect(server.checkHost('elsewhere')).toBeUndefined()
  expect(server.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1'])
})

test('the keys are for our eyes only', () => {
  for (const file of [files.keyFile, join(dir, 'tls', 'ca.key')]) expect(statSync(file).mode & 0o777).toBe(0o600)
})

test('a certificate that does is kept; one that ends soon or lacks a name is made anew by the same authority', async () => {
  const before = readFileSync(files.certFile, 'utf8')
  const authority = readFileSync(files.caFile, 'utf8')
  const outcome = async (...[list, at]: [readonly string[], number]): Promise<boolean> =>
    (await ensureCertificate(dir, list, at)).isNew
  expect(await outcome(names, now)).toBe(false)
  expect(await outcome(names.slice(0, 3), now + 300 * dayMs)).toBe(false)
  expect(readFileSync(files.certFile, 'utf8')).toBe(before)
  expect(await outcome(names, now + 361 * dayMs)).toBe(true)
  expect(await outcome([...names, '10.0.0.9'], now + 361 * dayMs)).toBe(true)
  expect(readFileSync(files.caFile, 'utf8')).toBe(authority)
})

test('a key that does not fit, and rubbish, are replaced', async () => {
  await ensureCertificate(dir, names, now)
  writeFileSync(files.keyFile, readFileSync(join(dir, 'tls', 'ca.key')))
  expect((await ensureCertificate(dir, names, now)).isNew).toBe(true)
  writeFileSync(files.certFile, 'rubbish')
  expect((await ensureCertificate(dir, names, now)).isNew).toBe(true)
})

test('this machine is known by name and by all its addresses', () => {
  const all = namesOfThisMachine()
  expect(all).toContain('localhost')
  expect(all).toContain('127.0.0.1')
  expect(all.some((name) => name.endsWith('.local'))).toBe(true)
})
