import { expect, test } from 'bun:test'
import { ownPostgres } from '../../prove/testing/database'
import { until } from '../../prove/testing/until'
import { Browser, installation, type Answer } from './testing'

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

test('a database that dies in the middle of a sign-up is no verdict about the address', async () => {
  const { url, server, stop } = await ownPostgres()
  const here = await installation({}, async () => ({ url, stop: async () => undefined }))
  await new Browser(here.auth).post('/sign-up/email', budi)
  const tries = Array.from({ length: 12 }, (_, n) => new Browser(here.auth).post('/sign-up/email', { ...budi, email: `a${n}@kampus.test` }))
  await Promise.race(tries)
  await server.kill()
  const answers = await Promise.all(tries)
  const bad = answers.filter(({ status, code }) => status !== 200 && code !== 'unavailable')
  expect(bad).toEqual([])
  expect(answers.some(({ code }) => code === 'unavailable')).toBe(true)
  await here.stop()
  await stop()
}, 60_000)
