import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createSessions, mint, TokenExpired } from '../edge/sessions'
import { Db } from '../kernel/db'
import { errorOf } from '../prove/testing/until'
import { testDatabase, type TestDatabase } from '../prove/testing/database'
import { createAuth } from '../services/people/auth'
import { setupToken } from './setup'
import { mintToken, mintTokens } from './token'

const secret = 'a-secret-of-these-tests-that-is-long-enough'
const noCookies = { readCookie: async () => undefined }

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
}, 60_000)
afterAll(() => database.stop())

const options = () => ({ databaseUrl: database.url, secret, ttlSeconds: 60 })
const sessions = createSessions({ secret, now: () => Date.now(), ...noCookies })

test('a token made beside the system is one of the system', async () => {
  const token = await mintToken({ ...options(), user: 'Budi' })
  const { actor } = await sessions.fromToken(token)
  expect(actor).toMatchObject({ name: 'Budi', role: 'student' })
  const again = await sessions.fromToken(await mintToken({ ...options(), user: 'Budi', role: 'teacher' }))
  expect(again.actor).toEqual({ ...actor, role: 'teacher' })
  expect((await sessions.fromToken(await mintToken({ ...options(), user: 'Budi' }))).actor.role).toBe('teacher')
})

test('it lasts as long as was asked', async () => {
  const token = await mintToken({ ...options(), user: 'Budi', ttlSeconds: 30 })
  const later = createSessions({ secret, now: () => Date.now() + 31_000, ...noCookies })
  await sessions.fromToken(token)
  expect(await errorOf(later.fromToken(token))).toBeInstanceOf(TokenExpired)
})

test('thousands are made at once, one a name, in their order', async () => {
  const names = Array.from({ length: 2000 }, (_, n) => `load-${n}`)
  const tokens = await mintTokens(options(), names)
  const actors = await Promise.all(tokens.map(async (token) => (await sessions.fromToken(token)).actor))
  expect(actors.map(({ name }) => name)).toEqual(names)
  expect(new Set(actors.map(({ id }) => id)).size).toBe(2000)
  expect(await mintTokens(options(), [])).toEqual([])
}, 30_000)

test('a name that nobody can have is refused', async () => {
  expect(await errorOf(mintToken({ ...options(), user: '' }))).toMatchObject({ code: 'invalid' })
  expect(await errorOf(mintToken({ ...options(), user: 'a\u202eb' }))).toMatchObject({ code: 'invalid' })
})

test('the token for setting up makes the first admin, whose session gives tokens that the doors believe', async () => {
  const db = new Db(database.url, 'tests')
  const auth = createAuth({
    ...{ db, secret, tls: false, now: () => Date.now(), trouble: () => undefined },
    mint: (actor, issuedAtMs, session) => mint(secret, actor, 600, issuedAtMs, session),
    commands: { execute: async () => undefined, perform: async () => undefined },
  })
  const url = 'http://localhost:8080/api/auth'
  const who = { name: 'Ratna', email: 'ratna@kampus.test', password: 'rahasia-sekali' }
  const body = JSON.stringify({ token: await setupToken(database.url), ...who })
  const headers = { 'content-type': 'application/json' }
  const made = await auth.handler(new Request(`${url}/setup`, { method: 'POST', headers, body }), '127.0.0.1')
  expect(made.status).toBe(200)
  const cookie = made.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')

  const asked = await auth.handler(new Request(`${url}/token`, { headers: { cookie } }), '127.0.0.1')
  const { token, expiresAt } = (await asked.json()) as { token: string; expiresAt: string }
  const all = createSessions({ secret, now: () => Date.now(), readCookie: auth.readCookie })
  const identity = await all.fromToken(token)
  expect(identity).toMatchObject({ actor: { name: 'Ratna', role: 'admin' }, expiresAt: Date.parse(expiresAt) })
  expect(await all.fromRequest(new Request(url, { headers: { cookie } }))).toEqual({
    actor: identity.actor,
    session: identity.session,
  })
  expect(identity.session).toBeDefined()
  expect(await setupToken(database.url)).toBeUndefined()
  await auth.close()
  await db.close()
})
