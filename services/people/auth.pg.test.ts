import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { getMigrations } from 'better-auth/db/migration'
import { statement } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import { authOptions, cookieSecret } from './options'
import { Pace } from './pace'
import { AuthPool } from './pool'
import { Browser, host, installation, secret, type Answer, type Installation } from './testing'

let here: Installation
beforeAll(async () => {
  here = await installation()
}, 60_000)
afterAll(() => here.stop())

const browser = (address?: string): Browser => new Browser(here.auth, address)
const budi = { name: 'Budi', email: 'budi@kampus.test', password: 'rahasia-sekali' }
const person = ({ body }: Answer): Record<string, unknown> => body['user'] as Record<string, unknown>
const tokenOf = async (from: Browser): Promise<Record<string, unknown>> => {
  const { body } = await from.get('/token')
  return JSON.parse(body['token'] as string) as Record<string, unknown>
}

test('better-auth finds nothing left to migrate', async () => {
  const pool = new AuthPool(here.db)
  const pace = new Pace(here.db.lane('sign-in', { connections: 1 }))
  const commands = { execute: async () => undefined, perform: async () => undefined }
  const nothing = { commands, trouble: () => undefined }
  const sql = here.db.lane('sign-in', { connections: 1 })
  const options = authOptions({ pool, sql, pace, secret: 'x'.repeat(40), tls: false, ...nothing })
  const plan = await getMigrations(options, { throwOnUnsafe: false })
  expect(plan.toBeCreated).toEqual([])
  expect(plan.toBeAdded).toEqual([])
  expect(plan.toBeAddedIndexes).toEqual([])
  expect(await plan.compileMigrations()).toBe(';')
  await pool.end()
})

describe('sign-up and sign-in', () => {
  test('who signs up is a student, is signed in, and can come back with the password', async () => {
    const first = browser()
    const plain = await first.post('/sign-up/email', { ...budi, role: 'admin', image: 'http://evil.test/x.png' })
    expect(plain.status).toBe(200)
    expect(person(plain)).toMatchObject({ name: 'Budi', email: budi.email, role: 'student', image: null })
    expect(await tokenOf(first)).toEqual({ id: person(plain)['id'], name: 'Budi', role: 'student' })

    const later = browser()
    await later.post('/sign-in/email', { email: 'BUDI@kampus.test', password: budi.password })
    expect((await tokenOf(later))['id']).toBe(person(plain)['id'])
  })

  test('a wrong password and an unknown address are refused in the same words', async () => {
    await browser().post('/sign-up/email', { ...budi, email: 'siti@kampus.test' })
    const wrong = await browser().post('/sign-in/email', { email: 'siti@kampus.test', password: 'bukan-ini' })
    const unknown = await browser().post('/sign-in/email', { email: 'tidak-ada@kampus.test', password: 'bukan-ini' })
    expect(wrong).toMatchObject({ code: 'unauthenticated', body: unknown.body })
    expect(unknown.code).toBe('unauthenticated')
  })

  test('an address has one account, also when two sign up at the same moment', async () => {
    const tries = Array.from({ length: 4 }, () =>
      browser().post('/sign-up/email', { ...budi, email: 'satu@kampus.test' }),
    )
    const answers = await Promise.all(tries)
    expect(answers.filter(({ status }) => status === 200).length).toBe(1)
    expect(answers.filter(({ code }) => code === 'conflict').length).toBe(3)
  })

  test('what cannot be an account is refused with what is wrong', async () => {
    const wrong: [object, RegExp][] = [
      [{ email: 'nobody' }, /^invalid: email: /],
      [{ email: `${'x'.repeat(250)}@kampus.test` }, /email/],
      [{ password: 'short' }, /8 characters/],
      [{ password: 'x'.repeat(129) }, /128 characters/],
      [{ name: '' }, /name/],
      [{ name: 'Bu\u202edi' }, /name: printable/],
      [{ name: 'x'.repeat(61) }, /name: 1 to 60/],
      [{ name: undefined }, /name/],
    ]
    for (const [change, words] of wrong) {
      const answer = await browser().post('/sign-up/email', { ...budi, email: 'baru@kampus.test', ...change })
      expect(answer, JSON.stringify(change)).toMatchObject({ code: 'invalid' })
      expect(answer.body['message']).toMatch(words)
    }
    expect(await browser().post('/sign-up/email', '{"name": ')).toMatchObject({ code: 'invalid' })
    expect(await browser().post('/sign-up/email', { ...budi, image: 'x'.repeat(20_000) })).toMatchObject({
      code: 'invalid',
    })
  })

  test('nobody can take an address that is kept for guests and tokens', async () => {
    for (const email of ['a@user.alun.invalid', 'a@alun.invalid', 'A@Guest.Alun.Invalid']) {
      expect(await browser().post('/sign-up/email', { ...budi, email })).toMatchObject({ code: 'invalid' })
    }
  })

  test('a name is changed by its owner, under the same rules; a role and an address are not', async () => {
    const one = browser()
    await one.post('/sign-up/email', { ...budi, email: 'ubah@kampus.test' })
    expect(await one.post('/update-user', { name: '  Budi   Santoso ' })).toMatchObject({ status: 200 })
    expect(await one.post('/update-user', { name: '\u200b' })).toMatchObject({ code: 'invalid' })
    expect(await one.post('/update-user', { role: 'admin' })).toMatchObject({ code: 'invalid' })
    expect(await one.post('/change-email', { newEmail: 'x@kampus.test' })).toMatchObject({ code: 'invalid' })
    expect(await tokenOf(one)).toMatchObject({ name: 'Budi Santoso', role: 'student' })
  })

  test('after signing out the cookie is worth nothing', async () => {
    const one = browser()
    await one.post('/sign-up/email', { ...budi, email: 'keluar@kampus.test' })
    const stolen = one.jar.get('alun.session_token')!
    expect(await one.post('/sign-out')).toMatchObject({ status: 200 })
    expect(one.jar.size).toBe(0)
    expect(await one.get('/token')).toMatchObject({ code: 'unauthenticated' })
    one.jar.set('alun.session_token', stolen)
    expect(await one.get('/token')).toMatchObject({ code: 'unauthenticated' })
    expect(await here.auth.readCookie(one.cookie)).toBeUndefined()
  })

  test('what is not here is not found', async () => {
    expect(await browser().get('/nothing')).toMatchObject({ code: 'not_found' })
    expect(await browser().post('/token')).toMatchObject({ code: 'not_found' })
    expect(await browser().get('/setup')).toMatchObject({ code: 'not_found' })
  })
})

