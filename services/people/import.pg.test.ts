import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import type { Actor } from '../../protocol/roles'
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

interface Line {
  line: number
  will: string
  problem?: { en: string }
}
const bring = async (csv: string, dryRun = false, more: object = {}, actor = admin) => {
  const answer = await node.call(actor, 'people.import', { csv, dryRun, ...more })
  return { lines: answer['lines'] as Line[], newClasses: answer['newClasses'] }
}
const wills = ({ lines }: { lines: Line[] }) => lines.map(({ will }) => will)
const people = () => node.sql.query<{ count: number }>('SELECT count(*)::int AS count FROM auth."user"')

const roster = [
  '\ufeffNama;Surel;NIM;Peran;Kelas',
  'Ayu Lestari;AYU@Kampus.test;2301;;TI-1',
  'Bagus Wijaya;bagus@kampus.test;2302;mahasiswa;TI-1|Basis Data',
  'Bagus Wijaya;bagus@kampus.test;;;Jaringan',
  'Dr. Sari;sari@kampus.test;;Dosen;TI-1',
  'Tanpa Surel;;2305;;TI-1',
  ';kosong@kampus.test;;;',
  'Salah;bukan-surel;;;',
  'Raja;raja@kampus.test;;raja;',
].join('\r\n')

test('a dry run says what each line would do and does nothing; then it is done, and done again it is nothing', async () => {
  const before = await people()
  const planned = await bring(roster, true)
  expect(wills(planned)).toEqual(['create', 'create', 'enrol', 'create', 'create', 'wrong', 'wrong', 'wrong'])
  expect(planned.lines.slice(5).map(({ line, problem }) => [line, problem!.en.slice(0, 12)])).toEqual([
    [7, 'The name is '],
    [8, 'This is not '],
    [9, 'The role is '],
  ])
  expect((planned.newClasses as string[]).toSorted()).toEqual(['Basis Data', 'Jaringan', 'TI-1'])
  expect(await people()).toEqual(before)

  expect(await bring(roster)).toEqual(planned)
  const again = await bring(roster)
  expect(wills(again)).toEqual(['nothing', 'nothing', 'nothing', 'nothing', 'nothing', 'wrong', 'wrong', 'wrong'])
  expect(again.newClasses).toEqual([])
  expect((await people())[0]!.count).toBe(before[0]!.count + 4)

  const { classes } = (await node.registry.execute(admin, 'people.classes', {})) as {
    classes: { id: string; name: string; students: number; teachers: string[] }[]
  }
  expect(classes.map(({ name, students, teachers }) => [name, students, teachers])).toEqual([
    ['Basis Data', 1, []],
    ['Jaringan', 1, []],
    ['TI-1', 3, ['Dr. Sari']],
  ])
})

test('people are known by number or by address: a new name or number is a change, a mix-up is wrong', async () => {
  const csv =
    'name,email,number\nAyu Lestari Dewi,,2301\nDr. Sari,sari@kampus.test,D-1\nX,ayu@kampus.test,2302\nY,ayu@kampus.test,9'
  const first = await bring(csv)
  expect(wills(first)).toEqual(['change', 'change', 'wrong', 'wrong'])
  expect(wills(await bring(csv, true))).toEqual(['nothing', 'nothing', 'wrong', 'wrong'])
  const [row] = await node.sql.query(
    `SELECT u.name, p.number FROM auth."user" u JOIN people.person p ON p.user_id = u.id WHERE u.email = 'sari@kampus.test'`,
  )
  expect(row).toEqual({ name: 'Dr. Sari', number: 'D-1' })
})

