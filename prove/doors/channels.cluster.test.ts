/** The realtime door: channels, calls and who is there, on two nodes. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testCluster, type TestCluster } from '../testing/cluster'
import { until } from '../testing/until'
import { Wire, type Reply } from '../testing/wire'

const general = 'discussion:general'
let cluster: TestCluster
const opened: Wire[] = []

beforeAll(async () => {
  cluster = await testCluster({ nodes: 2 })
}, 60_000)
afterAll(async () => {
  for (const one of opened) one.close()
  await cluster?.stop()
})

async function wire(user: string, data?: unknown): Promise<Wire> {
  const one = await Wire.connected(cluster.port, await cluster.token(user), { data })
  opened.push(one)
  return one
}

const nodeOf = (one: Wire): string => one.heard[0]!['connect'].data.node as string

/** One wire on each node. */
async function onBoth(user: string): Promise<[Wire, Wire]> {
  const first = await wire(user)
  const second = await until(
    async () => {
      const one = await wire(user)
      return nodeOf(one) === nodeOf(first) ? undefined : one
    },
    { what: 'a connection to the other node' },
  )
  return [first, second]
}

const rpc = (one: Wire, method: string, data: object): Promise<Reply> => one.ask('rpc', { method, data })

async function create(one: Wire, kind = 'public'): Promise<string> {
  const { rpc: answer, error } = await rpc(one, 'discussion.create', {
    name: 'A channel',
    kind,
    key: crypto.randomUUID(),
  })
  if (error) throw new Error(error.message)
  return answer.data.id as string
}

const post = async (one: Wire, channel: string, text = 'Halo'): Promise<number> =>
  (await rpc(one, 'discussion.post', { channel, text, key: crypto.randomUUID() }))['rpc'].data.offset as number

