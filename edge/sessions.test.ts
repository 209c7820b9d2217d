import { expect, test } from 'bun:test'
import { SignJWT } from 'jose'
import { errorOf } from '../prove/testing/until'
import { createSessions, mint, sameOrigin, TokenExpired, TokenInvalid, type SessionsOptions } from './sessions'

const secret = 'a-secret-of-these-tests-that-is-long-enough'
const budi = { id: 'u1', name: 'Budi', role: 'student' } as const
const noon = Date.UTC(2026, 0, 1, 12)

function sessionsAt(start: number, more: Partial<SessionsOptions> = {}) {
  const clock = { now: start }
  const read: string[] = []
  const readCookie = async (header: string) => {
    read.push(header)
    return header.includes('alun=good') ? { actor: budi } : undefined
  }
  return { clock, read, sessions: createSessions({ secret, now: () => clock.now, readCookie, ...more }) }
}

const token = async (ttl = 60, now = noon, key = secret): Promise<string> => (await mint(key, budi, ttl, now)).token

async function signed(claims: Record<string, unknown>, alg = 'HS256'): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret))
}

const whole = {
  sub: 'u1',
  name: 'Budi',
  role: 'student',
  iat: noon / 1000,
  exp: noon / 1000 + 60,
  iss: 'alun',
  jti: 'j',
}
const request = (headers: Record<string, string>, url = 'http://campus.test:8080/api/x'): Request =>
  new Request(url, { headers })

test('a token tells who asks, and until when', async () => {
  const { sessions } = sessionsAt(noon)
  expect(await sessions.fromToken(await token(60))).toMatchObject({ actor: budi, expiresAt: noon + 60_000 })
})

test('what mint says of the end is what a verifier sees', async () => {
  const { sessions } = sessionsAt(noon)
  const minted = await mint(secret, budi, 60, noon + 789)
  expect((await sessions.fromToken(minted.token)).expiresAt).toBe(minted.expiresAt)
})

test('a token ends when its time is over, also one that is known already', async () => {
  const { sessions, clock } = sessionsAt(noon)
  const known = await token(60)
  await sessions.fromToken(known)
  clock.now = noon + 59_999
  await sessions.fromToken(known)
  clock.now = noon + 60_000
  expect(await errorOf(sessions.fromToken(known))).toBeInstanceOf(TokenExpired)
  expect(sessions.size).toBe(0)
  expect(await errorOf(sessions.fromToken(known))).toBeInstanceOf(TokenExpired)
})

test('a token of another installation, or one that was changed, is none', async () => {
  const { sessions } = sessionsAt(noon)
  const good = await token()
  const [head, body, signature] = good.split('.') as [string, string, string]
  const admin = Buffer.from(JSON.stringify({ ...whole, role: 'admin' })).toString('base64url')
  const strangers = [
    await token(60, noon, 'another-secret-that-is-long-enough-too'),
    `${head}.${admin}.${signature}`,
    `${head}.${body}.`,
    `${head}.${body}`,
    'x'.repeat(5000),
    '',
  ]
  for (const stranger of strangers) expect(await errorOf(sessions.fromToken(stranger))).toBeInstanceOf(TokenInvalid)
  expect(sessions.size).toBe(0)
})

test('a token without a signature, or under another algorithm, is none', async () => {
  const { sessions } = sessionsAt(noon)
  const none = (header: object): string =>
    `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${Buffer.from(JSON.stringify(whole)).toString('base64url')}.`
  for (const bad of [none({ alg: 'none' }), none({ alg: 'None', typ: 'JWT' }), await signed(whole, 'HS512')]) {
    expect(await errorOf(sessions.fromToken(bad))).toBeInstanceOf(TokenInvalid)
  }
})

test('a well signed token must say everything, and in our words', async () => {
  const { sessions } = sessionsAt(noon)
  await sessions.fromToken(await signed(whole))
  const wrong: Record<string, unknown>[] = [
    { ...whole, exp: undefined },
    { ...whole, iat: undefined },
    { ...whole, sub: '' },
    { ...whole, iss: 'somebody' },
    { ...whole, iss: undefined },
    { ...whole, jti: undefined },
    { ...whole, role: 'god' },
    { ...whole, name: 7 },
    { ...whole, nbf: noon / 1000 + 30 },
  ]
  for (const claims of wrong) {
    const bad = await signed(claims)
    expect(await errorOf(sessions.fromToken(bad)), JSON.stringify(claims)).toBeInstanceOf(TokenInvalid)
  }
})

