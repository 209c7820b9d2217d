/** The Socket.IO door on two nodes, with the official `socket.io-client`: WordAround's words, on the topics of everybody. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { io, type Socket } from 'socket.io-client'
import { testCluster, type TestCluster } from '../testing/cluster'
import { Reader } from '../testing/people'
import { until } from '../testing/until'

let cluster: TestCluster
const sockets: Socket[] = []

beforeAll(async () => {
  cluster = await testCluster({ nodes: 2 })
}, 60_000)

afterAll(async () => {
  for (const socket of sockets) socket.disconnect()
  await cluster.stop()
})

interface Message {
  id: string
  room: string
  text: string
  offset: number
  user: { id: string; name: string }
  client_id?: string
}

interface Info {
  node: string
  version: string
  user: { id: string; name: string; role: string }
  session?: string
}

type Answer = Record<string, unknown> & { ok: boolean; offset: number; epoch: string }

/** One client and what it hears. */
class Chatter {
  readonly messages: Message[] = []
  readonly histories: { room: string; messages: Message[]; offset: number }[] = []
  readonly errors: Record<string, unknown>[] = []
  readonly heard: unknown[][] = []
  users: { id: string; name: string }[] = []
  info!: Info

  private constructor(readonly socket: Socket) {
    socket.on('message', (message: Message) => this.messages.push(message))
    socket.on('message_history', (history: Chatter['histories'][0]) => this.histories.push(history))
    socket.on('user_list', ({ users }: { users: Chatter['users'] }) => (this.users = users))
    socket.on('error', (error: Record<string, unknown>) => this.errors.push(error))
    socket.on('server_info', (info: Info) => (this.info = info))
    socket.onAny((...said: unknown[]) => this.heard.push(said))
  }

  /** @param node if it matters which one */
  static async enter(auth: object, node?: string): Promise<Chatter> {
    for (;;) {
      const socket = dial(auth)
      const chatter = new Chatter(socket)
      await until(() => chatter.info, { what: 'server_info' })
      if (node === undefined || chatter.info.node === node) return chatter
      socket.disconnect()
    }
  }

  async ask(event: string, input: unknown): Promise<Answer> {
    return (await this.socket.timeout(10_000).emitWithAck(event, input)) as Answer
  }

  get names(): string[] {
    return this.users.map(({ name }) => name).toSorted()
  }
}

function dial(auth: object): Socket {
  const socket = io(cluster.url, { transports: ['websocket'], auth, forceNew: true, reconnectionDelay: 20 })
  sockets.push(socket)
  return socket
}

const refusedWith = (auth: object): Promise<Error & { data?: object }> =>
  new Promise((resolve) => dial(auth).once('connect_error', resolve))

test('two people in one room, on two nodes, and one more at the other door: all hear the same, once and in order', async () => {
  const ani = await Chatter.enter({ token: await cluster.token('ani') }, 'n1')
  const budi = await Chatter.enter({ name: 'Budi' }, 'n2')
  expect(ani.info).toMatchObject({ node: 'n1', version: expect.any(String) as string, user: { id: 'ani' } })
  expect(budi.info.user).toMatchObject({ name: 'Budi', role: 'guest' })
  const reader = await Reader.follow(cluster, 'citra', 'discussion:general')

  expect(await ani.ask('join', { room: 'general' })).toMatchObject({ ok: true, room: 'general', recovered: false })
  budi.socket.emit('join', { room: 'general' })
  await until(() => budi.histories.length === 1, { what: 'the history' })
  // Who came in at the other door is one of them.
  await until(() => ani.names.join() === 'Budi,ani,citra' && budi.names.join() === ani.names.join(), {
    what: 'the roster',
  })

  for (let nth = 1; nth <= 20; nth++) {
    const who = nth % 2 ? ani : budi
    expect(await who.ask('send_message', { room: 'general', text: `word ${nth}`, client_id: `w${nth}` })).toMatchObject(
      {
        ...{ ok: true, offset: expect.any(Number) as number, client_id: `w${nth}` },
      },
    )
  }
  const texts = Array.from({ length: 20 }, (_, index) => `word ${index + 1}`)
  for (const { messages } of [ani, budi]) {
    await until(() => messages.length >= 20 && reader.seen.length >= 20, { what: 'all messages' })
    expect(messages.map(({ text }) => text)).toEqual(texts)
    expect(messages.map(({ offset }) => offset)).toEqual(reader.seen.slice(-20).map(({ offset }) => offset))
  }
  expect(ani.messages[1]).toMatchObject({ room: 'general', user: budi.info.user.id ? { name: 'Budi' } : {} })

  const again = await ani.ask('send_message', { room: 'general', text: 'word 1', client_id: 'w1' })
  expect(again).toMatchObject({ ok: true, offset: ani.messages[0]!.offset })
  budi.socket.disconnect()
  await until(() => ani.names.join() === 'ani,citra', { what: 'that Budi left' })
  expect(ani.messages).toHaveLength(20)
}, 30_000)

