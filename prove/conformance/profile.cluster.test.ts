/** What the conformance profile opens, and what it leaves closed, on two nodes with the official SDK. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { Centrifuge, type Subscription, type SubscriptionOptions } from 'centrifuge'
import { SignJWT } from 'jose'
import { testCluster, type TestCluster } from '../testing/cluster'
import { errorOf, until } from '../testing/until'

let cluster: TestCluster
const clients: Centrifuge[] = []

beforeAll(async () => {
  cluster = await testCluster({ nodes: 2, env: { ALUN_CONFORMANCE: '1' } })
}, 60_000)

afterAll(async () => {
  for (const client of clients) client.disconnect()
  await cluster.stop()
})

async function connected(token?: string): Promise<Centrifuge> {
  const client = new Centrifuge(`ws://127.0.0.1:${cluster.port}/connection/websocket`, {
    minReconnectDelay: 20,
    ...(token ? { token } : {}),
  })
  clients.push(client)
  client.on('error', () => undefined).connect()
  await client.ready(5000)
  return client
}

async function subscribed(client: Centrifuge, channel: string, options: Partial<SubscriptionOptions> = {}) {
  const sub = client.newSubscription(channel, options)
  const seen: unknown[] = []
  sub.on('publication', ({ data }) => seen.push(data)).on('error', () => undefined)
  sub.subscribe()
  await sub.ready(5000)
  return { sub, seen }
}

const signed = (claims: Record<string, unknown>, key = 'secret'): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(key))

const api = (path: string, body: unknown, key = 'test-api-key'): Promise<Response> =>
  fetch(`${cluster.url}/api/${path}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'x-api-key': key },
    keepalive: false,
  })

const publish = async (channel: string, data: unknown): Promise<void> => {
  expect((await api('publish', { channel, data })).status).toBe(200)
}

test('whoever comes without a token is let in, and says what it likes to everybody', async () => {
  const [one, other] = [await connected(), await connected()]
  const { seen } = await subscribed(other, 'test1')
  const said = [{ my: 'data' }, 'text\nwith a line feed', 7, null, [], false, { kind: 'posted' }]
  for (const data of said) await one.publish('test1', data)
  await until(() => seen.length === said.length)
  expect(seen).toEqual(said)
})

test('an rpc is not available', async () => {
  expect(await errorOf((await connected()).rpc('any.method', {}))).toMatchObject({ code: 108 })
})

test('a token of the known secret names the user, a wrong one ends the connection, an old one is asked for anew', async () => {
  const client = await connected(await signed({ sub: '42' }))
  const { sub } = await subscribed(client, 'test2')
  expect(Object.values((await sub.presence()).clients)).toMatchObject([{ user: '42' }])

  const stranger = new Centrifuge(`ws://127.0.0.1:${cluster.port}/connection/websocket`, {
    token: await signed({ sub: '42' }, 'other'),
  })
  const gone = new Promise((resolve) => stranger.on('disconnected', resolve))
  stranger.connect()
  expect(await gone).toMatchObject({ code: 3500 })

  let asked = 0
  const late = new Centrifuge(`ws://127.0.0.1:${cluster.port}/connection/websocket`, {
    token: await signed({ exp: 1_700_000_000 }),
    getToken: () => (asked++, signed({ sub: '43' })),
    minReconnectDelay: 20,
  })
  clients.push(late)
  late.on('error', () => undefined).connect()
  await late.ready(5000)
  expect(asked).toBe(1)
})

test('a subscription token must be good, and for this channel', async () => {
  const client = await connected()
  await subscribed(client, 'test3', { token: await signed({ channel: 'test3' }) })
  const codes: number[] = []
  const sub = client.newSubscription('test4', { token: await signed({ channel: 'test4' }, 'other') })
  sub.on('unsubscribed', ({ code }) => codes.push(code)).subscribe()
  await until(() => codes.length > 0)
  expect(codes).toEqual([103])
  const gone = new Promise((resolve) => client.on('disconnected', resolve))
  client.newSubscription('test5', { token: await signed({ channel: 'test3' }) }).subscribe()
  expect(await gone).toMatchObject({ code: 3500 })
})

test('who missed no more than a channel keeps gets it all, who missed more is told so', async () => {
  const client = await connected()
  for (const [channel, missed, recovers] of [
    ['recovery:a', 100, true],
    ['recovery:b', 101, false],
    ['smallhistory:a', 2, true],
    ['smallhistory:b', 3, false],
  ] as const) {
    const { sub, seen } = await subscribed(client, channel)
    sub.unsubscribe()
    await Promise.all(Array.from({ length: missed }, () => publish(channel, {})))
    const again = new Promise<{ recovered: boolean; wasRecovering: boolean }>((resolve) =>
      sub.once('subscribed', resolve),
    )
    sub.subscribe()
    expect(await again).toMatchObject({ wasRecovering: true, recovered: recovers })
    expect(seen.length).toBe(recovers ? missed : 0)
  }
}, 20_000)

test('who insists on recovering is refused instead', async () => {
  const client = await connected()
  for (let i = 0; i < 5; i++) await publish('smallhistory:c', i)
  let asked = 0
  const getState = async (): Promise<{ offset: number; epoch: string }> => {
    const { result } = (await (await api('history', { channel: 'smallhistory:c' })).json()) as {
      result: { offset: number; epoch: string }
    }
    return asked++ === 0 ? { offset: 1, epoch: result.epoch } : result
  }
  const { sub } = await subscribed(client, 'smallhistory:c', {
    getState,
    minResubscribeDelay: 20,
  } as Partial<SubscriptionOptions>)
  expect(asked).toBe(2)
  expect(sub.state).toBe('subscribed' as Subscription['state'])
})

test('history holds what a channel keeps, either way round', async () => {
  for (let i = 1; i <= 5; i++) await publish('smallhistory:d', i)
  const { sub } = await subscribed(await connected(), 'smallhistory:d')
  const page = async (options: object): Promise<unknown[]> =>
    (await sub.history(options)).publications.map(({ data }) => data)
  expect(await page({ limit: -1 })).toEqual([4, 5])
  expect(await page({ limit: 1, reverse: true })).toEqual([5])
  expect(await page({ limit: 0 })).toEqual([])
  expect((await sub.history({ limit: 0 })).offset).toBe(5)
  const asked = await api('history', { channel: 'smallhistory:d', limit: 10 })
  expect(await asked.json()).toMatchObject({
    result: {
      offset: 5,
      publications: [
        { offset: 4, data: 4 },
        { offset: 5, data: 5 },
      ],
    },
  })
})

test('those present are seen to come and go', async () => {
  const [one, other] = [await connected(), await connected()]
  const { sub } = await subscribed(one, 'test-room', { joinLeave: true })
  const moves: string[] = []
  sub.on('join', () => moves.push('join')).on('leave', () => moves.push('leave'))
  const { sub: visitor } = await subscribed(other, 'test-room')
  await until(() => moves.includes('join'))
  visitor.unsubscribe()
  await until(() => moves.includes('leave'))
})

test('its HTTP calls want the key', async () => {
  expect((await api('publish', { channel: 'test', data: 1 }, 'guess')).status).toBe(401)
  expect(await (await api('publish', { channel: 7 })).json()).toMatchObject({ error: { code: 107 } })
  expect(await (await api('publish', { channel: 'nowhere:1', data: 1 })).json()).toMatchObject({ error: { code: 102 } })
})

test('real topics stay closed', async () => {
  const client = await connected()
  for (const channel of [
    'discussion:general',
    'inbox:u1',
    'channels',
    'revocations',
    'nowhere:1',
    'a\u0000b',
    'a b',
    'ü',
  ]) {
    expect(await errorOf(client.publish(channel, {}))).toMatchObject({ code: 102 })
    expect(await errorOf(client.history(channel, { limit: 1 }))).toMatchObject({ code: 102 })
    expect(await (await api('publish', { channel, data: 1 })).json()).toMatchObject({ error: { code: 102 } })
  }
})

test('a node under the profile says so, loudly', () => {
  for (const node of cluster.nodes) expect(node.log).toContain('CONFORMANCE PROFILE')
})