describe('guests', () => {
  test('a guest gives a name and may read it back', async () => {
    const guest = browser()
    const answer = await guest.post('/sign-in/anonymous', { name: '  Tamu   Kehormatan 🎓 ' })
    expect(answer.status).toBe(200)
    expect(await tokenOf(guest)).toEqual({ id: person(answer)['id'], name: 'Tamu Kehormatan 🎓', role: 'guest' })
    expect(await guest.post('/sign-in/anonymous', { name: 'Lain' })).toMatchObject({ code: 'conflict' })
  })

  test('a name that cannot be shown is refused, and so is none', async () => {
    const bad: unknown[] = [
      { name: '' },
      { name: '   ' },
      { name: 'a\nb' },
      { name: 'a\u0000b' },
      { name: 7 },
      {},
      undefined,
    ]
    for (const body of [...bad, { name: 'x'.repeat(61) }, { name: '\u200f' }]) {
      const answer = await browser().post('/sign-in/anonymous', body)
      expect(answer, JSON.stringify(body)).toMatchObject({ code: 'invalid' })
      expect(answer.body['message']).toMatch(/name/)
    }
    expect(await browser().post('/sign-in/anonymous', '')).toMatchObject({ code: 'invalid' })
    expect(await browser().post('/sign-in/anonymous', { name: 'é'.repeat(60) })).toMatchObject({ status: 200 })
  })

  test('two thousand guests behind one address are all let in, whatever somebody there is up to', async () => {
    const at = '198.51.100.1'
    const guesser = Array.from({ length: 50 }, () =>
      browser(at).post('/sign-in/email', { email: 'kepala-sekolah@kampus.test', password: 'tebakan-salah' }),
    )
    const names = Array.from({ length: 2000 }, (_, n) => `Tamu ${n}`)
    const answers: Answer[] = []
    for (let from = 0; from < names.length; from += 250) {
      const wave = names.slice(from, from + 250).map((name) => browser(at).post('/sign-in/anonymous', { name }))
      answers.push(...(await Promise.all(wave)))
    }
    expect(answers.filter(({ status }) => status !== 200)).toEqual([])
    expect(new Set(answers.map((answer) => person(answer)['id'])).size).toBe(2000)
    expect((await Promise.all(guesser)).filter(({ code }) => code === 'limited').length).toBe(44)
  }, 60_000)

  test('a guest who signs up stays the same person, and can come back with the password', async () => {
    const guest = browser()
    const { id } = person(await guest.post('/sign-in/anonymous', { name: 'Tamu' }))
    const wanted = { ...budi, email: 'Naik@kampus.test' }
    expect(await guest.post('/sign-up/email', { ...wanted, password: 'pendek' })).toMatchObject({ code: 'invalid' })
    expect(await guest.post('/sign-up/email', { ...wanted, email: 'a@alun.invalid' })).toMatchObject({
      code: 'invalid',
    })
    expect(await guest.post('/sign-up/email', wanted, { origin: 'http://evil.test' })).toMatchObject({
      code: 'forbidden',
    })
    expect(await tokenOf(guest)).toEqual({ id, name: 'Tamu', role: 'guest' })
    expect(await guest.post('/sign-up/email', wanted)).toMatchObject({ status: 200, body: { user: { id } } })
    expect(await tokenOf(guest)).toEqual({ id, name: 'Budi', role: 'student' })
    const later = browser()
    await later.post('/sign-in/email', { email: 'naik@kampus.test', password: budi.password })
    expect(await tokenOf(later)).toEqual({ id, name: 'Budi', role: 'student' })

    const second = browser()
    await second.post('/sign-in/anonymous', { name: 'Lain' })
    expect(await second.post('/sign-up/email', wanted)).toMatchObject({ code: 'conflict' })
    expect(await tokenOf(second)).toMatchObject({ name: 'Lain', role: 'guest' })
  })
})

