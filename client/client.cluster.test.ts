/** The client against real nodes: what it shows is what the log holds, whatever happens to the node it speaks to. */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { testCluster, type TestCluster } from '../prove/testing/cluster'
import { until } from '../prove/testing/until'
import { apply, topicOf, type ChannelState } from '../services/discussion/model'
import { Client } from './client'
import { CallError } from './errors'
import type { Live } from './live'
import { Outbox } from './outbox'
import { SignedOut } from './signed-out'

let cluster: TestCluster
const open: { close(): void }[] = []

beforeAll(async () => {
  cluster = await testCluster({ nodes: 3 })
}, 120_000)
afterEach(() => {
  for (const one of open.splice(0).reverse()) one.close()
})
afterAll(() => cluster?.stop())

async function clientOf(user: string, node?: string): Promise<Client> {
  for (;;) {
    const client = new Client({
      url: `ws://127.0.0.1:${cluster.port}/connection/websocket`,
      lang: 'en',
      getToken: () => cluster.token(user),
    }).connect()
    await client.connection.connected()
    if (!node || nodeOf(client) === node) {
      open.push(client)
      return client
    }
    client.close()
  }
}

const nodeOf = (client: Client): string => client.connection.status.get().server!.node
const texts = (live: Live<ChannelState>): string[] => live.store.get().state?.messages.map(({ text }) => text) ?? []

function read(client: Client, channel: string): { live: Live<ChannelState>; loads: () => number } {
  let loads = 0
  const live = client.live<ChannelState>({
    topic: topicOf(channel),
    query: async () => {
      loads++
      const { messages, position } = await client.query('discussion.history', { channel, limit: 200 })
      return { state: { messages }, position }
    },
    apply,
  })
  open.push(live)
  return { live, loads: () => loads }
}

const isLive = (live: Live<ChannelState>): Promise<true> =>
  until(() => live.store.get().phase === 'live' || undefined, {
    what: 'the query to be live',
    timeoutMs: 15_000,
  }) as never

async function newChannel(client: Client): Promise<string> {
  return (await client.command('discussion.create', { name: 'A channel', kind: 'public' })).id
}

test('a snapshot and the stream after it meet: what was said before, meanwhile and later is there once, in order', async () => {
  const [writer, reader] = [await clientOf('budi'), await clientOf('sari')]
  const channel = await newChannel(writer)
  const expected: string[] = []
  const say = async (from: number, to: number): Promise<void> => {
    for (let n = from; n < to; n++) {
      await writer.command('discussion.post', { channel, text: String(n) })
      expected.push(String(n))
    }
  }
  await say(0, 20)
  const meanwhile = say(20, 60)
  const lives = [read(reader, channel).live]
  await isLive(lives[0]!)
  // A second reader of the same topic, on the same subscription, while words keep coming.
  lives.push(read(reader, channel).live)
  await meanwhile
  await say(60, 65)
  for (const live of lives) {
    await until(() => texts(live).length >= 65, { what: 'all messages' })
    expect(texts(live)).toEqual(expected)
  }
}, 60_000)

test('a reader whose node is killed goes on at another, with everything, and says meanwhile that it catches up', async () => {
  const writer = await clientOf('budi', 'n2')
  const channel = await newChannel(writer)
  const reader = await clientOf('sari', 'n1')
  const { live, loads } = read(reader, channel)
  await isLive(live)
  const phases: string[] = []
  reader.connection.status.subscribe(() => phases.push(reader.connection.status.get().phase))
  const expected: string[] = []
  for (let n = 0; n < 200; n++) {
    if (n === 50) void cluster.node('n1').kill()
    await writer.command('discussion.post', { channel, text: String(n) })
    expected.push(String(n))
  }
  await until(() => texts(live).length >= 200, { what: 'all messages', timeoutMs: 15_000 })
  expect(texts(live)).toEqual(expected)
  expect(nodeOf(reader)).not.toBe('n1')
  expect(loads()).toBe(1)
  expect(phases).toContain('catching_up')
  await until(() => reader.connection.status.get().phase === 'live')
  await cluster.node('n1').start()
}, 60_000)

test('a reader that was away for too long reads the snapshot anew instead of showing a gap', async () => {
  const [writer, reader] = [await clientOf('budi'), await clientOf('sari')]
  const channel = await newChannel(writer)
  const { live, loads } = read(reader, channel)
  await isLive(live)
  reader.connection.sdk.disconnect()
  const texted = Array.from({ length: 320 }, (_, n) => writer.command('discussion.post', { channel, text: String(n) }))
  await Promise.all(texted)
  reader.connection.sdk.connect()
  await until(() => live.store.get().offset >= 320, { what: 'the newest message', timeoutMs: 15_000 })
  expect(loads()).toBe(2)
  const { messages } = live.store.get().state!
  expect(messages.map(({ offset }) => offset)).toEqual(Array.from({ length: 200 }, (_, n) => n + 121))
}, 60_000)

