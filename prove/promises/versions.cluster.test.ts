/**
 * G10 over a change of version: a node of the version before the newest migration works beside a new one, on the new
 * schema, as it does while a cluster is rolled. Where the history is not there, that can't be shown.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { testCluster, type TestCluster } from '../testing/cluster'
import { faultsOf, Reader } from '../testing/people'
import { until } from '../testing/until'

const root = join(import.meta.dir, '../..')
const git = (...words: string[]): string =>
  Bun.spawnSync(['git', ...words], { cwd: root, stderr: 'ignore' })
    .stdout.toString()
    .trim()
const migrations = ['kernel/migrations/*.sql', 'services/*/migrations/*.sql']
const newest = Bun.which('git') ? git('log', '-n', '1', '--format=%H', '--diff-filter=A', '--', ...migrations) : ''
const before = newest && git('rev-parse', '--verify', '--quiet', `${newest}^`)

/** The earlier version in a folder of its own; nothing where it does not even load, as some moments of a history don't. */
function unpack(commit: string): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'alun-before-'))
  Bun.spawnSync(['sh', '-c', `git archive ${commit} | tar -x -C '${folder}'`], { cwd: root })
  for (const made of ['node_modules', 'dist']) symlinkSync(join(root, made), join(folder, made))
  const loads = Bun.spawnSync([process.execPath, '-e', `await import('./main/node.ts')`], { cwd: folder })
  if (loads.exitCode === 0) return folder
  rmSync(folder, { recursive: true, force: true })
  return undefined
}

const earlier = before ? unpack(before) : undefined
if (!earlier) console.log('skipped: there is no earlier version in the history that is here, or it does not load')

let cluster: TestCluster
beforeAll(async () => {
  if (earlier) cluster = await testCluster({ nodes: 2, products: { n1: earlier } })
}, 90_000)
afterAll(async () => {
  await cluster?.stop()
  if (earlier) rmSync(earlier, { recursive: true, force: true })
}, 30_000)

// tidy: skip: without the history there is no earlier version
describe.skipIf(!earlier)('beside a node of the version before', () => {
  test('each sees what the other committed, and a key has one answer at both', async () => {
    const readers = await Promise.all(
      ['n1', 'n2'].map((node) => Reader.follow(cluster, `at-${node}`, 'discussion:general', { node })),
    )
    const [old, young] = await Promise.all(['n1', 'n2'].map((node) => cluster.client('writer', { node })))
    for (let n = 0; n < 10; n++) {
      const input = { ...{ channel: 'general', text: `message ${n}` }, key: `k${n}` }
      const [first, again] = n % 2 === 0 ? [old!, young!] : [young!, old!]
      const { offset } = await first.surely<{ offset: number }>('discussion.post', input)
      expect((await again.surely<{ offset: number }>('discussion.post', input)).offset).toBe(offset)
    }
    await until(() => readers.every(({ seen }) => seen.length === 10), { what: 'both readers to have all' })
    expect(readers.flatMap((reader) => faultsOf(reader, reader.start + 10))).toEqual([])
  }, 60_000)

  test('a sale at both sells exactly what there is', async () => {
    const organiser = await cluster.client('organiser', { node: 'n2', role: 'organiser' })
    const opensAt = new Date(Date.now() - 1000).toISOString()
    const drop = { ...{ title: 'Shirts', stock: 5, opensAt, holdSeconds: 0 }, key: 'drop' }
    const { id } = await organiser.surely<{ id: string }>('drops.create', drop)
    const verdicts = await Promise.all(
      Array.from({ length: 16 }, async (_, n) => {
        const buyer = await cluster.client(`buyer${n}`, { node: `n${(n % 2) + 1}` })
        return (await buyer.surely<{ verdict: string }>('drops.claim', { ...{ drop: id }, key: `c${n}` })).verdict
      }),
    )
    expect(verdicts.filter((verdict) => verdict === 'sold')).toHaveLength(5)
    expect(verdicts.filter((verdict) => verdict === 'sold_out')).toHaveLength(11)
  }, 60_000)

  test('what was reported at one is read at the other, and who was checked in at one is a duplicate at the other', async () => {
    const teacher = await cluster.client('teacher', { node: 'n2', role: 'teacher' })
    const open = { ...{ title: 'Fisika', rules: { rollCall: false } }, key: 'open' }
    const { id: session } = await teacher.surely<{ id: string }>('attendance.open', open)
    const [old, young] = await Promise.all(['n1', 'n2'].map((node) => cluster.client('student', { node })))
    for (const [here, there] of [
      [old!, young!],
      [young!, old!],
    ] as const) {
      const lamp = { ...{ title: 'Lampu mati', place: 'r. 201', priority: 'normal' }, key: `lamp-${here.node}` }
      const { id: report, number } = await here.surely<{ id: string; number: number }>('reports.submit', lamp)
      expect(await there.rpc('reports.get', { report })).toMatchObject({ report: { number, status: 'pending' } })
    }
    const check = { session, direction: 'in' }
    const first = await old!.surely<Checked>('attendance.check', { ...check, key: 'first' })
    const again = await young!.surely<Checked>('attendance.check', { ...check, key: 'again' })
    expect([first.verdict, again]).toMatchObject([
      'accepted',
      { verdict: 'duplicate', record: { id: first.record.id } },
    ])
  }, 60_000)
})

interface Checked {
  verdict: string
  record: { id: string }
}
