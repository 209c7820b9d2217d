import { afterEach, beforeEach, expect, test } from 'bun:test'
import { makeSetupToken } from './first-admin'
import { Browser, installation, type Answer, type Installation } from './testing'

let here: Installation
beforeEach(async () => {
  here = await installation()
}, 60_000)
afterEach(() => here.stop())

const ratna = { name: 'Ratna', email: 'ratna@kampus.test', password: 'rahasia-sekali' }
const fresh = (): Promise<string | undefined> => makeSetupToken(here.db.lane('setup', { connections: 2 }))
const claim = (token: unknown, who: object = ratna): Promise<Answer> =>
  new Browser(here.auth).post('/setup', { token, ...who })

async function admins(): Promise<string[]> {
  const lane = here.db.lane('look', { connections: 1 })
  const rows = await lane.query<{ email: string }>(`SELECT email FROM auth."user" WHERE role = 'admin'`)
  return rows.map(({ email }) => email)
}

test('the token makes the first admin, who is signed in and can come back', async () => {
  const one = new Browser(here.auth)
  expect(await one.post('/setup', { token: await fresh(), ...ratna, email: 'Ratna@Kampus.test' })).toMatchObject({
    status: 200,
  })
  const { body } = await one.get('/token')
  expect(JSON.parse(body['token'] as string)).toMatchObject({ name: 'Ratna', role: 'admin' })
  const { email, password } = ratna
  expect(await new Browser(here.auth).post('/sign-in/email', { email, password })).toMatchObject({ status: 200 })
  expect(await admins()).toEqual([email])
})

test('it works once, and there is no further token while there is an admin', async () => {
  const token = await fresh()
  await claim(token)
  expect(await claim(token, { ...ratna, email: 'dua@kampus.test' })).toMatchObject({ code: 'conflict' })
  expect(await fresh()).toBeUndefined()
  expect(await admins()).toEqual([ratna.email])
})

test('of many at the same moment one wins', async () => {
  const token = await fresh()
  const answers = await Promise.all(
    Array.from({ length: 6 }, (_, n) => claim(token, { ...ratna, email: `admin${n}@kampus.test` })),
  )
  expect(answers.filter(({ status }) => status === 200).length).toBe(1)
  expect(answers.filter(({ code }) => code === 'conflict').length).toBe(5)
  expect((await admins()).length).toBe(1)
})

test('a wrong token, or one that was replaced, makes nobody admin', async () => {
  const old = await fresh()
  const token = await fresh()
  expect(token).not.toBe(old)
  for (const wrong of [old, 'guess', `${token}x`]) expect(await claim(wrong)).toMatchObject({ code: 'forbidden' })
  for (const wrong of ['', undefined, 7, null]) expect(await claim(wrong)).toMatchObject({ code: 'invalid' })
  expect(await new Browser(here.auth).post('/setup', 'not json')).toMatchObject({ code: 'invalid' })
  expect(await admins()).toEqual([])
})

test('what goes wrong leaves the token as it was', async () => {
  await new Browser(here.auth).post('/sign-up/email', ratna)
  const token = await fresh()
  expect(await claim(token)).toMatchObject({ code: 'conflict' })
  expect(await claim(token, { ...ratna, password: 'short' })).toMatchObject({ code: 'invalid' })
  expect(await claim(token, { ...ratna, name: '\u202e' })).toMatchObject({ code: 'invalid' })
  expect(await admins()).toEqual([])
  expect(await claim(token, { ...ratna, email: 'lain@kampus.test' })).toMatchObject({ status: 200 })
})

test('starts that race leave one token that works', async () => {
  const tokens = await Promise.all([fresh(), fresh(), fresh()])
  const answers: Answer[] = []
  for (const token of tokens) answers.push(await claim(token))
  expect(answers.filter(({ status }) => status === 200).length).toBe(1)
  expect((await admins()).length).toBe(1)
})

test('only a hash of the token is kept', async () => {
  const token = (await fresh())!
  const rows = await here.db
    .lane('look', { connections: 1 })
    .query<{ hash: Buffer }>('SELECT hash FROM people.setup_token')
  expect(rows.length).toBe(1)
  expect(rows[0]!.hash.toString('latin1')).not.toContain(token)
  expect(rows[0]!.hash.length).toBe(32)
})
