import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import { read } from '../../kernel/log'
import type { Actor, Role } from '../../protocol/roles'
import { testNode, type TestNode } from './testing/node'

let database: TestDatabase
let node: TestNode
let admin: Actor
beforeAll(async () => {
  database = await testDatabase()
  node = await testNode(database.url)
  admin = await node.user('Ratna', 'admin')
}, 60_000)
afterAll(async () => {
  await node.stop()
  await database.stop()
})

const list = async (input: object, actor = admin) =>
  (await node.registry.execute(actor, 'people.list', input)) as { people: Actor[]; total: number }
const me = (actor: Actor) => node.registry.execute(actor, 'people.me', { whole: true })

test('a person changes how they are shown and spoken to; a new name ends what was issued under the old one', async () => {
  const budi = await node.user('Budi', 'student')
  expect(await me(budi)).toEqual({ ...budi, guest: false })
  await node.call(budi, 'people.profile', { lang: 'id', zone: 'Asia/Makassar', colour: 3 })
  await node.call(budi, 'people.profile', { theme: 'dark', guide: ['discussion.post', 'hidden'] })
  expect(node.revocations.isRevoked(budi.id, Date.now() - 1000)).toBe(false)
  await node.call(budi, 'people.profile', { name: ' Budi  Santoso ' })
  expect(node.revocations.isRevoked(budi.id, Date.now() - 1000)).toBe(true)
  expect(await me({ ...budi, name: 'Budi Santoso' })).toEqual({
    ...{ ...budi, name: 'Budi Santoso', guest: false },
    ...{ lang: 'id', zone: 'Asia/Makassar', colour: 3, theme: 'dark', guide: ['discussion.post', 'hidden'] },
  })
  const { events } = await read(node.sql, `inbox:${budi.id}`, 0, 10)
  expect(JSON.parse(events.at(-1)!.json)).toMatchObject({ kind: 'profile', name: 'Budi Santoso', lang: 'id' })
  expect(await node.call(budi, 'people.find', { ids: [budi.id] })).toMatchObject({
    people: [{ id: budi.id, colour: 3 }],
  })
  for (const wrong of [
    { zone: 'Asia/Atlantis' },
    { lang: 'fr' },
    { colour: 12 },
    { theme: 'pink' },
    { name: '' },
    { zone: '' },
  ])
    expect(await errorOf(node.call(budi, 'people.profile', wrong))).toMatchObject({ code: 'invalid' })
  const stranger: Actor = { id: 'budi', name: 'budi', role: 'student' }
  expect(await me(stranger)).toEqual({ ...stranger })
  expect(await errorOf(node.call(stranger, 'people.profile', { lang: 'en' }))).toMatchObject({ code: 'not_found' })
})

test('an admin turns the pages of everybody without a gap, and narrows them', async () => {
  const roles: Role[] = ['student', 'teacher', 'technician']
  const made = await Promise.all(Array.from({ length: 12 }, (_, n) => node.user(`Warga ${n % 4}-${n}`, roles[n % 3]!)))
  const seen: string[] = []
  for (let after: string | undefined; ; after = seen.at(-1)) {
    const { people, total } = await list({ q: 'WARGA', limit: 5, after })
    expect(total).toBe(12)
    seen.push(...people.map(({ id }) => id))
    if (people.length < 5) break
  }
  expect(seen.length).toBe(12)
  expect(new Set(seen)).toEqual(new Set(made.map(({ id }) => id)))
  expect((await list({ q: 'warga', role: 'teacher' })).total).toBe(4)
  await node.call(admin, 'people.disable', { user: made[0]!.id })
  expect((await list({ q: 'warga', status: 'disabled' })).people.map(({ id }) => id)).toEqual([made[0]!.id])
  expect((await list({ q: 'warga', status: 'active' })).total).toBe(11)
  expect(await errorOf(list({}, made[1]!))).toMatchObject({ code: 'forbidden' })
})

test('who deletes their account is gone by name, address and number; what they did stays under their id', async () => {
  await node.call(admin, 'people.import', { csv: 'name,email,number,class\nPergi,p@kampus.test,X-1,A', dryRun: false })
  const { people } = await list({ q: 'x-1' })
  const { id, name, role } = people[0]!
  const leaving: Actor = { id, name, role }
  expect(await node.registry.execute(leaving, 'people.export', {})).toMatchObject({
    person: { name: 'Pergi', email: 'p@kampus.test', number: 'X-1', classes: [{ name: 'A', role: 'student' }] },
  })
  await node.call(leaving, 'people.forget_me', {})
  expect((await list({ q: 'pergi' })).total).toBe(0)
  expect(node.revocations.isRevoked(id, Date.now() + 60_000)).toBe(true)
  expect(JSON.stringify(await node.sql.query('SELECT * FROM auth."user" WHERE id = $1', [id]))).not.toMatch(
    /Pergi|kampus/,
  )
  expect(await node.registry.execute(admin, 'people.find', { ids: [id] })).toEqual({
    people: [{ id, name: '—', role: 'guest' }],
  })
  expect(await errorOf(node.call(admin, 'people.forget_me', {}))).toMatchObject({ code: 'conflict' })
})
