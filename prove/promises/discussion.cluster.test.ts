/**
 * Discussion as its people meet it, over several nodes: what is private stays so by every door, what is decided on one
 * node holds on all, and what is read on one device is read on the other within a second or so.
 */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testCluster, type TestClient, type TestCluster } from '../testing/cluster'
import { statementRows } from '../testing/database'
import { errorOf, until } from '../testing/until'
import { Wire } from '../testing/wire'
import { limits } from '../../protocol/limits'

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

const upload = async (user: string, text: string): Promise<string> => {
  const body = new FormData()
  body.append('file', new File([text], 'plan.txt', { type: 'text/plain' }))
  const headers = { authorization: `Bearer ${await cluster.token(user)}` }
  const response = await fetch(`${cluster.url}/files`, { method: 'POST', headers, body })
  return ((await response.json()) as { id: string }).id
}

describe('a private channel is not there for who is not in it:', () => {
  let owner: TestClient
  let stranger: TestClient
  let ani: string
  let eve: string
  let channel: string
  let message: Posted
  let file: string
  beforeAll(async () => {
    ani = await person('Ani')
    eve = await person('Eve')
    owner = await on(ani, 'n1')
    stranger = await on(eve, 'n2')
    channel = (await owner.rpc<Posted>('discussion.create', { name: 'Zzvault', kind: 'private', ...key() })).id
    file = await upload(ani, 'zzplan')
    const text = 'the zzvault opens at nine, @Eve and @channel'
    message = await owner.rpc<Posted>('discussion.post', { channel, text, files: [file], mentions: [eve], ...key() })
    await owner.rpc('discussion.pin', { message: message.id, on: true, ...key() })
    await until(
      async () => (await owner.rpc<{ messages: unknown[] }>('discussion.search', { q: 'zzvault' })).messages.length,
      { what: 'the owner to find it', timeoutMs: 15_000 },
    )
  }, 30_000)

  /** As of a channel that was never made, so that not even a guess is confirmed. */
  const isUnknown = async (name: string, input: object): Promise<void> => {
    const nowhere = JSON.parse(JSON.stringify(input).replaceAll(channel, crypto.randomUUID())) as object
    const answers = await Promise.all([input, nowhere].map((one) => errorOf(stranger.rpc(name, { ...one, ...key() }))))
    const [found, unknown] = answers as { code: number; message: string }[]
    expect([name, found!.code, found!.message]).toEqual([name, 404, unknown!.message])
  }
  const tellsNothing = (answer: unknown): void => {
    for (const secret of [channel, 'zzvault', 'Zzvault', 'zzplan', 'plan.txt']) {
      expect(JSON.stringify(answer)).not.toContain(secret)
    }
  }

  test('its topic can neither be subscribed to nor asked for its history or who is there', async () => {
    const topic = `discussion:${channel}`
    const refused = stranger.sdk.newSubscription(topic)
    const failed = new Promise<number>((resolve) => {
      refused.on('unsubscribed', ({ code }) => resolve(code))
      refused.on('error', ({ error }) => resolve(error.code))
      refused.on('subscribed', () => resolve(0))
    })
    refused.subscribe()
    expect(await failed).toBeGreaterThan(0)
    expect(refused.state).not.toBe('subscribed')
    refused.unsubscribe()
    for (const ask of [
      () => stranger.sdk.presence(topic),
      () => stranger.sdk.presenceStats(topic),
      () => stranger.sdk.history(topic, { limit: 10 }),
      () => stranger.sdk.publish(topic, { kind: 'posted' }),
    ]) {
      expect(await errorOf(ask())).toMatchObject({ code: expect.any(Number) as number })
    }
  })

  test('no method reads it or does anything in it', async () => {
    const place = { message: message.id }
    for (const [name, input] of [
      ...['history', 'members', 'pins', 'join', 'leave', 'typing', 'moderation'].map((one) => [one, {}] as const),
      ...(['message', 'versions'] as const).map((one) => [one, place] as const),
      ['edit', { ...place, text: 'x' }] as const,
      ['remove', place] as const,
      ['react', { ...place, emoji: '👍', on: true }] as const,
      ['pin', { ...place, on: true }] as const,
      ['flag', { ...place, reason: 'x' }] as const,
      ['post', { text: 'x' }] as const,
      ['post', { text: 'x', replyTo: message.id }] as const,
      ['invite', { user: eve }] as const,
      ['role', { user: eve, role: 'owner' }] as const,
      ['read', { offset: 1 }] as const,
      ['delivered', { offset: 1 }] as const,
      ['draft', { text: 'x' }] as const,
      ['prefer', { level: 'all' }] as const,
    ]) {
      await isUnknown(`discussion.${name}`, name === 'message' || 'message' in input ? input : { ...input, channel })
    }
    expect((await cluster.call(eve, 'discussion.history', { channel })).status).toBe(404)
  })

  test('search finds nothing of it, by words, by who wrote or by its name', async () => {
    for (const input of [{ q: 'zzvault' }, { q: 'opens' }, { q: '"opens at nine"', author: ani }]) {
      tellsNothing(await stranger.rpc('discussion.search', input))
    }
    const named = await stranger.rpc<{ messages: unknown[] }>('discussion.search', { q: 'zzvault', channel })
    expect(named.messages).toEqual([])
  })

  test('whoever it mentions is not told, and it counts in nobody else’s unread', async () => {
    // Told by a job; what the owner said to all, after it, has been told by then.
    const { id: open } = await owner.rpc<Posted>('discussion.create', { name: 'Open', kind: 'public', ...key() })
    await owner.rpc('discussion.post', { channel: open, text: 'hello', mentions: [eve], ...key() })
    const told = async (): Promise<unknown[]> =>
      (await stranger.rpc<{ notifications: unknown[] }>('inbox.list', {})).notifications
    await until(async () => (await told()).length > 0, { what: 'the mention in the open channel', timeoutMs: 20_000 })
    tellsNothing(await told())
    const { channels } = await stranger.rpc<{ channels: { id: string; unread: number; mentions: number }[] }>(
      'discussion.channels',
      {},
    )
    tellsNothing(channels)
    expect(channels.find(({ id }) => id === open)).toMatchObject({ unread: 1, mentions: 1 })
    expect(channels.reduce((sum, { mentions }) => sum + mentions, 0)).toBe(1)
    tellsNothing(await stranger.rpc('discussion.flags', {}))
  })

  test('its files have no link for others and cannot be fetched', async () => {
    tellsNothing(await stranger.rpc('files.links', { files: [file] }))
    const headers = { authorization: `Bearer ${await cluster.token(eve)}` }
    const fetched = await fetch(`${cluster.url}/files/${file}`, { headers })
    expect(fetched.ok).toBe(false)
    tellsNothing(await fetched.text())
    expect(await owner.rpc<{ links: unknown[] }>('files.links', { files: [file] })).toMatchObject({
      links: [{ id: file }],
    })
  })

  test('the documents of the doors name no channel at all', async () => {
    for (const path of ['/api/openapi.json', '/api/asyncapi.json', '/metrics']) {
      tellsNothing(await (await fetch(cluster.url + path)).text())
    }
  })
})

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