test('a token is verified once', async () => {
  const { sessions } = sessionsAt(noon)
  const known = await token()
  const first = await sessions.fromToken(known)
  expect(await sessions.fromToken(known)).toBe(first)
})

test('what is known of tokens is bounded: the oldest goes', async () => {
  const { sessions } = sessionsAt(noon)
  const first = await token()
  const before = await sessions.fromToken(first)
  for (let n = 0; n < 10_000; n++) await sessions.fromToken(await token())
  expect(sessions.size).toBe(10_000)
  const again = await sessions.fromToken(first)
  expect(again).not.toBe(before)
  expect(again).toEqual(before)
})

test('what was issued before a revocation ends at once, what is issued after it counts', async () => {
  let revokedBefore = 0
  const { sessions, clock } = sessionsAt(noon, { isRevoked: (user, issued) => user === 'u1' && issued < revokedBefore })
  const known = await token(600, noon)
  const unknown = await token(600, noon)
  await sessions.fromToken(known)
  clock.now = noon + 300
  revokedBefore = noon + 200
  expect(await errorOf(sessions.fromToken(known))).toBeInstanceOf(TokenExpired)
  expect(await errorOf(sessions.fromToken(unknown))).toBeInstanceOf(TokenExpired)
  // In the same second as the revocation, and still told apart.
  await sessions.fromToken(await token(600, noon + 201))
})

test('clearing forgets one user and nobody else', async () => {
  const { sessions } = sessionsAt(noon)
  const other = (await mint(secret, { ...budi, id: 'u2' }, 60, noon)).token
  const kept = await sessions.fromToken(other)
  await sessions.fromToken(await token())
  sessions.clear('u1')
  expect(sessions.size).toBe(1)
  expect(await sessions.fromToken(other)).toBe(kept)
})

test('a request is known by its token, else by its cookie, and a bad token is not made good by a cookie', async () => {
  const { sessions, read } = sessionsAt(noon)
  const good = await token()
  expect(await sessions.fromRequest(request({ authorization: `Bearer ${good}`, cookie: 'alun=bad' }))).toMatchObject({
    actor: budi,
  })
  expect(read).toEqual([])
  expect(await sessions.fromRequest(request({ cookie: 'alun=good' }))).toEqual({ actor: budi })
  expect(await sessions.fromRequest(request({ cookie: 'alun=bad' }))).toBeUndefined()
  expect(await sessions.fromRequest(request({}))).toBeUndefined()
  expect(await sessions.fromCookie(null)).toBeUndefined()
  const both = request({ authorization: 'Bearer nonsense', cookie: 'alun=good' })
  expect(await errorOf(sessions.fromRequest(both))).toBeInstanceOf(TokenInvalid)
})

test('an expired or invalid token is an unauthenticated request to every door', async () => {
  expect(new TokenExpired().code).toBe('unauthenticated')
  expect(new TokenInvalid().code).toBe('unauthenticated')
})

test('a request with a cookie must come from our own pages', () => {
  const host = 'campus.test:8080'
  const own: Record<string, string>[] = [
    { host, 'sec-fetch-site': 'same-origin', origin: 'http://campus.test:8080' },
    { host, 'sec-fetch-site': 'none' },
    { host, origin: 'http://campus.test:8080' },
    { host: 'CAMPUS.test:8080', origin: 'http://campus.test:8080' },
    { host },
  ]
  const foreign: Record<string, string>[] = [
    { host, 'sec-fetch-site': 'cross-site' },
    { host, 'sec-fetch-site': 'same-site', origin: 'http://campus.test:9000' },
    { host, 'sec-fetch-site': 'cross-site', origin: 'http://campus.test:8080' },
    { host, origin: 'http://campus.test' },
    { host, origin: 'http://evil.test' },
    { host, origin: 'null' },
  ]
  for (const headers of own) expect(sameOrigin(request(headers)), JSON.stringify(headers)).toBe(true)
  for (const headers of foreign) expect(sameOrigin(request(headers)), JSON.stringify(headers)).toBe(false)
})

test('behind a proxy that changes the host, the public address is our own too', () => {
  const headers = { host: '10.0.0.7:8080', origin: 'https://alun.campus.test' }
  expect(sameOrigin(request(headers))).toBe(false)
  expect(sameOrigin(request(headers), 'https://alun.campus.test')).toBe(true)
  expect(sameOrigin(request({ ...headers, origin: 'https://evil.test' }), 'https://alun.campus.test')).toBe(false)
})
