/** G2: the same key gives the same answer and one effect, on any node, across retries, kills and restarts. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testCluster, type TestClient, type TestCluster } from '../testing/cluster'
import { statementRows } from '../testing/database'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await testCluster()
}, 60_000)
afterAll(() => cluster?.stop())

interface Posted {
  id: string
  offset: number
  at: string
}

const count = async (key: string): Promise<number> => {
  const rows = await statementRows(cluster.postgres.url, 'SELECT 1 FROM discussion.message WHERE key = $1', [key])
  return rows.length
}

const clients = (user: string): Promise<TestClient[]> =>
  Promise.all(cluster.nodes.map(({ id }) => cluster.client(user, { node: id })))

test('100 retries of one key over all nodes at once, a kill and a restart give one message and one answer', async () => {
  const devices = await clients('budi')
  const input = { channel: 'general', text: 'once', key: 'the-key' }
  const tries = Array.from({ length: 100 }, (_, n) => devices[n % 3]!.surely<Posted>('discussion.post', input))
  await cluster.node('n2').kill()
  const answers = await Promise.all(tries)
  await Promise.all(cluster.nodes.map((node) => node.kill()))
  await Promise.all(cluster.nodes.map((node) => node.start()))
  answers.push(await devices[0]!.surely<Posted>('discussion.post', input))

  const distinct = new Set(answers.map(({ id, offset, at }) => JSON.stringify({ id, offset, at })))
  expect([...distinct]).toHaveLength(1)
  expect(new Set(answers.map(({ node }) => node)).size).toBeGreaterThan(1)
  expect(await count('the-key')).toBe(1)
}, 60_000)

test('a key that was used with another input is a conflict, and changes nothing', async () => {
  const [first, second] = await clients('siti')
  await first!.surely('discussion.post', { ...{ channel: 'general', text: 'this' }, key: 'k1' })
  const refused = second!.rpc('discussion.post', { channel: 'general', text: 'that', key: 'k1' })
  await expect(refused).rejects.toMatchObject({ code: 409 })
  expect(await count('k1')).toBe(1)
}, 30_000)

test('the same key means something else for somebody else', async () => {
  const [budi, ani] = await Promise.all([cluster.client('budi2'), cluster.client('ani2')])
  const input = { channel: 'general', text: 'mine', key: 'shared-key' }
  const [one, two] = await Promise.all([budi, ani].map((client) => client!.surely<Posted>('discussion.post', input)))
  expect(one!.offset).not.toBe(two!.offset)
  expect(await count('shared-key')).toBe(2)
}, 30_000)

test('a refusal is not kept: the same key may do better later', async () => {
  const [ani] = await clients('ani')
  const input = { channel: 'later', text: 'hello', key: 'k2' }
  await expect(ani!.rpc('discussion.post', input)).rejects.toMatchObject({ code: 404 })
  await statementRows(
    cluster.postgres.url,
    `INSERT INTO discussion.channel (id, name, kind, created_by) VALUES ('later', 'Later', 'public', '')`,
  )
  expect((await ani!.rpc<Posted>('discussion.post', input)).offset).toBe(1)
}, 30_000)