test('a command asked while its node dies is carried out once', async () => {
  const client = await clientOf('budi', 'n3')
  const channel = await newChannel(client)
  const posts = Array.from({ length: 100 }, (_, n) => client.command('discussion.post', { channel, text: String(n) }))
  await cluster.node('n3').kill()
  const answers = await Promise.all(posts)
  expect(new Set(answers.map(({ offset }) => offset)).size).toBe(100)
  const { messages } = await client.query('discussion.history', { channel, limit: 200 })
  expect(messages).toHaveLength(100)
  await cluster.node('n3').start()
}, 60_000)

test('what is written while the connection is away is sent in order when it is back', async () => {
  const client = await clientOf('budi')
  const channel = await newChannel(client)
  const storage = { load: async () => [], put: async () => undefined, remove: async () => undefined }
  const outbox = new Outbox({ caller: client, storage, user: 'budi' })
  const { live } = read(client, channel)
  await isLive(live)
  client.connection.sdk.disconnect()
  const expected = Array.from({ length: 10 }, (_, n) => String(n))
  for (const text of expected) outbox.add(channel, 'discussion.post', { channel, text })
  client.connection.sdk.connect()
  await until(() => texts(live).length >= 10, { what: 'all messages', timeoutMs: 15_000 })
  expect(texts(live)).toEqual(expected)
  expect(outbox.items.get().every(({ state }) => state === 'sent')).toBe(true)
}, 60_000)

test('people see each other across nodes, and one whose node is killed is gone from the list within seconds', async () => {
  const [one, other] = [await clientOf('budi', 'n1'), await clientOf('sari', 'n2')]
  const rosters = [one, other].map((client) => client.roster(topicOf('general')))
  open.push(...rosters)
  const seen = (index: number): string[] => rosters[index]!.store.get().people.map(({ id }) => id)
  for (const index of [0, 1]) await until(() => seen(index).length === 2, { what: 'both people', timeoutMs: 15_000 })
  other.close()
  await until(() => seen(0).join() === 'budi', { what: 'the other to be gone' })
}, 60_000)

test('a channel that is not there ends the reading with the sentence of the server', async () => {
  const { live } = read(await clientOf('budi'), 'nowhere')
  await until(() => live.store.get().phase === 'ended', { what: 'the end' })
  const { error } = live.store.get()
  expect(error).toBeInstanceOf(CallError)
  expect(error).toMatchObject({ code: 'not_found', sentence: 'There is no such channel, or you are not in it.' })
}, 60_000)

test('someone who is put out of a private channel reads nothing that is said after it', async () => {
  const [owner, guest] = [await clientOf('owner'), await clientOf('guest')]
  const { id: channel } = await owner.command('discussion.create', { name: 'Private', kind: 'private' })
  await cluster.call('owner', 'discussion.invite', { channel, user: 'guest', name: 'Guest', key: crypto.randomUUID() })
  const { live } = read(guest, channel)
  await isLive(live)
  await cluster.call('owner', 'discussion.expel', { channel, user: 'guest', key: crypto.randomUUID() })
  await owner.command('discussion.post', { channel, text: 'not for you' })
  await until(() => live.store.get().phase === 'ended', { what: 'the end' })
  expect(texts(live)).toEqual([])
}, 60_000)

test('a session that is over ends the connection, and calls on it end too', async () => {
  const client = new Client({
    url: `ws://127.0.0.1:${cluster.port}/connection/websocket`,
    lang: 'en',
    getToken: () => Promise.reject(new SignedOut()),
  }).connect()
  expect(await client.connection.connected()).toBe(false)
  expect(client.connection.status.get()).toMatchObject({ phase: 'ended', ended: 'signed_out' })
  await expect(client.query('people.me', {})).rejects.toMatchObject({ code: 'ended' })
}, 60_000)

test('a refusal comes in the language of the connection', async () => {
  const client = await clientOf('budi')
  const ask = () =>
    client.query('discussion.history', { channel: 'nowhere' }).catch((error: CallError) => error.sentence)
  expect(await ask()).toBe('There is no such channel, or you are not in it.')
  client.connection.setLang('id')
  await until(() => client.connection.isConnected)
  await until(async () => (await ask()) === 'Kanal itu tidak ada, atau Anda bukan anggotanya.', { what: 'Indonesian' })
}, 60_000)