describe('a subscription', () => {
  test('begins where the topic stands, brings what follows, and ends when it is over', async () => {
    const one = await wire('budi')
    const channel = await create(one)
    const topic = `discussion:${channel}`
    await post(one, channel, 'before')
    const { subscribe } = await one.ask('subscribe', { channel: topic })
    expect(subscribe).toMatchObject({
      recoverable: true,
      positioned: true,
      offset: 1,
      was_recovering: false,
      recovered: false,
    })
    expect(subscribe.publications).toBeUndefined()
    await post(one, channel, 'during')
    expect(one.published(topic)).toMatchObject([
      {
        offset: 2,
        data: {
          kind: 'posted',
          text: 'during',
          actor: 'budi',
          node: expect.any(String) as string,
          at: expect.any(String) as string,
        },
      },
    ])
    expect((await one.ask('unsubscribe', { channel: topic })).unsubscribe).toEqual({})
    await post(one, channel, 'after')
    await one.ask('ping')
    expect(one.published(topic)).toHaveLength(1)
    const again = await one.ask('subscribe', { channel: topic, recover: true, offset: 2, epoch: subscribe.epoch })
    expect(again['subscribe']).toMatchObject({
      was_recovering: true,
      recovered: true,
      offset: 2,
      publications: [{ offset: 3, data: { text: 'after' } }],
    })
  })

  test('is there once', async () => {
    const one = await wire('budi')
    await one.ask('subscribe', { channel: general })
    expect((await one.ask('subscribe', { channel: general })).error).toEqual({
      code: 105,
      message: 'already subscribed',
    })
    expect((await one.ask('subscribe', { channel: 'inbox:budi' })).error).toMatchObject({ code: 105 })
    expect((await one.ask('unsubscribe', { channel: 'never:subscribed' })).unsubscribe).toEqual({})
  })

  test('to what is not there, or has a name that nothing can have, is to an unknown channel', async () => {
    const one = await wire('budi')
    const names = [
      'nowhere',
      'nowhere:1',
      'revocations',
      'discussion:',
      'discussion:a\u0000b',
      'discussion:\ud800',
      'discussion:a b',
      'Discussion:general',
      `discussion:${'x'.repeat(65)}`,
      '../general',
      '__proto__',
    ]
    for (const channel of names) {
      expect([channel, (await one.ask('subscribe', { channel })).error]).toEqual([
        channel,
        { code: 102, message: 'unknown channel' },
      ])
    }
    for (const channel of ['', 'x'.repeat(300), 7, null, undefined, {}]) {
      expect((await one.ask('subscribe', { channel })).error).toMatchObject({ code: 107 })
    }
    expect(one.closed).toBeUndefined()
  })

  test('to what one may not see is refused just as to what does not exist', async () => {
    const [owner, stranger] = [await wire('owner'), await wire('stranger', { lang: 'id' })]
    const hidden = await create(owner, 'private')
    const refusals = [hidden, 'does-not-exist'].map(
      async (id) => (await stranger.ask('subscribe', { channel: `discussion:${id}` })).error!,
    )
    const [there, missing] = await Promise.all(refusals)
    expect(there).toEqual(missing!)
    expect(there).toMatchObject({
      code: 103,
      message: expect.stringMatching(/^permission denied: kanal/i) as string,
    })
    expect((await stranger.ask('subscribe', { channel: 'inbox:owner' })).error).toMatchObject({ code: 103 })
    expect((await stranger.ask('history', { channel: `discussion:${hidden}`, limit: 1 })).error).toMatchObject({
      code: 103,
    })
    expect((await stranger.ask('presence', { channel: `discussion:${hidden}` })).error).toMatchObject({ code: 103 })
    expect((await owner.ask('subscribe', { channel: `discussion:${hidden}` })).error).toBeUndefined()
  })

  test('ends when the right to it does, on every node, before anything later is seen', async () => {
    const [owner, [member, elsewhere]] = [await wire('owner'), await onBoth('member')]
    const channel = await create(owner, 'private')
    const topic = `discussion:${channel}`
    await rpc(owner, 'discussion.invite', { channel, user: 'member', key: crypto.randomUUID() })
    for (const one of [member, elsewhere])
      expect((await one.ask('subscribe', { channel: topic })).error).toBeUndefined()
    await rpc(owner, 'discussion.expel', { channel, user: 'member', key: crypto.randomUUID() })
    await post(owner, channel, 'a secret')
    for (const one of [member, elsewhere]) {
      const ended = await until(() => one.heard.find(({ push }) => push?.channel === topic && 'unsubscribe' in push))
      expect(ended.push!['unsubscribe']).toMatchObject({ code: 2000 })
      await one.ask('ping')
      expect(JSON.stringify(one.published(topic))).not.toContain('a secret')
      expect((await one.ask('subscribe', { channel: topic })).error).toMatchObject({ code: 103 })
      expect(one.closed).toBeUndefined()
    }
  })

  test('is one of 128; the 129th is refused, and a place that is given up is free again', async () => {
    const one = await wire('budi')
    const keys = Array.from({ length: 129 }, (_, n) => ({
      rpc: { method: 'discussion.create', data: { name: `${n}`, kind: 'public', key: crypto.randomUUID() } },
    }))
    const replies = await Promise.all(one.sendAll(...keys).map((id) => one.reply(id)))
    const topics = replies.map((reply) => `discussion:${reply['rpc'].data.id}`)
    const asked = await Promise.all(
      one.sendAll(...topics.map((channel) => ({ subscribe: { channel } }))).map((id) => one.reply(id)),
    )
    expect(asked.filter(({ error }) => error).map(({ error }) => error!.code)).toEqual([106])
    expect(asked.at(-1)!.error).toEqual({ code: 106, message: 'limit exceeded' })
    await one.ask('unsubscribe', { channel: topics[0] })
    expect((await one.ask('subscribe', { channel: topics[128] })).error).toBeUndefined()
  }, 20_000)

  test('that must recover is refused where it can’t, and leaves nothing behind', async () => {
    const one = await wire('budi')
    const topic = `discussion:${await create(one)}`
    const far = { channel: topic, recover: true, offset: 50, epoch: '' }
    expect((await one.ask('subscribe', { ...far, flag: 2 })).error).toEqual({
      code: 112,
      message: 'unrecoverable position',
    })
    expect(
      (await one.ask('subscribe', { channel: topic, recover: true, offset: 0, epoch: 'another', flag: 3 })).error,
    ).toMatchObject({ code: 112 })
    const { subscribe } = await one.ask('subscribe', far)
    expect(subscribe).toMatchObject({ was_recovering: true, recovered: false, offset: 0 })
  })

  test('gives back 300 missed events whole, and says so when it was more', async () => {
    const one = await wire('budi')
    const channel = await create(one)
    const calls = Array.from({ length: 301 }, (_, n) => ({
      rpc: { method: 'discussion.post', data: { channel, text: `${n}`, key: `${channel}.${n}` } },
    }))
    await Promise.all(one.sendAll(...calls).map((id) => one.reply(id)))
    const from = (offset: number): object => ({ channel: `discussion:${channel}`, recover: true, offset, epoch: '' })
    const { subscribe } = await one.ask('subscribe', from(1))
    expect(subscribe).toMatchObject({ recovered: true, offset: 1 })
    expect(subscribe.publications.map(({ offset }: { offset: number }) => offset)).toEqual(
      Array.from({ length: 300 }, (_, n) => n + 2),
    )
    await one.ask('unsubscribe', { channel: `discussion:${channel}` })
    expect((await one.ask('subscribe', from(0)))['subscribe']).toMatchObject({ recovered: false, offset: 301 })
  }, 20_000)
})

