/** What everybody may know: how the buildings fare, and the tables that other programs read. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { inflateRawSync } from 'node:zlib'
import { othersThan } from '../../prove/testing/others'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { readCsv } from '../../protocol/csv'
import type { Lang } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { exports } from './public'
import { Node } from './testing'

let database: TestDatabase
let n1: Node
let ani: Actor, budi: Actor, tini: Actor
beforeAll(async () => {
  database = await testDatabase()
  n1 = new Node(database.url, othersThan('reports'))
  ani = await n1.person('Ani Rahasia')
  budi = await n1.person('Budi')
  tini = await n1.person('Tini', 'technician')
  const admin = await n1.person('Adi', 'admin')
  const lines = ['B', 'C'].map((name) => ({
    names: ['Kampus A', `Gedung ${name}`, 'Lantai 1', 'R. 1', ''],
    code: `${name}1`,
  }))
  await n1.call(admin, 'place_import', { lines })
}, 60_000)
afterAll(async () => {
  await n1?.db.close()
  await database?.stop()
})

/** Opened and finished so many hours ago. */
async function finished(place: string, openedHours: number, finishedHours: number): Promise<string> {
  const report = await n1.submit(ani, { place })
  await n1.call(tini, 'finish', { report, note: 'Beres', photos: [await n1.photo(tini)] })
  await n1.registry.reads.query(
    `UPDATE reports.report SET opened_at = now() - make_interval(hours => $2), finished_at = now() - make_interval(hours => $3)
     WHERE id = $1`,
    [report, openedHours, finishedHours],
  )
  return report
}

test('the board counts for each building what is open, what was fixed this week, and how long it took', async () => {
  const [first, second] = [await n1.submit(ani, { place: 'B1' }), await n1.submit(budi, { place: 'B1' })]
  await n1.call(tini, 'claim', { report: second })
  const same = await n1.submit(ani, { place: 'B1' })
  await n1.call(tini, 'merge', { report: same, into: first })
  await n1.submit(ani, { place: 'B1', private: true })
  const rejected = await n1.submit(ani, { place: 'B1' })
  await n1.call(tini, 'reject', { report: rejected, reason: 'Bukan milik kampus' })
  const [lately, before] = [await finished('B1', 10, 2), await finished('B1', 250, 230)]
  await finished('B1', 24 * 120, 24 * 100)
  const elsewhere = await n1.submit(ani, { place: 'C1' })
  type Board = { buildings: object[]; cards: { id: string }[] }
  const { buildings, cards } = await n1.call<Board>(budi, 'public')
  expect(buildings).toEqual([
    { id: expect.any(String), name: 'Gedung B', open: 2, fixed: 1, medianHours: 14 },
    { id: expect.any(String), name: 'Gedung C', open: 1, fixed: 0 },
  ])
  expect(cards[0]!.id).toBe(elsewhere)
  const { id } = buildings[0] as { id: string }
  const there = (await n1.call<Board>(budi, 'public', { building: id })).cards.map((card) => card.id)
  expect(there).toEqual(expect.arrayContaining([first, second, rejected, lately, before]))
  for (const other of [elsewhere, same]) expect(there).not.toContain(other)
})

const visit = (lang: Lang) => ({
  ...{ actor: budi, params: {}, lang, address: '', origin: 'http://x' },
  execute: (name: string, input: object) => n1.registry.execute(budi, name, input),
  asSystem: () => Promise.reject(new Error('not needed')),
  body: () => Promise.reject(new Error('not needed')),
  withToken: () => Promise.reject(new Error('not needed')),
})
const fetched = async (nth: number, lang: Lang) =>
  (await exports[nth]!.run(new Request(address(nth)), visit(lang))).body
const address = (nth: number): string => `http://x${exports[nth]!.path}?zone=Asia/Jakarta`

/** The first sheet of a workbook, as a spreadsheet program takes it out of the archive. */
function sheetOf(archive: Uint8Array): string {
  const bytes = Buffer.from(archive)
  const name = 'xl/worksheets/sheet1.xml'
  const at = bytes.indexOf(name)
  return inflateRawSync(bytes.subarray(at + name.length + bytes.readUInt16LE(at - 2))).toString()
}

test('open data come as tables that hold what everybody may know, with times as they are read there', async () => {
  await finished('C1', 3, 1)
  const secret = await n1.submit(ani, { title: 'Pelecehan', private: true })
  const last = await n1.submit(ani, { title: '=1+1', hideName: true, priority: 'emergency' })
  const [row] = await n1.registry.reads.query<{ at: string }>(
    `SELECT to_char(opened_at AT TIME ZONE 'Asia/Jakarta', 'YYYY-MM-DD HH24:MI') AS at FROM reports.report WHERE id = $1`,
    [last],
  )
  const text = (await fetched(0, 'id')) as string
  const [header, first, ...others] = readCsv(text)
  expect(header).toEqual(
    'nomor,judul,kategori,status,prioritas,tempat,lat,lng,dibuka,selesai,pengikut,dibuka ulang'.split(','),
  )
  expect(first!.slice(1, 8)).toEqual(['=1+1', 'Lainnya', 'menunggu', 'darurat', 'Ruang 101', '', ''])
  expect([first![8]!.slice(0, 16), ...first!.slice(9)]).toEqual([row!.at, '', '0', '0'])
  expect(others[0]!.slice(3, 5)).toEqual(['selesai', 'biasa'])
  expect(others[0]![9]).not.toBe('')
  const sheet = sheetOf((await fetched(1, 'en')) as Uint8Array)
  for (const words of ['reopened', '=1+1', 'emergency', 'done', 'Gedung C']) expect(sheet).toContain(words)
  expect(sheet.match(/<row/g)).toHaveLength(others.length + 2)
  expect((await n1.get(ani, secret)).report.private).toBe(true)
  for (const table of [text, sheet]) expect(table).not.toMatch(/Rahasia|Pelecehan/)
})
