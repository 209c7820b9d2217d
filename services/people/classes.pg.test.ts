import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import { read } from '../../kernel/log'
import type { Actor } from '../../protocol/roles'
import { testNode, type TestNode } from './testing/node'

let database: TestDatabase
let node: TestNode
let admin: Actor
let rina: Actor
let joko: Actor
let students: Actor[]
beforeAll(async () => {
  database = await testDatabase()
  node = await testNode(database.url)
  admin = await node.user('Ratna', 'admin')
  rina = await node.user('Rina', 'teacher')
  joko = await node.user('Joko', 'teacher')
  students = await Promise.all(['Ayu', 'Budi', 'Citra'].map((name) => node.user(name, 'student')))
}, 60_000)
afterAll(async () => {
  await node.stop()
  await database.stop()
})

const makeClass = async (actor: Actor, name: string, more: object = {}): Promise<string> =>
  (await node.call(actor, 'people.class_create', { name, ...more }))['id'] as string
const rosterOf = (id: string) => node.perform('people.class_roster', { class: id })
const classesOf = async (actor: Actor) =>
  (await node.registry.execute(actor, 'people.classes', {}))['classes'] as { id: string; role: string }[]
const named = ({ id, name }: Actor) => ({ id, name })
const ids = (people: readonly Actor[]) => people.map(({ id }) => id)

test('a teacher who makes a class teaches it, puts students in, takes them out, and they hear of it', async () => {
  const [ayu, budi, citra] = students as [Actor, Actor, Actor]
  const id = await makeClass(rina, '  Fisika   Dasar ', { code: 'FIS-101' })
  expect(await node.call(rina, 'people.enrol', { class: id, users: ids(students) })).toEqual({ changed: 3 })
  expect(await node.call(rina, 'people.enrol', { class: id, users: ids(students) })).toEqual({ changed: 0 })
  expect(await node.call(rina, 'people.unenrol', { class: id, users: [citra.id, joko.id] })).toEqual({ changed: 1 })
  expect(await rosterOf(id)).toEqual({ students: [named(ayu), named(budi)], teachers: [named(rina)] })
  expect(await classesOf(rina)).toMatchObject([
    { id, name: 'Fisika Dasar', code: 'FIS-101', role: 'teacher', students: 2, teachers: ['Rina'] },
  ])
  expect(await classesOf(ayu)).toMatchObject([{ id, role: 'student' }])
  expect(await classesOf(citra)).toEqual([])
  const members = (actor: Actor) => node.registry.execute(actor, 'people.members', { class: id })
  const whole = { name: 'Fisika Dasar', students: [named(ayu), named(budi)], teachers: [named(rina)] }
  expect([await members(ayu), await members(admin)]).toEqual([whole, whole])
  expect(await errorOf(members(citra))).toMatchObject({ code: 'not_found' })
  expect(await classesOf(admin)).toMatchObject([{ id, role: 'admin' }])
  const { events } = await read(node.sql, `inbox:${citra.id}`, 0, 10)
  expect(events.map(({ json }) => JSON.parse(json))).toMatchObject([
    { kind: 'class', class: id, role: 'student', actor: rina.id },
    { kind: 'class', class: id },
  ])
})

test("a teacher can neither touch a colleague's class nor decide who teaches; an admin can", async () => {
  const id = await makeClass(rina, 'Kalkulus')
  const one = { class: id, users: [students[0]!.id] }
  for (const call of ['people.enrol', 'people.unenrol'])
    expect(await errorOf(node.call(joko, call, one))).toMatchObject({ code: 'not_found' })
  expect(await errorOf(node.call(joko, 'people.class_change', { class: id, name: 'Milik Joko' }))).toMatchObject({
    code: 'not_found',
  })
  expect(await errorOf(node.call(rina, 'people.enrol', { ...one, role: 'teacher' }))).toMatchObject({
    code: 'forbidden',
  })
  expect(await errorOf(node.call(students[0]!, 'people.class_create', { name: 'x' }))).toMatchObject({
    code: 'forbidden',
  })
  await node.call(admin, 'people.enrol', { class: id, users: [joko.id], role: 'teacher' })
  expect(await errorOf(node.call(joko, 'people.unenrol', { class: id, users: [rina.id] }))).toMatchObject({
    code: 'forbidden',
  })
  expect(await errorOf(node.call(joko, 'people.enrol', { class: id, users: [rina.id] }))).toMatchObject({
    code: 'forbidden',
  })
  expect(await rosterOf(id)).toMatchObject({ teachers: [named(joko), named(rina)] })
})

test('a stranger among those put in keeps everybody out, and a class that is not there has no roster', async () => {
  const id = await makeClass(admin, 'Kosong')
  const users = [students[0]!.id, crypto.randomUUID()]
  expect(await errorOf(node.call(admin, 'people.enrol', { class: id, users }))).toMatchObject({ code: 'not_found' })
  expect(await rosterOf(id)).toEqual({ students: [], teachers: [] })
  expect(await errorOf(rosterOf('nothing'))).toMatchObject({ code: 'not_found' })
  expect(await errorOf(node.registry.execute(admin, 'people.class_roster', { class: id, key: 'k' }))).toMatchObject({
    code: 'not_found',
  })
})

test('a code has one class, in any spelling, also when two are made at once', async () => {
  const other = await testNode(database.url)
  const make = (at: TestNode, code: string) => at.call(admin, 'people.class_create', { name: 'Kimia', code })
  const tries = await Promise.all([make(node, 'kim-1').catch(String), make(other, 'KIM-1').catch(String)])
  await other.stop()
  expect(tries.filter((answer) => typeof answer === 'string')).toEqual([expect.stringMatching(/conflict: .* code/)])
  const id = await makeClass(admin, 'Kimia Lain', { code: 'KIM-2' })
  expect(await errorOf(node.call(admin, 'people.class_change', { class: id, code: 'kim-1' }))).toMatchObject({
    code: 'conflict',
  })
  await node.call(admin, 'people.class_change', { class: id, code: null, archived: true })
  expect((await classesOf(admin)).some((row) => row.id === id)).toBe(false)
})

test('people are found by a part of their name, a role or their ids; a guest finds only whom they know', async () => {
  const guest = await node.user('Tamu', 'guest')
  const find = async (actor: Actor, input: object) =>
    (await node.registry.execute(actor, 'people.find', input))['people'] as Actor[]
  expect(await find(rina, { q: 'ri' })).toEqual([rina])
  expect(await find(rina, { q: '%' })).toEqual([])
  expect(await find(rina, { role: 'teacher' })).toEqual([joko, rina])
  expect((await find(rina, { q: '', limit: '2' })).length).toBe(2)
  expect(await find(guest, { q: 'ri' })).toEqual([])
  expect(await find(guest, { ids: [rina.id, 'budi', crypto.randomUUID()] })).toEqual([rina])
  expect(await node.perform('people.by_role', { roles: ['admin', 'teacher'] })).toEqual({ people: [joko, admin, rina] })
})
