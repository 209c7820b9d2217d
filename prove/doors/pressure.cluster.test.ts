/**
 * Under pressure. Law 6: who reads too slowly is cut, others don't notice, and nothing of what was missed is lost; and what
 * can't be done soon is refused at once. The node runs in this process, so that the test sees how much waits for whom.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Centrifuge, type Subscription } from 'centrifuge'
import { mint } from '../../edge/sessions'
import { nodeConfig } from '../../main/config'
import { createNode } from '../../main/node'
import { limits } from '../../protocol/limits'
import { freePort } from '../testing/cluster'
import { testDatabase, type TestDatabase } from '../testing/database'
import { locking } from '../testing/locks'
import { until } from '../testing/until'
import { DeafWire, Wire, type Reply } from '../testing/wire'

const secret = 'a-secret-of-the-tests-that-is-long-enough'
const port = freePort()
let database: TestDatabase
let node: Awaited<ReturnType<typeof createNode>>
const clients: Centrifuge[] = []

beforeAll(async () => {
  database = await testDatabase()
  const env = { ALUN_PORT: String(port), ALUN_PRIVATE_PORT: String(freePort()), ALUN_NODE_ID: 'n1' }
  node = await createNode(nodeConfig({ ...env, DATABASE_URL: database.url, ALUN_SECRET: secret }))
  await node.lifecycle.run()
}, 60_000)
afterAll(async () => {
  for (const client of clients) client.disconnect()
  await node?.lifecycle.end(0)
  await database?.stop()
})

const token = async (user: string): Promise<string> =>
  (await mint(secret, { id: user, name: user, role: 'student' }, 600, Date.now())).token

/** Three bytes a character: what the kernel takes on loopback has to be filled first, with less than 300 events. */
const text = '一'.repeat(8000)
const last = 290
const burst = 60

/** How much waits on this node for the user's connection. */
function waitingFor(user: string): number {
  const connection = [...node.realtime.connections].find(({ actor }) => actor?.id === user)
  return connection?.socket.getBufferedAmount() ?? Number.POSITIVE_INFINITY
}

async function deafOn(topic: string, user: string): Promise<DeafWire> {
  const deaf = await DeafWire.open(port)
  deaf.send({ id: 1, connect: { token: await token(user) } })
  deaf.send({ id: 2, subscribe: { channel: topic } })
  await until(() => deaf.messages().texts.some((one) => one.includes('"id":2')), {
    what: 'the deaf one to be subscribed',
  })
  deaf.stopReading()
  return deaf
}

async function follow(user: string, topic: string, since?: { offset: number; epoch: string }) {
  const client = new Centrifuge(`ws://127.0.0.1:${port}/connection/websocket`, { token: await token(user) })
  clients.push(client)
  client.connect()
  const state = { seen: [] as number[], recovered: false }
  const subscription: Subscription = client.newSubscription(topic, since ? { since } : {})
  subscription.on('publication', ({ offset }) => state.seen.push(offset!))
  subscription.on('subscribed', ({ recovered }) => (state.recovered = recovered))
  subscription.subscribe()
  await subscription.ready(5000)
  return state
}

/** What a client was given before it was cut. */
function given(deaf: DeafWire, topic: string): { offsets: number[]; epoch: string } {
  const replies = deaf
    .messages()
    .texts.flatMap((one) => one.split('\n'))
    .map((line) => JSON.parse(line) as Reply)
  const epoch = replies.find(({ id }) => id === 2)!['subscribe'].epoch as string
  return {
    epoch,
    offsets: replies.flatMap(({ push }) => (push?.channel === topic && push.pub?.offset ? [push.pub.offset] : [])),
  }
}