test('a number is one person’s: who is given another’s in the same file is told so, and the rest is done', async () => {
  await bring('name,email,number\nDewi,dewi@kampus.test,\nDian,dian@kampus.test,')
  const csv =
    'name,email,number\nDewi,dewi@kampus.test,7001\nDian,dian@kampus.test,7001\nDian,dian@kampus.test,7002\nDian,dian@kampus.test,7003'
  expect(wills(await bring(csv))).toEqual(['change', 'wrong', 'change', 'wrong'])
  const fresh = 'name,email,number,class\nEdo,edo@kampus.test,,\nEdo,edo@kampus.test,7004,Malam\nEdi,,7004,'
  expect(wills(await bring(fresh))).toEqual(['create', 'enrol', 'nothing'])
  const rows = await node.sql.query(
    `SELECT u.email, p.number FROM auth."user" u JOIN people.person p ON p.user_id = u.id
     WHERE u.email IN ('dewi@kampus.test', 'dian@kampus.test', 'edo@kampus.test') ORDER BY u.email`,
  )
  expect(rows).toEqual([
    { email: 'dewi@kampus.test', number: '7001' },
    { email: 'dian@kampus.test', number: '7002' },
    { email: 'edo@kampus.test', number: '7004' },
  ])
})

test('letters that the database makes small otherwise than we do are the same letters the second time', async () => {
  const csv = 'name,number,class\nIlham,İ-1,İstanbul\nSigma,ΑΣ,ΟΔΟΣ'
  expect(wills(await bring(csv))).toEqual(['create', 'create'])
  expect(await bring(csv)).toMatchObject({ lines: [{ will: 'nothing' }, { will: 'nothing' }], newClasses: [] })
})

test('a word that every object knows is no role', async () => {
  const csv = 'name,email,role\nA,a1@kampus.test,constructor\nB,b1@kampus.test,__proto__\nC,c1@kampus.test,toString'
  expect(wills(await bring(csv))).toEqual(['wrong', 'wrong', 'wrong'])
})

test('a role that a person has stays, whatever a roster says', async () => {
  await bring('nama;surel;peran\nKaryawan;k@kampus.test;teknisi')
  await bring('nama;surel;peran\nKaryawan;k@kampus.test;mahasiswa')
  const [row] = await node.sql.query(`SELECT role FROM auth."user" WHERE email = 'k@kampus.test'`)
  expect(row).toEqual({ role: 'technician' })
})

test('a teacher brings students into a class of theirs, and nothing else', async () => {
  const rina = await node.user('Rina', 'teacher')
  const own = (await node.call(rina, 'people.class_create', { name: 'Milik Rina' }))['id'] as string
  const other = (await node.call(admin, 'people.class_create', { name: 'Milik Orang' }))['id'] as string
  const csv =
    'name,number,email,role\nEko,2401,,\nGuru Palsu,2402,,teacher\nBukan Dosen,,sari@kampus.test,\nBagus?,2302,,'
  expect(wills(await bring(csv, false, { class: own }, rina))).toEqual(['create', 'wrong', 'wrong', 'enrol'])
  expect(await node.perform('people.class_roster', { class: own })).toMatchObject({
    students: [{ name: 'Bagus Wijaya' }, { name: 'Eko' }],
  })
  expect(await errorOf(bring(csv, false, { class: other }, rina))).toMatchObject({ code: 'not_found' })
  expect(await errorOf(bring(csv, false, {}, rina))).toMatchObject({ code: 'forbidden' })
})

test('a file that is no roster is refused as a whole, with what it needs', async () => {
  expect(await errorOf(bring('hello\nworld'))).toMatchObject({
    code: 'invalid',
    text: { en: expect.stringContaining('first line') },
  })
  const long = `name,number\n${Array.from({ length: 2001 }, (_, n) => `A,${n}`).join('\n')}`
  expect(await errorOf(bring(long))).toMatchObject({ code: 'invalid' })
  const whole = `name,number,class\n${Array.from({ length: 2000 }, (_, n) => `Orang ${n},B${n},Besar`).join('\n')}`
  expect(wills(await bring(whole)).every((will) => will === 'create')).toBe(true)
}, 20_000)
