import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import type { Actor } from '../../protocol/roles'
import { readInvite } from './invites'
import { testNode, type TestNode } from './testing/node'

let database: TestDatabase
let node: TestNode
let admin: Actor
let rina: Actor
let fisika: string
beforeAll(async () => {
  database = await testDatabase()
  node = await testNode(database.url)
  admin = await node.user('Ratna', 'admin')
  rina = await node.user('Rina', 'teacher')
  fisika = (await node.call(rina, 'people.class_create', { name: 'Fisika' }))['id'] as string
}, 60_000)
afterAll(async () => {
  await node.stop()
  await database.stop()
})

const invite = async (actor: Actor, input: object): Promise<{ id: string; token: string }> =>
  (await node.call(actor, 'people.invite', input)) as never
const join = (actor: Actor, token: string) => node.call(actor, 'people.join', { token })
const roleOf = async ({ id }: Actor) => (await node.sql.query(`SELECT role FROM auth."user" WHERE id = $1`, [id]))[0]

test('a guest who comes in by a class’s poster is a student of it, and a class-mate’s teacher is nobody’s student', async () => {
  const poster = await invite(rina, { class: fisika })
  expect(await readInvite(node.sql, poster.token)).toEqual({ role: 'student', class: 'Fisika', by: 'Rina' })
  const guest = await node.user('Tamu', 'guest')
  expect(await join(guest, poster.token)).toEqual({ role: 'student', class: fisika })
  expect(await roleOf(guest)).toEqual({ role: 'student' })
  expect(node.revocations.isRevoked(guest.id, Date.now() - 1000)).toBe(true)
  expect(await join(rina, poster.token)).toEqual({ role: 'teacher', class: fisika })
  expect(await node.perform('people.class_roster', { class: fisika })).toEqual({
    students: [{ id: guest.id, name: 'Tamu' }],
    teachers: [{ id: rina.id, name: 'Rina' }],
  })
})

test('an invitation raises and never lowers, and makes nobody an admin', async () => {
  const asTechnician = await invite(admin, { role: 'technician' })
  const budi = await node.user('Budi', 'student')
  expect(await join(budi, asTechnician.token)).toEqual({ role: 'technician' })
  const asStudent = await invite(admin, { role: 'student' })
  for (const one of [admin, rina]) expect(await join(one, asStudent.token)).toEqual({ role: one.role })
  expect(await errorOf(invite(admin, { role: 'admin' }))).toMatchObject({ code: 'invalid' })
})

test('teachers invite students into their classes and nothing more', async () => {
  const other = (await node.call(admin, 'people.class_create', { name: 'Lain' }))['id']
  expect(await errorOf(invite(rina, { class: other }))).toMatchObject({ code: 'not_found' })
  expect(await errorOf(invite(rina, { class: fisika, role: 'teacher' }))).toMatchObject({ code: 'forbidden' })
  expect(await errorOf(invite(rina, {}))).toMatchObject({ code: 'forbidden' })
  const mine = (await node.registry.execute(rina, 'people.invites', {}))['invites'] as { class: { name: string } }[]
  expect(mine.map((one) => one.class.name)).toEqual(['Fisika'])
  const budi = await node.user('Budi', 'student')
  expect(await errorOf(node.registry.execute(budi, 'people.invites', {}))).toMatchObject({ code: 'forbidden' })
})

test('of a crowd exactly as many come in as it has uses; who is in may tap again', async () => {
  const three = await invite(admin, { uses: 3 })
  const other = await testNode(database.url)
  const crowd = await Promise.all(Array.from({ length: 8 }, (_, n) => node.user(`Orang ${n}`, 'guest')))
  const answers = await Promise.all(
    crowd.map((one, n) =>
      (n % 2 ? node : other).call(one, 'people.join', { token: three.token }).catch(() => undefined),
    ),
  )
  await other.stop()
  expect(answers.filter(Boolean).length).toBe(3)
  const inside = crowd[answers.findIndex(Boolean)]!
  expect(await join(inside, three.token)).toEqual({ role: 'student' })
  expect(await errorOf(readInvite(node.sql, three.token))).toMatchObject({ code: 'not_found' })
})

test('one that expired or was ended lets nobody in', async () => {
  const ended = await invite(rina, { class: fisika })
  const expired = await invite(admin, { hours: 1 })
  await node.sql.query(`UPDATE people.invite SET expires_at = clock_timestamp() WHERE id = $1`, [expired.id])
  const citra = await node.user('Citra', 'guest')
  expect(await errorOf(node.call(citra, 'people.uninvite', { invite: ended.id }))).toMatchObject({ code: 'forbidden' })
  await node.call(rina, 'people.uninvite', { invite: ended.id })
  for (const token of [ended.token, expired.token, 'nothing'])
    expect(await errorOf(join(citra, token))).toMatchObject({ code: 'not_found' })
  expect(await roleOf(citra)).toEqual({ role: 'guest' })
})