test('who is put into a class later is in its channel soon, on another node too, and who is taken out hears nothing more', async () => {
  const [guru, siti] = [await person('Guru'), await person('Siti')]
  const teacher = await cluster.client(guru, { node: 'n1', role: 'teacher' })
  const student = await on(siti, 'n2')
  const { id } = await teacher.rpc<Posted>('people.class_create', { name: 'Physics', ...key() })
  const made = { name: 'Physics', kind: 'private', class: id, ...key() }
  const { id: channel } = await teacher.rpc<Posted>('discussion.create', made)
  expect(await errorOf(student.rpc('discussion.history', { channel }))).toMatchObject({ code: 404 })
  const isIn = async (): Promise<boolean> => {
    const { channels } = await student.rpc<{ channels: { id: string }[] }>('discussion.channels', {})
    return channels.some((one) => one.id === channel)
  }
  await teacher.rpc('people.enrol', { class: id, users: [siti], role: 'student', ...key() })
  await until(isIn, { what: 'the student to be in the channel', timeoutMs: 30_000 })
  await teacher.rpc('people.unenrol', { class: id, users: [siti], ...key() })
  await until(async () => !(await isIn()), { what: 'the student to be out of it', timeoutMs: 30_000 })
  expect(await errorOf(student.rpc('discussion.history', { channel }))).toMatchObject({ code: 404 })
}, 90_000)