describe('other sites', () => {
  const evil = { origin: 'http://evil.test' }

  test('a page of another origin can neither sign anybody in nor use their cookie', async () => {
    const one = browser()
    await one.post('/sign-up/email', { ...budi, email: 'asal@kampus.test' })
    expect(await one.post('/sign-out', {}, evil)).toMatchObject({ code: 'forbidden' })
    expect(await one.post('/sign-out', {}, { origin: 'null' })).toMatchObject({ code: 'forbidden' })
    expect(await one.post('/sign-out', {}, { origin: `http://${host}9` })).toMatchObject({ code: 'forbidden' })
    const login = { email: 'asal@kampus.test', password: budi.password }
    expect(await browser().post('/sign-in/email', login, evil)).toMatchObject({ code: 'forbidden' })
    expect(await tokenOf(one)).toMatchObject({ name: 'Budi' })
  })

  test('our own origin is whatever host the page asked, and the public address', async () => {
    const far = await installation({ publicUrl: 'https://alun.kampus.test' })
    const post = (headers: Record<string, string>) =>
      new Browser(far.auth).post('/sign-in/email', { email: 'a@b.test', password: 'tidak-ada-di-sini' }, headers)
    for (const [own, origin] of [
      ['192.168.1.20:8080', 'http://192.168.1.20:8080'],
      ['localhost:8080', 'http://localhost:8080'],
      ['10.0.0.7:3000', 'https://alun.kampus.test'],
    ] as const) {
      expect(await post({ host: own, origin })).toMatchObject({ code: 'unauthenticated' })
    }
    expect(await post({ host: '10.0.0.7:3000', origin: 'http://10.0.0.7' })).toMatchObject({ code: 'forbidden' })
    await far.stop()
  })
})

