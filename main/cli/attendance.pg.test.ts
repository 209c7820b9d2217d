import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { Node, teacher } from '../../services/attendance/testing'

let database: TestDatabase
let node: Node
beforeAll(async () => {
  database = await testDatabase()
  node = new Node(database.url)
}, 60_000)
afterAll(async () => {
  await node?.stop()
  await database?.stop()
})

async function alun(...words: string[]): Promise<{ code: number; out: string; problem: string }> {
  const cli = join(import.meta.dir, '../cli.ts')
  const process_ = Bun.spawn([process.execPath, cli, 'attendance', ...words], {
    ...{ stdout: 'pipe', stderr: 'pipe' },
    env: { PATH: process.env['PATH'], DATABASE_URL: database.url },
  })
  const [out, problem] = await Promise.all([new Response(process_.stdout).text(), new Response(process_.stderr).text()])
  return { code: await process_.exited, out, problem }
}

test('a chain that holds is told so; one flipped character and a cut tail are found, in the database and in an export', async () => {
  const session = await node.open({ roster: [{ id: 'ani', name: 'Ani' }] })
  await node.check('ani', session)
  await node.check('ani', session)
  await node.call(teacher, 'mark', { session, marks: [{ user: 'ani', status: 'late' }] })
  const good = await alun('verify', session)
  expect(good).toMatchObject({ code: 0, problem: '' })
  expect(good.out).toStartWith('4 links, compared with 3 events that told its head\n')

  const { attempts } = await node.call<{ attempts: object[] }>(teacher, 'attempts', { session })
  const file = `${process.env['TMPDIR'] ?? '/tmp'}/alun-chain-${process.pid}.json`
  await Bun.write(file, JSON.stringify({ session, attempts }))
  expect((await alun('verify', session, '--file', file)).code).toBe(0)
  await Bun.write(file, JSON.stringify({ session, attempts }).replace('"duplicate"', '"duplicatf"'))
  expect((await alun('verify', session, '--file', file)).out).toContain('link 3 was changed')
  await Bun.file(file).delete()

  const lane = node.db.lane('tests', { connections: 1 })
  await lane.query(
    `UPDATE attendance.attempt SET details = replace(details, 'n1', 'n2') WHERE session = $1 AND seq = 2`,
    [session],
  )
  expect(await alun('verify', session)).toMatchObject({
    code: 1,
    out: expect.stringContaining('  link 2 was changed\n'),
  })
  await lane.query('DELETE FROM attendance.attempt WHERE session = $1 AND seq >= 2', [session])
  await lane.query(
    'UPDATE attendance.chain SET seq = 1, hash = a.hash FROM attendance.attempt a WHERE a.session = $1 AND chain.session = $1',
    [session],
  )
  const cut = await alun('verify', session)
  expect(cut).toMatchObject({ code: 1, out: expect.stringContaining('  link 2 and those after it were cut off\n') })
  expect(await alun('verify', 'nothing')).toMatchObject({
    code: 1,
    problem: 'alun: there is no attendance session nothing\n',
  })
  expect((await alun('verify')).code).toBe(2)
}, 60_000)
