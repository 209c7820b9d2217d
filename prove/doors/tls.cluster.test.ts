/** The doors behind TLS, ended by the node itself, with a certificate of an authority made here. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureCertificate } from '../../cluster/authority'
import { testCluster, type TestCluster } from '../testing/cluster'
import { errorOf } from '../testing/until'
import { Wire } from '../testing/wire'

let dir: string
let ca: string
let cluster: TestCluster

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'alun-tls-'))
  const { certFile, keyFile, caFile } = await ensureCertificate(dir, ['localhost', '127.0.0.1'])
  ca = await readFile(caFile, 'utf8')
  const env = { ALUN_TLS_CERT: certFile, ALUN_TLS_KEY: keyFile, ALUN_TLS_CA: caFile }
  cluster = await testCluster({ nodes: 1, env })
}, 60_000)
afterAll(async () => {
  await cluster?.stop()
  await rm(dir, { recursive: true, force: true })
})

const ask = (path: string, init: RequestInit = {}, host = '127.0.0.1'): Promise<Response> =>
  fetch(`https://${host}:${cluster.port}${path}`, { ...init, tls: { ca }, keepalive: false } as RequestInit)

test('who trusts the authority is served, and told to come back by https only', async () => {
  const response = await ask('/healthz')
  expect(await response.json()).toMatchObject({ status: 'alive' })
  expect(response.headers.get('strict-transport-security')).toStartWith('max-age=')
})

test('localhost is not told so: every other program on that machine would be asked for https as well', async () => {
  expect((await ask('/healthz', {}, 'localhost')).headers.has('strict-transport-security')).toBe(false)
})

test('who does not trust it, or comes without TLS, is not served', async () => {
  expect(await errorOf(fetch(`https://127.0.0.1:${cluster.port}/healthz`))).toBeInstanceOf(Error)
  expect(await errorOf(fetch(`http://127.0.0.1:${cluster.port}/healthz`))).toBeInstanceOf(Error)
})

test('the realtime door is open as well, and calls are answered', async () => {
  const one = await Wire.connected(cluster.port, await cluster.token('budi'), { tls: { ca } })
  expect((await one.ask('rpc', { method: 'people.me' }))['rpc'].data.id).toBe('budi')
  one.close()
})

test('a cookie goes over https only, and opens the realtime door for our own pages', async () => {
  const origin = `https://127.0.0.1:${cluster.port}`
  const headers = { 'content-type': 'application/json', origin }
  const signedIn = await ask('/api/auth/sign-in/anonymous', { method: 'POST', headers, body: '{"name":"Tamu"}' })
  const cookies = signedIn.headers.getSetCookie()
  for (const one of cookies) expect(one).toMatch(/^__Secure-alun\..*; Secure/i)
  const cookie = cookies.map((one) => one.split(';')[0]!).join('; ')
  const guest = await Wire.open(cluster.port, { tls: { ca }, headers: { cookie, origin } })
  expect((await guest.ask('connect'))['connect'].data.user).toMatchObject({ name: 'Tamu', role: 'guest' })
  guest.close()
  const stranger = await Wire.open(cluster.port, { tls: { ca }, headers: { cookie, origin: 'https://elsewhere.test' } })
  expect((await stranger.ask('connect')).error).toMatchObject({ code: 401 })
  stranger.close()
})

test('the authority’s certificate is there to be fetched', async () => {
  expect(await (await ask('/ca.crt')).text()).toBe(ca)
})