describe('cookies', () => {
  test('they are for our pages only, and Secure behind TLS', async () => {
    const cookiesOf = async (at: Installation): Promise<string[]> =>
      (await new Browser(at.auth).post('/sign-in/anonymous', { name: 'Tamu' })).headers.getSetCookie()
    const plain = await cookiesOf(here)
    expect(plain.length).toBe(2)
    for (const line of plain) {
      expect(line).toMatch(/^alun\.session_(token|data)=.*HttpOnly; SameSite=Lax/i)
      expect(line).not.toMatch(/Secure/)
      expect(line).not.toMatch(/Domain/i)
      expect(line.length).toBeLessThan(2000)
    }
    const safe = await installation({ tls: true })
    for (const line of await cookiesOf(safe)) expect(line).toMatch(/^__Secure-alun\..*; Secure/)
    const one = new Browser(safe.auth)
    await one.post('/sign-in/anonymous', { name: 'Tamu' })
    expect(await safe.auth.readCookie(one.cookie)).toMatchObject({ actor: { name: 'Tamu', role: 'guest' } })
    await safe.stop()
  })

  test('a fresh one is read without the database, a stale one with it, a forged one not at all', async () => {
    const counted = await installation()
    const guest = new Browser(counted.auth)
    await guest.post('/sign-in/anonymous', { name: 'Tamu' })
    const { cookie } = guest
    const token = guest.jar.get('alun.session_token')!
    guest.jar.delete('alun.session_data')
    const stale = guest.cookie
    expect(await counted.auth.readCookie(stale)).toMatchObject({ actor: { name: 'Tamu', role: 'guest' } })
    const [bare] = token.split('.')
    const forged = [`x${token.slice(1)}`, bare, `${bare}.`, `${bare}.${'A'.repeat(43)}%3D`, '', 'x.y']
    for (const value of forged) expect(await counted.auth.readCookie(`alun.session_token=${value}`)).toBeUndefined()
    expect(await counted.auth.readCookie('theme=dark')).toBeUndefined()
    await counted.stop()
    // The database is gone. The cookie's own copy still says who it is, for a minute.
    expect(await counted.auth.readCookie(cookie)).toMatchObject({ actor: { name: 'Tamu' } })
    expect(await errorOf(counted.auth.readCookie(stale))).toMatchObject({ code: 'unavailable' })
  })

  test('the copy in it is believed as long as its signature says, and not in other words', async () => {
    const one = browser()
    await one.post('/sign-in/anonymous', { name: 'Tamu' })
    interface Cache {
      session: { user: { role: string } }
      expiresAt: number
      signature: string
    }
    const value = one.jar.get('alun.session_data')!
    const { session, expiresAt } = JSON.parse(Buffer.from(value, 'base64url').toString()) as Cache
    const read = (cache: Cache) =>
      here.auth.readCookie(`alun.session_data=${Buffer.from(JSON.stringify(cache)).toString('base64url')}`)
    const sign = (text: object): string =>
      createHmac('sha256', cookieSecret(secret)).update(JSON.stringify(text)).digest('base64url')
    const signature = sign({ ...session, expiresAt })
    const admin = { ...session, user: { ...session.user, role: 'admin' } }

    expect(await read({ session, expiresAt, signature })).toMatchObject({ actor: { role: 'guest' } })
    expect(await read({ session: admin, expiresAt, signature })).toBeUndefined()
    expect(await read({ session, expiresAt: expiresAt + 1000, signature })).toBeUndefined()
    expect(await read({ session, expiresAt: 1000, signature: sign({ ...session, expiresAt: 1000 }) })).toBeUndefined()
    expect(await here.auth.readCookie('alun.session_data=%%%')).toBeUndefined()
    expect(expiresAt - Date.now()).toBeLessThanOrEqual(60_000)
  })

  test('many stale ones at once are each told their own', async () => {
    const guests = await Promise.all(
      ['Ani', 'Budi', 'Citra', 'Dewi'].map(async (name) => {
        const guest = browser()
        await guest.post('/sign-in/anonymous', { name })
        guest.jar.delete('alun.session_data')
        return { name, cookie: guest.cookie }
      }),
    )
    const read = await Promise.all(guests.map(({ cookie }) => here.auth.readCookie(cookie)))
    expect(read.map((found) => found?.actor.name)).toEqual(guests.map(({ name }) => name))
  })

  test('what a cookie says of a role is not believed once that was revoked', async () => {
    let revokedBefore = 0
    const at = await installation({ isRevoked: (_user, issued) => issued < revokedBefore })
    const one = new Browser(at.auth)
    await one.post('/sign-up/email', budi)
    await statement(at.url, `UPDATE auth."user" SET role = 'teacher'`)
    expect(await at.auth.readCookie(one.cookie)).toMatchObject({ actor: { role: 'student' } })
    revokedBefore = Date.now() + 1
    expect(await at.auth.readCookie(one.cookie)).toMatchObject({ actor: { role: 'teacher' } })
    await at.stop()
  })
})

