import { expect, test } from 'bun:test'
import { testDatabase } from '../prove/testing/database'
import { errorOf } from '../prove/testing/until'
import { Browser, installation } from '../services/people/testing'
import { askForDemo } from './demo/ask'
import { makeAdmin, setupToken } from './setup'

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
