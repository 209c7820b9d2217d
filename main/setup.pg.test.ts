import { expect, test } from 'bun:test'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testDatabase } from '../prove/testing/database'
import { errorOf } from '../prove/testing/until'
import { Browser, installation } from '../services/people/testing'
import { askForDemo } from './demo/ask'
import { makeAdmin, makeWishedAdmin, setupToken } from './setup'

test('an admin is made without a browser, once; a made-up campus is asked for and taken away the same way', async () => {
  const { url, stop } = await testDatabase()
  const admin = { name: 'Ratna', email: 'Ratna@kampus.test', password: 'rahasia-sekali' }
  expect(await errorOf(makeAdmin(url, { ...admin, password: 'pendek' }))).toMatchObject({ code: 'invalid' })
  await makeAdmin(url, admin)
  expect(await setupToken(url)).toBeUndefined()
  expect(await errorOf(makeAdmin(url, { ...admin, email: 'lain@kampus.test' }))).toMatchObject({ code: 'conflict' })
  const here = await installation({}, async () => ({ url, stop: async () => undefined }))
  expect(
    await new Browser(here.auth).post('/sign-in/email', { email: admin.email, password: admin.password }),
  ).toMatchObject({
    status: 200,
    body: { user: { role: 'admin', name: 'Ratna' } },
  })
  expect(await askForDemo(url, 'fill')).toMatchObject({ state: 'wanted' })
  expect(await askForDemo(url, 'clear')).toMatchObject({ people: 0, things: 0 })
  await here.stop()
  await stop()
}, 30_000)

test('the environment makes the first admin, once, from a file; what is wrong with it is said without the password', async () => {
  const { url, stop } = await testDatabase()
  const folder = await mkdtemp(join(tmpdir(), 'alun-admin-'))
  const passwordFile = join(folder, 'password')
  const wish = { name: 'Ratna', email: 'ratna@kampus.test', passwordFile, lang: 'id' as const, zone: 'Asia/Jayapura' }
  expect(await errorOf(makeWishedAdmin(url, wish))).toMatchObject({
    message: 'the file of ALUN_ADMIN_PASSWORD_FILE cannot be read (ENOENT)',
  })
  await writeFile(passwordFile, 'pendek\n')
  const short = (await errorOf(makeWishedAdmin(url, wish))) as Error
  expect(short.message).toContain('password: at least 8 characters')
  expect(short.message).not.toContain('pendek')
  await writeFile(passwordFile, 'rahasia-sekali\n')
  expect(await makeWishedAdmin(url, wish)).toBe(true)
  expect(await makeWishedAdmin(url, { ...wish, email: 'lain@kampus.test', passwordFile: '/nowhere' })).toBe(false)
  const here = await installation({}, async () => ({ url, stop: async () => undefined }))
  const browser = new Browser(here.auth)
  expect(await browser.post('/sign-in/email', { email: wish.email, password: 'rahasia-sekali' })).toMatchObject({
    status: 200,
  })
  // A device that has not seen this person before is told how to speak to them.
  expect((await browser.get('/token')).body).toMatchObject({ lang: 'id', zone: 'Asia/Jayapura' })
  await here.stop()
  await stop()
  await rm(folder, { recursive: true })
}, 30_000)