describe('a crowd', () => {
  const size = limits.rosterShown + 40
  const channel = 'discussion:general'
  const wires: Wire[] = []
  const nodeOf = (one: Wire): string => one.heard[0]!['connect'].data.node as string
  const join = async (user: string): Promise<Wire> => {
    const one = await Wire.connected(cluster.port, await cluster.token(user))
    wires.push(one)
    await one.ask('subscribe', { channel, join_leave: one === wires[0] })
    return one
  }
  /** What is told of the crowd to one who asked for it. */
  const told = (watcher: Wire) => {
    const pushes = watcher.heard.flatMap(({ push }) => (push?.channel === channel ? [push] : []))
    const words = pushes.flatMap(({ pub }) =>
      pub ? [pub.data as { kind: string; clients: number; some: unknown[] }] : [],
    )
    return {
      singly: pushes.filter((push) => 'join' in push || 'leave' in push).length,
      counts: words.filter(({ kind }) => kind === 'present'),
      typing: words.filter(({ kind }) => kind === 'typing').length,
    }
  }
  afterAll(() => wires.forEach((one) => one.close()))

  test('is told as a number and a sample, its typing as a few; when a node dies, the number is right again', async () => {
    const begun = performance.now()
    const watcher = await join('watcher')
    for (let n = 1; n < size; n += 10) {
      await Promise.all(Array.from({ length: Math.min(10, size - n) }, (_, more) => join(`crowd${n + more}`)))
    }
    const number = (): number | undefined => told(watcher).counts.at(-1)?.clients
    await until(() => number() === size, { what: 'the crowd', timeoutMs: 20_000 })
    const seconds = Math.ceil((performance.now() - begun) / 1000) + 1
    const { singly, counts } = told(watcher)
    expect(singly).toBeLessThanOrEqual(limits.rosterChanges * seconds)
    expect(counts.length).toBeLessThanOrEqual(seconds)
    expect(counts.at(-1)!.some).toHaveLength(limits.crowdShown)
    const listed = (await watcher.ask('presence', { channel }))['presence'] as { presence: object }
    expect(Object.keys(listed.presence)).toHaveLength(limits.rosterShown)
    expect((await watcher.ask('presence_stats', { channel }))['presence_stats'].num_users).toBe(size)

    const typing = { method: 'discussion.typing', data: { channel: 'general' } }
    await Promise.all(wires.slice(1).map((one) => one.ask('rpc', typing)))
    await wires[1]!.ask('rpc', { method: 'discussion.post', data: { channel: 'general', text: 'after', ...key() } })
    await until(() => watcher.heard.some(({ push }) => push?.pub?.offset !== undefined), { what: 'the message' })
    expect(told(watcher).typing).toBeLessThanOrEqual(limits.speakers)
    expect(told(watcher).typing).toBeGreaterThan(0)

    const here = wires.filter((one) => nodeOf(one) === nodeOf(watcher)).length
    const dies = cluster.node(nodeOf(watcher) === 'n1' ? 'n2' : 'n1')
    await dies.kill()
    await until(async () => (await watcher.ask('presence_stats', { channel }))['presence_stats'].num_clients === here, {
      what: 'the dead to be gone',
      timeoutMs: 20_000,
    })
    await until(() => number() === here, { what: 'that to be told' })
    await dies.start()
  }, 90_000)
})
