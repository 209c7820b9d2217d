import { createServer, type Server, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { until } from '../../prove/testing/until'
import { SimulatedNetwork } from '../../kernel/bus/simulated'
import { Db } from '../../kernel/db'
import { Jobs } from '../../kernel/jobs'
import type { Actor } from '../../protocol/roles'
import { letterJob } from './letters'
import { mailJob } from './mail'
import { Browser, installation, type Installation } from './testing'
import { testNode, type TestNode } from './testing/node'

const publicUrl = 'https://alun.kampus.test'
let here: Installation
let node: TestNode
let admin: Actor
beforeAll(async () => {
  here = await installation({ mails: true })
  node = await testNode(here.url)
  admin = await node.user('Ratna', 'admin')
}, 60_000)
afterAll(async () => {
  await node.stop()
  await here.stop()
})

const browser = (): Browser => new Browser(here.auth)
const password = 'rahasia-sekali'
const signUp = async (email: string): Promise<{ one: Browser; id: string }> => {
  const one = browser()
  const { body } = await one.post('/sign-up/email', { name: 'Budi', email, password })
  return { one, id: (body['user'] as { id: string }).id }
}
const link = async (user: string): Promise<string> =>
  (await node.call(admin, 'people.reset_link', { user }))['token'] as string

test('an admin’s link sets a password once, signs in, and ends what was signed in before', async () => {
  const { one, id } = await signUp('lupa@kampus.test')
  const old = await link(id)
  const token = await link(id)
  const post = (body: object) => browser().post('/reset', { password: 'kata-sandi-baru', ...body })
  for (const wrong of [old, 'nothing']) expect(await post({ token: wrong })).toMatchObject({ code: 'forbidden' })
  expect(await post({ token, password: 'pendek' })).toMatchObject({ code: 'invalid' })
  expect((await browser().get(`/reset-link?token=${token}`)).body).toEqual({ name: 'Budi' })
  const fresh = browser()
  expect(await fresh.post('/reset', { token, password: 'kata-sandi-baru' })).toMatchObject({ status: 200 })
  expect(JSON.parse((await fresh.get('/token')).body['token'] as string)).toMatchObject({ id })
  expect(await one.get('/token')).toMatchObject({ code: 'unauthenticated' })
  expect(await post({ token })).toMatchObject({ code: 'forbidden' })
  expect(await browser().post('/sign-in/email', { email: 'lupa@kampus.test', password })).toMatchObject({
    code: 'unauthenticated',
  })
})

test('who was brought in by a roster with a number and no address comes in by a link, and then with the number', async () => {
  const csv = 'nama,nim\nEko Prasetyo,TI-2401'
  await node.call(admin, 'people.import', { csv, dryRun: false })
  const { people } = (await node.registry.execute(admin, 'people.list', { q: 'ti-2401' })) as { people: Actor[] }
  expect(people).toMatchObject([{ name: 'Eko Prasetyo', number: 'TI-2401', hasPassword: false }])
  const token = await link(people[0]!.id)
  expect(await browser().post('/reset', { token, password })).toMatchObject({ status: 200 })
  const later = browser()
  expect(await later.post('/sign-in/email', { email: 'ti-2401', password })).toMatchObject({ status: 200 })
  expect(JSON.parse((await later.get('/token')).body['token'] as string)).toMatchObject({ id: people[0]!.id })
  const wrong = await browser().post('/sign-in/email', { email: 'TI-2401', password: 'salah-semua' })
  const nobody = await browser().post('/sign-in/email', { email: 'TI-9999', password: 'salah-semua' })
  expect(wrong).toMatchObject({ code: 'unauthenticated', body: nobody.body })
})

test('a forgotten password is mailed a link, though the mail server is away at first; nobody learns who has an account', async () => {
  const { id } = await signUp('surat@kampus.test')
  const mails = await mailServer(1)
  const db = new Db(here.url, 'mailer')
  const ground = () => ({
    ...{ node: 'n1', now: () => Date.now(), sql: node.sql },
    perform: <O>(name: string, input: object) => node.perform(name, input) as Promise<O>,
  })
  const jobs = new Jobs(
    db.lane('jobs', { connections: 2 }),
    new SimulatedNetwork(Math.random).join('mailer'),
    [mailJob({ smtpUrl: `smtp://127.0.0.1:${mails.port}`, publicUrl }, 1)],
    { works: true, leads: () => true },
    { failed: () => undefined, trouble: () => undefined },
    ground,
  )
  await jobs.run()
  for (const email of ['SURAT@kampus.test ', 'tidak-ada@kampus.test'])
    expect(await browser().post('/forgot', { email, lang: 'id' })).toMatchObject({ status: 200, body: {} })
  // The job as the command asked for it, in a transaction of its own: this node has no queue.
  const asked = node.jobs.concat(here.jobs).filter(({ queue }) => queue === 'people-mail')
  expect(asked.map(({ data }) => data)).toEqual([{ user: id, lang: 'id' }])
  await db.lane('ask', { connections: 1 }).transaction((tx) => jobs.enqueue(tx, asked))
  const mail = await until(() => mails.received[0], { what: 'the mail', timeoutMs: 30_000 })
  expect(mails.refused).toBe(1)
  expect(mail).toMatch(/^To: surat@kampus\.test/m)
  const text = Buffer.from(mail.split('\r\n\r\n').slice(1).join('\r\n\r\n'))
    .toString()
    .replaceAll('=\r\n', '')
    .replaceAll('=3D', '=')
  const token = /https:\/\/alun\.kampus\.test\/reset\/([\w-]+)/.exec(text)![1]!
  expect(await browser().post('/reset', { token, password: 'kata-sandi-baru' })).toMatchObject({ status: 200 })
  await jobs.drain()
  await db.close()
  await mails.stop()
}, 60_000)

test('a letter comes in one’s language with a way to where it leads, though the mail server is away at first', async () => {
  const { one, id } = await signUp('warta@kampus.test')
  const inEnglish = (await one.get('/token')).body['token'] as string
  await node.call(JSON.parse(inEnglish) as Actor, 'people.profile', { lang: 'en' })
  const mails = await mailServer(1)
  const means = { smtpUrl: `smtp://127.0.0.1:${mails.port}`, publicUrl }
  const told = { title: { en: 'Fixed', id: 'Selesai' }, body: { en: 'The lamp is on.', id: 'Lampu menyala.' } }
  node.jobs.length = 0
  for (const user of [id, 'guest-1', crypto.randomUUID()])
    await node.perform('people.write', { key: crypto.randomUUID(), user, ...told, url: '/reports/7' })
  const asked = node.jobs.splice(0)
  expect(asked.map(({ queue }) => queue)).toEqual(Array(2).fill('people-letter'))
  const run = (with_: Parameters<typeof letterJob>[0]) =>
    Promise.allSettled(
      asked.map(({ data }) => letterJob(with_).run({ id: 'j', data, attempt: 1 }, node.registry.jobGround)),
    )
  // Where no mail is set up, there is nothing to fail.
  expect((await run({})).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  expect((await run(means)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  expect((await run(means)).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled'])
  expect(mails.received).toHaveLength(1)
  for (const part of [/^To: warta@kampus\.test/m, /^Subject: Fixed/m, 'The lamp is on.', `${publicUrl}/reports/7`])
    expect(mails.received[0]).toMatch(part)
  await mails.stop()
}, 30_000)

test('asking is bounded for an account, wherever it is asked from', async () => {
  const ask = (n: number) => new Browser(here.auth, `192.0.2.${n}`).post('/forgot', { email: 'banyak@kampus.test' })
  const answers = await Promise.all([1, 2, 3, 4, 5].map(ask))
  expect(answers.filter(({ status }) => status === 200).length).toBe(3)
  expect(answers.filter(({ code }) => code === 'limited').length).toBe(2)
})

/** A mail server as RFC 5321 has it, as far as a client goes with it. The first so many mails it can't take just now. */
async function mailServer(busy: number) {
  const state = { received: [] as string[], refused: 0 }
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    let data: string | undefined
    socket.write('220 mail.kampus.test ESMTP\r\n')
    socket.on('error', () => undefined)
    socket.on('data', (chunk) => {
      if (data !== undefined) {
        data += chunk.toString()
        if (!data.endsWith('\r\n.\r\n')) return
        state.received.push(data)
        data = undefined
        return void socket.write('250 taken\r\n')
      }
      const verb = chunk.toString().slice(0, 4).toUpperCase()
      if (verb === 'MAIL' && state.refused < busy) {
        state.refused++
        return void socket.write('451 busy, come again\r\n')
      }
      if (verb === 'DATA') data = ''
      socket.write(verb === 'DATA' ? '354 go on\r\n' : verb === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const stop = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  }
  return Object.assign(state, { port, stop })
}
