import { expect, test } from 'bun:test'
import pg from 'pg'
import { ownPostgres } from '../../prove/testing/database'
import { until } from '../../prove/testing/until'
import { Browser, installation, lockWaits, type Answer } from './testing'

const budi = { name: 'Budi', email: 'budi@kampus.test', password: 'rahasia-sekali' }

test('while the database is away every way of signing in says so, and all heals by itself', async () => {
  const { url, server, stop } = await ownPostgres()
  const here = await installation({}, async () => ({ url, stop: async () => undefined }))
  const one = new Browser(here.auth)
  await one.post('/sign-up/email', budi)
  const ways: (() => Promise<Answer>)[] = [
    () => new Browser(here.auth).post('/sign-up/email', { ...budi, email: 'dua@kampus.test' }),
    () => new Browser(here.auth).post('/sign-in/email', budi),
    () => new Browser(here.auth).post('/sign-in/anonymous', { name: 'Tamu' }),
    () => new Browser(here.auth).post('/setup', { token: 'x', ...budi }),
    () => one.get('/token'),
    () => one.get('/get-session'),
    () => one.post('/update-user', { name: 'Budi Santoso' }),
  ]

  await server.stop()
  for (const way of ways) expect(await way(), String(way)).toMatchObject({ code: 'unavailable' })
  expect(one.jar.has('alun.session_token')).toBe(true)

  await server.start()
  await until(async () => (await one.get('/token')).status === 200, { what: 'tokens again' })
  expect(await ways[1]!()).toMatchObject({ status: 200 })

  await here.stop()
  await stop()
}, 60_000)

test.each<[string, string, (one: Browser) => Promise<Answer>]>([
  [
    'sign-up',
    'auth."user" IN EXCLUSIVE MODE',
    (one) => one.post('/sign-up/email', { ...budi, email: 'dua@kampus.test' }),
  ],
  ['reading of a session', 'auth.session IN ACCESS EXCLUSIVE MODE', (one) => one.get('/token')],
])(
  'a database that dies in the middle of a %s is no verdict about the person',
  async (_what, lock, way) => {
    const { url, server, stop } = await ownPostgres()
    const here = await installation({}, async () => ({ url, stop: async () => undefined }))
    const one = new Browser(here.auth)
    await one.post('/sign-up/email', budi)
    const other = new pg.Client({ connectionString: url })
    other.on('error', () => undefined)
    await other.connect()
    await other.query(`BEGIN; LOCK TABLE ${lock}`)
    const answer = way(one)
    await lockWaits(here.db, 1)
    await server.kill()
    expect(await answer).toMatchObject({ code: 'unavailable' })
    await here.stop()
    await stop()
  },
  60_000,
)