test.each([
  ['with a word, when it is seen in time', 3008],
  ['without one, when events come faster than anybody looks', undefined],
] as const)(
  'who reads too slowly is cut %s, and recovers all it missed',
  async (_, code) => {
    const writer = await Wire.connected(port, await token('writer'))
    const made = await writer.ask('rpc', {
      method: 'discussion.create',
      data: { name: 'x', kind: 'public', key: crypto.randomUUID() },
    })
    const channel = made['rpc'].data.id as string
    const topic = `discussion:${channel}`
    const user = `deaf-${code}`
    const [deaf, quick] = [await deafOn(topic, user), await follow(`quick-${code}`, topic)]

    const post = async (from: number, to: number): Promise<void> => {
      const calls = Array.from({ length: to - from + 1 }, (_, n) => ({ channel, text, key: `${channel}.${from + n}` }))
      const posted = calls.map((data) => writer.ask('rpc', { method: 'discussion.post', data }))
      await until(() => quick.seen.length === to, { what: 'the quick one to see it', everyMs: 0 })
      await Promise.all(posted)
    }
    let posted = 0
    while (waitingFor(user) === 0) await post(++posted, posted)
    // Together more than the runtime keeps for one reader, in one turn: or one by one, until there is more than we allow.
    if (!code) await post(posted + 1, (posted += burst))
    else
      while (!cut(user)) await (waitingFor(user) > limits.slowBytes ? until(() => cut(user)) : post(++posted, posted))
    while (posted < last) await post(++posted, posted)
    deaf.readOn()
    await until(() => deaf.ended, { what: 'the deaf one to be cut', timeoutMs: 15_000 })
    expect(deaf.messages().close).toBe(code as number)
    const { offsets, epoch } = given(deaf, topic)
    expect(offsets).toEqual(offsets.map((_, n) => n + 1))
    expect(offsets.length).toBeWithin(1, last)

    const back = await follow(user, topic, { offset: offsets.length, epoch })
    await until(() => back.seen.at(-1) === last, { what: 'the rest' })
    expect(back.recovered).toBe(true)
    expect([...offsets, ...back.seen]).toEqual(Array.from({ length: last }, (_, n) => n + 1))
    expect(quick.seen).toHaveLength(last)
    writer.close()
  },
  60_000,
)

function cut(user: string): boolean {
  return ![...node.realtime.connections].some(({ actor, isOpen }) => actor?.id === user && isOpen)
}

const settled = [() => 'done', () => 'refused'] as const

test('when too many calls wait, further ones are refused at once, at both doors, and nothing of them is done', async () => {
  const one = await Wire.connected(port, await token('late'))
  const made = await one.ask('rpc', {
    method: 'discussion.create',
    data: { name: 'x', kind: 'public', key: 'crowded' },
  })
  const channel = made['rpc'].data.id as string
  const kept = await locking(database.url, 'discussion.message')
  // Several, since no account alone may ask for that much.
  const crowd = ['ani', 'budi', 'citra'].map((name) => ({ id: name, name, role: 'student' as const }))
  const calls: Promise<unknown>[] = []
  const post = (many: number): void => {
    for (let n = 0; n < many; n++) {
      const input = { channel, text: 'x', key: `${calls.length}` }
      calls.push(node.registry.execute(crowd[calls.length % 3], 'discussion.post', input).then(...settled))
    }
  }
  post(10_500)
  await until(() => kept.blocks(), { what: 'the first of them to wait for the lock' })
  // Those that are under way have left their places.
  post(500)

  const late = { channel, text: 'late', key: 'late' }
  const { error } = await one.ask('rpc', { method: 'discussion.post', data: late })
  expect(error).toMatchObject({ code: 453, temporary: true, message: expect.stringMatching(/^overloaded: /) as string })
  const response = await fetch(`http://127.0.0.1:${port}/api/discussion/post`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await token('late')}` },
    body: JSON.stringify(late),
  })
  expect(response.status).toBe(503)
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await response.json()).toMatchObject({ code: 'overloaded' })

  await kept.release()
  const refused = (await Promise.all(calls)).filter((outcome) => outcome === 'refused').length
  expect(refused).toBeGreaterThan(0)
  const { subscribe } = await one.ask('subscribe', { channel: `discussion:${channel}` })
  expect(subscribe.offset).toBe(calls.length - refused)
  one.close()
}, 60_000)
