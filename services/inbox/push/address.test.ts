import { describe, expect, test } from 'bun:test'
import { errorOf } from '../../../prove/testing/until'
import { isPublic, mayBeEndpoint, post } from './address'

describe('an address', () => {
  const inside = [
    '127.0.0.1',
    '10.1.2.3',
    '192.168.1.1',
    '172.16.0.1',
    '172.31.255.255',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
  ]
  const inside6 = [
    '::1',
    '::',
    'fe80::1',
    'fc00::1',
    'fd12::1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    '2002:7f00:1::',
    '2001:db8::1',
    'ff02::1',
  ]
  for (const one of [...inside, ...inside6, 'not an address', '']) {
    test(`${one} is not everybody's`, () => expect(isPublic(one)).toBe(false))
  }
  for (const one of ['142.250.1.1', '172.32.0.1', '8.8.8.8', '2a00:1450:4001::1', '2607:f8b0::1']) {
    test(`${one} is everybody's`, () => expect(isPublic(one)).toBe(true))
  }
})

describe('an endpoint', () => {
  const good = ['https://fcm.googleapis.com/fcm/send/abc', 'https://web.push.apple.com/x', 'https://8.8.8.8/x']
  const bad = [
    ...[
      'http://fcm.googleapis.com/x',
      'https://127.0.0.1/x',
      'https://localhost/x',
      'https://[::1]/x',
      'https://2130706433/x',
    ],
    ...['https://0x7f.1/x', 'https://192.168.1.1:8443/x', 'https://me:pw@fcm.googleapis.com/x', 'https://intranet/x'],
    ...['file:///etc/passwd', 'ftp://a.b/c', 'nonsense', ''],
  ]
  for (const one of good) test(`${one} may be one`, () => expect(mayBeEndpoint(one, false)).toBe(true))
  for (const one of bad) test(`${one || 'nothing'} may not`, () => expect(mayBeEndpoint(one, false)).toBe(false))

  test('on this machine may be one only where that is switched on, and other inner ones not even then', () => {
    expect(mayBeEndpoint('http://127.0.0.1:9/x', true)).toBe(true)
    expect(mayBeEndpoint('http://127.0.0.1:9/x', false)).toBe(false)
    for (const one of ['http://10.0.0.1/x', 'https://10.0.0.1/x', 'http://fcm.googleapis.com/x'])
      expect(mayBeEndpoint(one, true)).toBe(false)
  })
})

test('a name that leads inside is not connected to, though its name says nothing', async () => {
  const asked: string[] = []
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: ({ url }) => (asked.push(url), new Response()) })
  const endpoint = `https://here.localhost:${server.port}/x`
  expect(mayBeEndpoint(endpoint, false)).toBe(true)
  const error = await errorOf(post({ endpoint, headers: {}, body: Buffer.from('x'), mayPushHere: false }))
  expect(String(error)).toMatch(/leads inside|ENOTFOUND|EAI_AGAIN/)
  expect(asked).toEqual([])
  await server.stop(true)
})

test('an answer is told with its beginning, and a redirect is not followed', async () => {
  const asked: string[] = []
  const server = Bun.serve({
    ...{ port: 0, hostname: '127.0.0.1' },
    fetch: ({ url }) => (
      asked.push(new URL(url).pathname),
      new Response('x'.repeat(5000), { status: 307, headers: { location: '/other' } })
    ),
  })
  const endpoint = `http://127.0.0.1:${server.port}/first`
  const { status, text } = await post({ endpoint, headers: {}, body: Buffer.from('x'), mayPushHere: true })
  expect([status, text.length, asked]).toEqual([307, 300, ['/first']])
  await server.stop(true)
})