describe('the token endpoint', () => {
  test('it tells the role as it is now, and until when', async () => {
    const one = browser()
    await one.post('/sign-up/email', { ...budi, email: 'token@kampus.test' })
    await statement(here.url, `UPDATE auth."user" SET role = 'teacher' WHERE email = 'token@kampus.test'`)
    expect(await tokenOf(one)).toMatchObject({ role: 'teacher' })
    const { body, headers } = await one.get('/token')
    const left = Date.parse(body['expiresAt'] as string) - Date.now()
    expect(left).toBeGreaterThan(590_000)
    expect(left).toBeLessThanOrEqual(600_000)
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('without a session there is none', async () => {
    expect(await browser().get('/token')).toMatchObject({ code: 'unauthenticated' })
  })

  test('a script may show its session as a bearer', async () => {
    const { body } = await browser().post('/sign-in/anonymous', { name: 'Skrip' })
    const answer = await browser().get('/token', { authorization: `Bearer ${body['token'] as string}` })
    expect(JSON.parse(answer.body['token'] as string)).toMatchObject({ name: 'Skrip' })
    expect(await browser().get('/token', { authorization: 'Bearer a.b.c' })).toMatchObject({ code: 'unauthenticated' })
  })
})

describe('guessing passwords', () => {
  const guess = (at: Installation, email: string, address: string, password = 'tebakan-salah'): Promise<Answer> =>
    new Browser(at.auth, address).post('/sign-in/email', { email, password })

  test('is slowed for the account at that address, and nobody else', async () => {
    await browser().post('/sign-up/email', { ...budi, email: 'target@kampus.test' })
    const tries = await Promise.all(Array.from({ length: 20 }, () => guess(here, 'target@kampus.test', '192.0.2.1')))
    expect(tries.filter(({ code }) => code === 'unauthenticated').length).toBe(6)
    const slowed = tries.filter(({ code }) => code === 'limited')
    expect(slowed.length).toBe(14)
    for (const { retryAfterMs } of slowed) expect(retryAfterMs).toBeWithin(1000, 30_001)
    // The right password does not get through either: otherwise guessing would only be slowed where it fails.
    expect(await guess(here, 'TARGET@kampus.test', '192.0.2.1', budi.password)).toMatchObject({ code: 'limited' })
    expect(await guess(here, 'target@kampus.test', '192.0.2.2', budi.password)).toMatchObject({ status: 200 })
    expect(await guess(here, 'budi@kampus.test', '192.0.2.1', budi.password)).toMatchObject({ status: 200 })
  })

  test('is slowed for the account also when each guess comes from another address', async () => {
    await browser().post('/sign-up/email', { ...budi, email: 'luas@kampus.test' })
    expect(await guess(here, 'luas@kampus.test', '198.51.100.9', budi.password)).toMatchObject({ status: 200 })
    const spread = Array.from({ length: 50 }, (_, n) => guess(here, 'luas@kampus.test', `192.0.3.${n}`))
    const answers = await Promise.all(spread)
    expect(answers.filter(({ code }) => code === 'unauthenticated').length).toBe(40)
    expect(answers.filter(({ code }) => code === 'limited').length).toBe(10)
    // Whoever guesses from everywhere doesn't lock the owner out where the owner has signed in before.
    expect(await guess(here, 'luas@kampus.test', '192.0.4.1', budi.password)).toMatchObject({ code: 'limited' })
    expect(await guess(here, 'luas@kampus.test', '198.51.100.9', budi.password)).toMatchObject({ status: 200 })
  }, 20_000)

  test('no header that a client can write makes it another address', async () => {
    const one = (n: number): Promise<Answer> =>
      new Browser(here.auth, '192.0.2.50').post(
        '/sign-in/email',
        { email: 'kepala@kampus.test', password: 'tebakan-salah' },
        { 'x-alun-client-ip': `10.0.0.${n}`, 'x-forwarded-for': `10.0.0.${n}`, 'x-real-ip': `10.0.0.${n}` },
      )
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => one(n)))
    expect(answers.filter(({ code }) => code === 'limited').length).toBe(2)
  })

  test('signing in rightly costs nothing, however often', async () => {
    await browser().post('/sign-up/email', { ...budi, email: 'rajin@kampus.test' })
    for (let n = 0; n < 10; n++) {
      expect(await guess(here, 'rajin@kampus.test', '192.0.2.60', budi.password)).toMatchObject({ status: 200 })
    }
  })

  test('holds on every node', async () => {
    const other = await installation({}, async () => ({ url: here.url, stop: async () => undefined }))
    for (let n = 0; n < 6; n++) await guess(n % 2 ? here : other, 'dua@kampus.test', '192.0.2.70')
    expect(await guess(here, 'dua@kampus.test', '192.0.2.70')).toMatchObject({ code: 'limited' })
    expect(await guess(other, 'dua@kampus.test', '192.0.2.70')).toMatchObject({ code: 'limited' })
    await other.stop()
  })
})