test('who comes back to another node gets what was missed, and nothing twice', async () => {
  const dewi = await Chatter.enter({ name: 'Dewi' }, 'n1')
  const { offset, epoch } = await dewi.ask('join', { room: 'general' })
  const eka = await Chatter.enter({ token: await cluster.token('eka') })
  dewi.socket.disconnect()
  for (const text of ['one', 'two', 'three']) await eka.ask('send_message', { room: 'general', text })

  const back = await Chatter.enter({ session: dewi.info.session }, 'n2')
  expect(back.info.user.id).toBe(dewi.info.user.id)
  expect(await back.ask('join', { room: 'general', offset, epoch })).toMatchObject({ ok: true, recovered: true })
  expect(back.messages.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
  expect(back.histories).toEqual([])
  await eka.ask('send_message', { room: 'general', text: 'four' })
  await until(() => back.messages.length === 4, { what: 'the live one' })

  // Another life of the topic: nothing can be given back, so the history is.
  expect(await back.ask('join', { room: 'general', offset, epoch: 'gone' })).toMatchObject({ recovered: false })
  expect(back.histories).toHaveLength(1)
  expect(back.histories[0]!.messages.slice(-4).map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four'])
}, 30_000)

test('a client whose node drains is answered, comes back by itself and goes on', async () => {
  const fajar = await Chatter.enter({ token: await cluster.token('fajar') }, 'n1')
  fajar.socket.on('server_info', () => fajar.socket.emit('join', { room: 'general', limit: 0 }))
  await fajar.ask('join', { room: 'general', limit: 0 })
  const drained = cluster.node('n1').drain()
  await until(() => fajar.info.node === 'n2', { what: 'the other node' })
  await drained
  await cluster.node('n1').start()
  const sent = await fajar.ask('send_message', { room: 'general', text: 'still here' })
  await until(() => fajar.messages.some(({ offset }) => offset === sent.offset), { what: 'own message' })
}, 30_000)

test('who shows nothing, or what is not good, is not let in, and is told why', async () => {
  expect((await refusedWith({})).message).toStartWith('unauthenticated: ')
  const bad = await refusedWith({ token: 'nonsense' })
  expect([bad.message, bad.data]).toEqual([expect.stringContaining('not valid') as string, { code: 'unauthenticated' }])
  expect((await refusedWith({ token: await cluster.token('late', 'student', -5) })).message).toContain('expired')
  expect((await refusedWith({ name: '' })).message).toStartWith('invalid: ')
})

test('mistakes are told in the acknowledgement, or as an event, and the next word works', async () => {
  const gita = await Chatter.enter({ token: await cluster.token('gita') })
  await cluster.call('owner', 'discussion.create', { name: 'Closed', kind: 'private', key: 'closed' })
  const list = (await (await cluster.call('owner', 'discussion.channels', {})).json()) as {
    channels: { id: string; name: string }[]
  }
  const closed = list.channels.find(({ name }) => name === 'Closed')!.id
  const wrongs: [string, unknown, string][] = [
    ['join', { room: 'nowhere' }, 'not_found'],
    ['join', { room: closed }, 'not_found'],
    ['send_message', { room: closed, text: 'x' }, 'not_found'],
    ['join', undefined, 'invalid'],
    ['join', { room: 7 }, 'invalid'],
    ['send_message', { room: 'general' }, 'invalid'],
    ['send_message', { room: 'general', text: 'x'.repeat(70_000) }, 'invalid'],
    ['toString', {}, 'not_found'],
    ['shout', {}, 'not_found'],
  ]
  for (const [event, input, code] of wrongs) {
    expect([event, await gita.ask(event, input)]).toEqual([event, expect.objectContaining({ ok: false, code })])
    gita.socket.emit(event, input)
  }
  await until(() => gita.errors.length === wrongs.length, { what: 'the same as events' })
  // Some are noticed sooner than others.
  const told = (code: unknown, event: unknown): string => `${String(event)} ${String(code)}`
  expect(gita.errors.map(({ code, event }) => told(code, event)).toSorted()).toEqual(
    wrongs.map(([event, , code]) => told(code, event)).toSorted(),
  )
  expect(await gita.ask('send_message', { room: 'general', text: 'fine' })).toMatchObject({ ok: true })
})

interface Closed {
  room: string
  /** Where a member stood before the last of its messages. */
  from: { offset: number; epoch: string }
}

/** A private channel with one message in it, `inside` among its members. */
async function closedRoom(owner: string, inside: string): Promise<Closed> {
  const ask = async (name: string, input: object): Promise<Answer> =>
    (await (await cluster.call(owner, name, { key: crypto.randomUUID(), ...input })).json()) as Answer
  const room = (await ask('discussion.create', { name: 'Zzroom', kind: 'private' }))['id'] as string
  await ask('discussion.invite', { channel: room, user: inside })
  await ask('discussion.post', { channel: room, text: 'zzword of the owner' })
  const { position } = (await ask('discussion.history', { channel: room })) as unknown as { position: Closed['from'] }
  return { room, from: { offset: position.offset - 1, epoch: position.epoch } }
}

test('a private room is not there for who is not in it: every word is answered as if there were none, and none is heard', async () => {
  const { room, from } = await closedRoom('hana', 'indra')
  const [hana, outsider] = [
    await Chatter.enter({ token: await cluster.token('hana') }, 'n1'),
    await Chatter.enter({ name: 'Joko' }, 'n2'),
  ]
  const words: [string, object][] = [
    ['join', {}],
    ['join', { limit: 100 }],
    // As one who was there and comes back would.
    ['join', { ...from }],
    ['join', { offset: 0, epoch: '' }],
    ['send_message', { text: 'let me in', client_id: 'once' }],
    ['typing', {}],
    ['leave', {}],
  ]
  const answers = async (to: string): Promise<string[]> => {
    const told = []
    for (const [event, input] of words) told.push(await outsider.ask(event, { ...input, room: to }))
    return told.map((answer) => JSON.stringify(answer).replaceAll(to, 'it'))
  }
  expect(await answers(room)).toEqual(await answers(crypto.randomUUID()))
  // Members come and talk: who stands before the door hears nothing of it.
  expect(await hana.ask('join', { room })).toMatchObject({ ok: true })
  const sent = await hana.ask('send_message', { room, text: 'zzword of Hana' })
  await until(() => hana.messages.some(({ offset }) => offset === sent.offset), { what: 'her own message' })
  await until(() => hana.names.length === 1, { what: 'the roster' })
  expect(hana.names).toEqual(['hana'])
  await outsider.ask('send_message', { room: 'general', text: 'still here' })
  const everything = JSON.stringify(outsider.heard)
  for (const secret of [room, 'zzword', 'Zzroom', 'hana']) expect(everything).not.toContain(secret)
})

test('who is taken out of a private room hears nothing that is said later, also not by coming back to where they stood', async () => {
  const { room } = await closedRoom('hana', 'indra')
  const [hana, indra] = await Promise.all(
    ['hana', 'indra'].map(async (user, nth) =>
      Chatter.enter({ token: await cluster.token(user) }, nth === 0 ? 'n1' : 'n2'),
    ),
  )
  await hana!.ask('join', { room })
  const { offset, epoch } = await indra!.ask('join', { room })
  await hana!.ask('send_message', { room, text: 'while you are here' })
  await until(() => indra!.messages.length === 1, { what: 'what is said while being in' })
  let isBack = false
  indra!.socket.once('server_info', () => (isBack = true))
  await cluster.call('hana', 'discussion.expel', { channel: room, user: 'indra', key: crypto.randomUUID() })
  await hana!.ask('send_message', { room, text: 'zzlater' })
  // The door ends what they had; the library comes back by itself.
  await until(() => isBack, { what: 'coming back' })
  for (const input of [{ room }, { room, offset, epoch }]) {
    expect(await indra!.ask('join', input)).toMatchObject({ ok: false, code: 'not_found' })
  }
  expect(JSON.stringify(indra!.heard)).not.toContain('zzlater')
}, 30_000)

test('what is no WebSocket, or another version, is refused in the words of the protocol', async () => {
  const ask = async (query: string): Promise<unknown[]> => {
    const response = await fetch(`${cluster.url}/socket.io/?${query}`)
    return [response.status, ((await response.json()) as { code: unknown }).code]
  }
  expect(await ask('EIO=4&transport=polling')).toEqual([400, 0])
  expect(await ask('EIO=3&transport=websocket')).toEqual([400, 5])
  expect(await ask('EIO=4&transport=websocket')).toEqual([426, 'invalid'])
})