describe('calls', () => {
  test('of one client are done in the order in which they were sent', async () => {
    const one = await wire('budi')
    const channel = await create(one)
    const calls = Array.from({ length: 200 }, (_, n) => ({
      rpc: { method: 'discussion.post', data: { channel, text: `${n}`, key: `${channel}.${n}` } },
    }))
    const ids = [calls.slice(0, 70), calls.slice(70, 71), calls.slice(71)].flatMap((some) => one.sendAll(...some))
    const offsets = (await Promise.all(ids.map((id) => one.reply(id)))).map(
      (reply) => reply['rpc'].data.offset as number,
    )
    expect(offsets).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
  }, 20_000)

  test('on one channel wait for each other, also in one frame', async () => {
    const one = await wire('budi')
    const channel = `discussion:${await create(one)}`
    const ids = one.sendAll(
      { subscribe: { channel } },
      { presence_stats: { channel } },
      { unsubscribe: { channel } },
      { presence_stats: { channel } },
      { subscribe: { channel } },
      { subscribe: { channel } },
      { history: { channel, limit: 1 } },
    )
    const replies = await Promise.all(ids.map((id) => one.reply(id)))
    expect(one.heard.filter(({ id }) => ids.includes(id!)).map(({ id }) => id!)).toEqual(ids)
    expect(replies.map(({ error }) => error?.code)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      105,
      undefined,
    ])
    expect([replies[1]!, replies[3]!].map((reply) => reply['presence_stats'].num_clients as number)).toEqual([1, 0])
  })

  test('of methods that are not there are refused, and so is publishing', async () => {
    const one = await wire('budi')
    for (const method of [
      'nope',
      'discussion.nope',
      '',
      'Discussion.post',
      'discussion.post ',
      '__proto__',
      'constructor',
      undefined,
    ]) {
      expect((await one.ask('rpc', { method, data: {} })).error).toEqual({ code: 104, message: 'method not found' })
    }
    expect((await one.ask('shared_poll', { channel: general })).error).toMatchObject({ code: 104 })
    expect((await one.ask('publish', { channel: general, data: {} })).error).toMatchObject({ code: 103 })
    expect((await one.ask('rpc', { method: 'x'.repeat(300) })).error).toMatchObject({ code: 107 })
  })

  test('are refused with the contract’s numbers, in the language of the client', async () => {
    const [one, indonesian] = [await wire('budi'), await wire('budi', { lang: 'id' })]
    const bad = { channel: 'general', text: '', key: 'k' }
    expect((await rpc(one, 'discussion.post', bad)).error).toMatchObject({
      code: 400,
      message: expect.stringMatching(/^invalid: text: /) as string,
    })
    expect((await rpc(indonesian, 'discussion.post', bad)).error!.message).toStartWith(
      'invalid: text: isian tidak sesuai',
    )
    expect((await rpc(one, 'discussion.post', { channel: 'general', text: 'x' })).error).toMatchObject({ code: 400 })
    expect(
      (await rpc(one, 'people.set_role', { user: crypto.randomUUID(), role: 'admin', key: 'k' })).error,
    ).toMatchObject({ code: 403 })
    expect((await rpc(one, 'discussion.post', { channel: 'nowhere', text: 'x', key: 'k' })).error).toMatchObject({
      code: 404,
    })
    const key = crypto.randomUUID()
    expect((await rpc(one, 'discussion.post', { channel: 'general', text: 'one', key })).error).toBeUndefined()
    expect((await rpc(one, 'discussion.post', { channel: 'general', text: 'two', key })).error).toMatchObject({
      code: 409,
    })
    for (const data of [[], 'text', 7, true])
      expect((await one.ask('rpc', { method: 'discussion.post', data })).error).toMatchObject({ code: 400 })
  })

  test('answer with what they give and the node that gave it', async () => {
    const one = await wire('budi')
    expect((await rpc(one, 'people.me', {}))['rpc'].data).toEqual({
      id: 'budi',
      name: 'budi',
      role: 'student',
      node: nodeOf(one),
    })
  })
})

