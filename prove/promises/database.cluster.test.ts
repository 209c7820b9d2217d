/** The database half of G9: refused plainly while it is away, sockets stay, and all heals by itself. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testCluster, type TestCluster } from '../testing/cluster'
import { faultsOf, Reader } from '../testing/people'
import { errorOf, until } from '../testing/until'

let cluster: TestCluster
let readers: Reader[]
beforeAll(async () => {
  cluster = await testCluster({ durable: true })
  readers = await Promise.all(
    cluster.nodes.map(({ id }) => Reader.follow(cluster, `at-${id}`, 'discussion:general', { node: id })),
  )
}, 60_000)
afterAll(() => cluster?.stop())

const post = (n: number) => ({ ...{ channel: 'general', text: `message ${n}` }, key: `key-${n}` })

async function refusedAndHealed(away: () => Promise<void> | void, back: () => Promise<void> | void, first: number) {
  const writers = await Promise.all(cluster.nodes.map(({ id }) => cluster.client('writer', { node: id })))
  await writers[0]!.surely('discussion.post', post(first))
  const connections = readers.map(({ client }) => client.reconnects)

  await away()
  const begun = performance.now()
  const refusals = await Promise.all(
    writers.map((writer, n) => errorOf(writer.rpc('discussion.post', post(first + 1 + n)))),
  )
  const refusedAfter = performance.now() - begun
  const http = await cluster.call('writer', 'discussion.post', post(first + 1))
  // A node first asks once more before it calls the database down.
  const { ready, state } = await until(
    async () => {
      const answer = await cluster.nodes[0]!.health('readyz')
      const body = (await answer?.json()) as { database: string }
      return body.database === 'down' ? { ready: answer, state: body } : undefined
    },
    { what: 'readyz to tell of the database' },
  )
  await back()

  const healed = performance.now()
  const answers = await Promise.all(
    writers.map((writer, n) => writer.surely<{ offset: number }>('discussion.post', post(first + 1 + n))),
  )
  const healedAfter = performance.now() - healed
  const head = Math.max(...answers.map(({ offset }) => offset))
  await until(() => readers.every(({ last }) => last >= head), { what: 'readers to see what came after' })
  console.info(
    `refused after ${refusedAfter.toFixed(0)} ms, writing again ${healedAfter.toFixed(0)} ms after its return`,
  )

  for (const refusal of refusals)
    expect(refusal).toMatchObject({ code: 454, message: expect.stringMatching(/^unavailable: /) })
  expect(refusedAfter).toBeLessThan(5000)
  expect(http.status).toBe(503)
  expect(http.headers.get('retry-after')).toMatch(/^[1-9]/)
  expect(await http.json()).toMatchObject({ code: 'unavailable' })
  // A balancer must not take every node away because of a database that they share.
  expect(ready?.status).toBe(200)
  expect(state).toMatchObject({ database: 'down' })
  expect(readers.map(({ client }) => client.reconnects)).toEqual(connections)
  expect(readers.flatMap((reader) => faultsOf(reader, head))).toEqual([])
  expect(healedAfter).toBeLessThan(3000)
}

test('a database that is stopped and started again', async () => {
  const { server } = cluster.postgres
  await refusedAndHealed(
    () => server.stop(),
    () => server.start(),
    1,
  )
}, 60_000)

test('a database that is killed and recovers', async () => {
  const { server } = cluster.postgres
  await refusedAndHealed(
    () => server.kill(),
    () => server.start(),
    101,
  )
}, 60_000)

test('a database that is frozen, and closes nothing', async () => {
  const { server } = cluster.postgres
  await refusedAndHealed(
    () => server.freeze(),
    () => server.thaw(),
    201,
  )
}, 60_000)
