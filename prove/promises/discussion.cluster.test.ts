/**
 * Discussion as its people meet it, over several nodes: what is private stays so by every door, what is decided on one
 * node holds on all, and what is read on one device is read on the other within a second or so.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { testCluster, type TestClient, type TestCluster } from '../testing/cluster'
import { statementRows } from '../testing/database'
import { errorOf, until } from '../testing/until'

let cluster: TestCluster
beforeAll(async () => {
  cluster = await testCluster({ nodes: 2 })
}, 60_000)
afterAll(() => cluster?.stop())

interface Posted {
  id: string
  offset: number
}

const key = (): { key: string } => ({ key: crypto.randomUUID() })
const on = (user: string, node: string): Promise<TestClient> => cluster.client(user, { node })

/** A user with a real id: files and mentions ask who they are. */
async function person(name: string): Promise<string> {
  const rows = await statementRows<{ id: string }>(
    cluster.postgres.url,
    `INSERT INTO auth."user" (name, email, "emailVerified", role)
     VALUES ($1, gen_random_uuid() || '@campus.test', false, 'student') RETURNING id`,
    [name],
  )
  return rows[0]!.id
}

async function privateChannel(owner: TestClient, text: string): Promise<string> {
  const made = await owner.rpc<{ id: string }>('discussion.create', { name: 'Vault', kind: 'private', ...key() })
  await owner.rpc<Posted>('discussion.post', { channel: made.id, text, ...key() })
  return made.id
}

const upload = async (user: string, text: string): Promise<string> => {
  const body = new FormData()
  body.append('file', new File([text], 'plan.txt', { type: 'text/plain' }))
  const headers = { authorization: `Bearer ${await cluster.token(user)}` }
  const response = await fetch(`${cluster.url}/files`, { method: 'POST', headers, body })
  return ((await response.json()) as { id: string }).id
}

test('a private channel is not there for others: no topic, roster, history, search, mention, file or document tells of it', async () => {
  const [ani, eve] = [await person('Ani'), await person('Eve')]
  const [owner, stranger] = [await on(ani, 'n1'), await on(eve, 'n2')]
  const channel = await privateChannel(owner, 'the zzvault opens at nine, @Eve')
  const file = await upload(ani, 'zzplan')
  await owner.rpc('discussion.post', { channel, text: 'zzvault plan', files: [file], ...key() })
  await until(
    async () => (await owner.rpc<{ messages: unknown[] }>('discussion.search', { q: 'zzvault' })).messages.length === 2,
    { what: 'the owner to find it', timeoutMs: 15_000 },
  )
  const topic = `discussion:${channel}`
  const refused = stranger.sdk.newSubscription(topic)
  const told = new Promise<number>((resolve) => refused.on('unsubscribed', ({ code }) => resolve(code)))
  const failed = new Promise<number>((resolve) => refused.on('error', ({ error }) => resolve(error.code)))
  refused.subscribe()
  expect(await Promise.race([told, failed])).toBeGreaterThan(0)
  expect(refused.state).not.toBe('subscribed')
  for (const ask of [
    () => stranger.sdk.presence(topic),
    () => stranger.sdk.presenceStats(topic),
    () => stranger.sdk.history(topic, { limit: 10 }),
    () => stranger.rpc('discussion.history', { channel }),
    () => stranger.rpc('discussion.message', { message: `${channel}.1` }),
    () => stranger.rpc('discussion.members', { channel }),
  ]) {
    expect(await errorOf(ask())).toMatchObject({ code: expect.any(Number) })
  }
  const answers = await Promise.all([
    stranger.rpc('discussion.search', { q: 'zzvault' }),
    stranger.rpc('discussion.channels', {}),
    stranger.rpc('discussion.flags', {}),
    stranger.rpc('inbox.list', {}),
    stranger.rpc('files.links', { files: [file] }),
    ...['/api/openapi.json', '/api/asyncapi.json'].map(async (path) => (await fetch(cluster.url + path)).json()),
  ])
  const everything = JSON.stringify(answers)
  for (const secret of [channel, 'zzvault', 'Vault', 'zzplan', 'plan.txt']) expect(everything).not.toContain(secret)
  expect((await cluster.call(eve, 'discussion.history', { channel })).status).toBe(404)
  expect(await owner.rpc<{ links: unknown[] }>('files.links', { files: [file] })).toMatchObject({
    links: [{ id: file }],
  })
}, 60_000)

test('slow mode, a time-out and a ban that one node decided hold on the other, and the banned hear nothing more', async () => {
  const owner = await on('owner', 'n1')
  const { id: channel } = await owner.rpc<{ id: string }>('discussion.create', {
    name: 'Hall',
    kind: 'public',
    ...key(),
  })
  const [here, there] = [await on('budi', 'n1'), await on('budi', 'n2')]
  const post = (client: TestClient): Promise<unknown> =>
    client.rpc('discussion.post', { channel, text: 'hello', ...key() }).catch((error: { code: number }) => error.code)
  await owner.rpc('discussion.slow', { channel, seconds: 3600, ...key() })
  const tries = await Promise.all([here, there, here, there].map(post))
  expect(tries.filter((one) => one === 429)).toHaveLength(3)
  await owner.rpc('discussion.slow', { channel, seconds: 0, ...key() })

  const judge = { channel, user: 'budi', reason: 'enough' }
  await owner.rpc('discussion.sanction', { ...judge, kind: 'timeout', ...key() })
  expect(await Promise.all([here, there].map(post))).toEqual([429, 429])
  const heard: unknown[] = []
  const subscription = there.sdk.newSubscription(`discussion:${channel}`)
  subscription.on('publication', ({ data }) => heard.push(data))
  const ended = new Promise<void>((resolve) => subscription.on('unsubscribed', () => resolve()))
  subscription.subscribe()
  await subscription.ready()
  await owner.rpc('discussion.sanction', { ...judge, kind: 'ban', ...key() })
  await owner.rpc('discussion.post', { channel, text: 'without you', ...key() })
  await ended
  expect(await Promise.all([here, there].map(post))).toEqual([404, 404])
  expect(JSON.stringify(heard)).not.toContain('without you')
}, 60_000)

test('what is read on one device is read on the other, over two nodes, and the count is right at every step', async () => {
  const [phone, laptop, ani] = [await on('siti', 'n1'), await on('siti', 'n2'), await on('ani', 'n1')]
  const { id: channel } = await ani.rpc<{ id: string }>('discussion.create', {
    name: 'Class',
    kind: 'public',
    ...key(),
  })
  const unread = async (client: TestClient): Promise<number> => {
    type Listed = { channels: { id: string; unread: number }[] }
    const { channels } = await client.rpc<Listed>('discussion.channels', {})
    return channels.find(({ id }) => id === channel)!.unread
  }
  let last = 0
  for (let n = 0; n < 5; n++) {
    last = (await ani.rpc<Posted>('discussion.post', { channel, text: `${n}`, ...key() })).offset
  }
  expect([await unread(phone), await unread(laptop), await unread(ani)]).toEqual([5, 5, 0])
  const heard = new Promise<unknown>((resolve) =>
    laptop.sdk.on('publication', ({ data }) => (data as { kind: string }).kind === 'read' && resolve(data)),
  )
  await phone.rpc('discussion.read', { channel, offset: last - 1 })
  expect(await heard).toMatchObject({ kind: 'read', channel, read: last - 1 })
  expect([await unread(phone), await unread(laptop)]).toEqual([1, 1])
}, 60_000)