test('history pages forwards and backwards, and knows a foreign epoch', async () => {
  const one = await wire('budi')
  const id = await create(one)
  const channel = `discussion:${id}`
  for (let n = 0; n < 5; n++) await post(one, id, `${n}`)
  const page = async (params: object): Promise<number[]> =>
    ((await one.ask('history', { channel, ...params }))['history'].publications as { offset: number }[]).map(
      ({ offset }) => offset,
    )
  expect(await page({})).toEqual([])
  expect(await page({ limit: -1 })).toEqual([1, 2, 3, 4, 5])
  expect(await page({ limit: 2 })).toEqual([1, 2])
  expect(await page({ limit: 2, since: { offset: 2, epoch: '' } })).toEqual([3, 4])
  expect(await page({ limit: 2, reverse: true })).toEqual([5, 4])
  expect(await page({ limit: 9, reverse: true, since: { offset: 3 } })).toEqual([2, 1])
  const { history } = await one.ask('history', { channel })
  expect(history).toEqual({ publications: [], offset: 5, epoch: expect.stringMatching(/^\w+\.\d+$/) as string })
  expect((await one.ask('history', { channel, limit: 1, since: { offset: 0, epoch: 'another' } })).error).toMatchObject(
    { code: 112 },
  )
  expect((await one.ask('history', { channel: 'nowhere:1', limit: 1 })).error).toMatchObject({ code: 102 })
  for (const limit of [1.5, 'all', 1e300])
    expect((await one.ask('history', { channel, limit })).error).toMatchObject({ code: 107 })
})

describe('who is there', () => {
  test('is known on every node, and coming and going is told to those who asked', async () => {
    const [here, there] = await onBoth('budi')
    const channel = `discussion:${await create(here)}`
    await here.ask('subscribe', { channel, join_leave: true })
    await there.ask('subscribe', { channel })
    const client = there.heard[0]!['connect'].client as string
    const info = { user: 'budi', client, conn_info: { name: 'budi', role: 'student' } }
    const told = (kind: string): unknown[] =>
      here.heard.flatMap(({ push }) =>
        push?.channel === channel && push[kind] ? [(push[kind] as { info: unknown }).info] : [],
      )
    await until(() => told('join').length === 2, { what: 'both joins' })
    expect(told('join')).toContainEqual(info)
    const { presence } = (await here.ask('presence', { channel }))['presence'] as { presence: Record<string, unknown> }
    expect(Object.keys(presence)).toHaveLength(2)
    expect(presence[client]).toEqual(info)
    expect((await here.ask('presence_stats', { channel }))['presence_stats']).toEqual({ num_clients: 2, num_users: 1 })
    there.close()
    await until(() => told('leave').length === 1, { what: 'the leave' })
    expect(told('leave')).toEqual([info])
    expect(there.heard.some(({ push }) => push && 'join' in push)).toBe(false)
  })

  test('is not asked of a topic without a roster', async () => {
    const one = await wire('budi')
    for (const method of ['presence', 'presence_stats'])
      expect((await one.ask(method, { channel: 'inbox:budi' })).error).toMatchObject({ code: 108 })
    expect((await one.ask('presence', { channel: 'nowhere:1' })).error).toMatchObject({ code: 102 })
  })

  test('does not count those who only want to know what is new there, and still tells them of it', async () => {
    const [quiet, present] = [await wire('siti'), await wire('budi')]
    const channel = `discussion:${await create(present)}`
    await quiet.ask('subscribe', { channel, data: { roster: false } })
    await present.ask('subscribe', { channel, data: { roster: true } })
    const presence = async (): Promise<unknown> => (await present.ask('presence_stats', { channel }))['presence_stats']
    await until(async () => JSON.stringify(await presence()).includes('1'), { what: 'the one who is there' })
    expect(await presence()).toEqual({ num_clients: 1, num_users: 1 })
    const [, id] = channel.split(':')
    await present.ask('rpc', {
      method: 'discussion.post',
      data: { channel: id, text: 'halo', key: crypto.randomUUID() },
    })
    const news = (): unknown[] =>
      quiet.heard.flatMap(({ push }) => (push?.channel === channel && push['pub'] ? [push] : []))
    await until(() => news().length === 1, { what: 'the news' })
  })

  test('leaves no ghosts: who goes while still on the way in was never there', async () => {
    const watcher = await wire('watcher')
    const channel = `discussion:${await create(watcher)}`
    for (let n = 0; n < 60; n++) {
      const guest = await wire(`guest${n}`)
      const steps = [{ subscribe: { channel } }, { unsubscribe: { channel } }, { subscribe: { channel } }]
      guest.sendAll(...steps.slice(0, 1 + (n % 3)))
      guest.close()
      await guest.end()
    }
    const present = async (): Promise<number> =>
      (await watcher.ask('presence_stats', { channel }))['presence_stats'].num_clients as number
    await until(async () => (await present()) === 0, { what: 'the roster to be empty' })
  }, 30_000)
})

test('words that nobody keeps reach those who are there, and have no place', async () => {
  const [here, there] = await onBoth('budi')
  const id = await create(here)
  await there.ask('subscribe', { channel: `discussion:${id}` })
  await rpc(here, 'discussion.typing', { channel: id })
  const [word] = await until(() =>
    there.published(`discussion:${id}`).length > 0 ? there.published(`discussion:${id}`) : undefined,
  )
  expect(word).toMatchObject({ data: { kind: 'typing', user: { id: 'budi' } } })
  expect(word!.offset).toBeUndefined()
})

test('the own topic is subscribed by the server, and recovered from where the client says it stands', async () => {
  const [one, user] = [await wire('reader'), 'reader']
  const epoch = one.heard[0]!['connect'].subs['inbox:reader'].epoch as string
  const id = await create(one)
  for (let n = 0; n < 3; n++) await post(one, id)
  for (const offset of [1, 2]) await rpc(one, 'discussion.read', { channel: id, offset })
  await until(() => one.published('inbox:reader').length === 2)
  const back = await Wire.open(cluster.port)
  opened.push(back)
  const subs = { 'inbox:reader': { recover: true, offset: 1, epoch }, [general]: { recover: true, offset: 0, epoch } }
  const { connect } = await back.ask('connect', { token: await cluster.token(user), subs })
  expect(connect.subs).toMatchObject({
    'inbox:reader': { recovered: true, offset: 1, publications: [{ offset: 2, data: { kind: 'read', read: 2 } }] },
  })
  expect(Object.keys(connect.subs as object)).toEqual(['inbox:reader'])
  await rpc(one, 'discussion.read', { channel: id, offset: 3 })
  await until(() => back.published('inbox:reader').length === 1)
  expect(back.published('inbox:reader')).toMatchObject([{ offset: 3, data: { read: 3 } }])
})

test('the SDK recovers the own topic by itself when its node dies', async () => {
  const client = await cluster.client('sdk-reader')
  const seen: number[] = []
  client.sdk.on('publication', ({ offset }) => seen.push(offset!))
  const { id } = await client.rpc<{ id: string }>('discussion.create', { name: 'x', kind: 'public', key: 'c' })
  for (let n = 0; n < 4; n++) await client.rpc('discussion.post', { channel: id, text: 'x', key: `p${n}` })
  await client.rpc('discussion.read', { channel: id, offset: 1 })
  await until(() => seen.length === 1)
  const node = cluster.node(client.node)
  const other = await cluster.client('sdk-reader', { node: node.id === 'n1' ? 'n2' : 'n1' })
  await node.kill()
  for (const offset of [2, 3]) await other.rpc('discussion.read', { channel: id, offset })
  await until(() => seen.length === 3, { what: 'what was missed' })
  await other.rpc('discussion.read', { channel: id, offset: 4 })
  await until(() => seen.length === 4)
  expect(seen).toEqual([1, 2, 3, 4])
  await node.start()
}, 30_000)

test('no node has a fault to report after all this', async () => {
  for (const node of cluster.nodes) {
    expect(node.log).not.toContain('"level":"error"')
    expect(await (await node.health('metrics'))!.text()).not.toMatch(/^alun_faults_total/m)
  }
})
