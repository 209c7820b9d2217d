import { expect, test } from 'bun:test'
import { until } from '../prove/testing/until'
import { Caller } from './call'
import { CallError } from './errors'
import { Outbox, type OutboxItem, type OutboxOptions, type OutboxStorage } from './outbox'

class Shelf implements OutboxStorage {
  readonly stored = new Map<string, OutboxItem>()
  load(user: string): Promise<OutboxItem[]> {
    return Promise.resolve([...this.stored.values()].filter((item) => item.user === user))
  }
  put(item: OutboxItem): Promise<void> {
    this.stored.set(item.key, structuredClone(item))
    return Promise.resolve()
  }
  remove(key: string): Promise<void> {
    this.stored.delete(key)
    return Promise.resolve()
  }
}

type Command = OutboxOptions['caller']['command']
interface Sent {
  key: string
  text: string
  answer: (error?: CallError) => void
}

/** A server that answers when the test says so. */
function server(): { sent: Sent[]; caller: OutboxOptions['caller'] } {
  const sent: Sent[] = []
  const command = ((_name: string, input: { text: string }, { key, signal }: { key: string; signal: AbortSignal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
      sent.push({
        key,
        text: input.text,
        answer: (error) => (error ? reject(error) : resolve({ offset: sent.length })),
      })
    })) as unknown as Command
  return { sent, caller: { command } }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const texts = (sent: readonly Sent[]): string[] => sent.map(({ text }) => text)
const say = (outbox: Outbox, text: string, lane = 'general'): string =>
  outbox.add(lane, 'discussion.post', { channel: lane, text })

test('items of a lane are sent one after the other, each once the one before it is answered', async () => {
  const { sent, caller } = server()
  const outbox = new Outbox({ caller, storage: new Shelf(), user: 'u' })
  for (const text of ['one', 'two', 'three']) say(outbox, text)
  say(outbox, 'elsewhere', 'other')
  await turn()
  expect(texts(sent)).toEqual(['one', 'elsewhere'])
  sent[0]!.answer()
  await turn()
  expect(texts(sent)).toEqual(['one', 'elsewhere', 'two'])
})

test('what was not answered before a reload is sent after it, in order, with the same keys', async () => {
  const storage = new Shelf()
  const before = server()
  const first = new Outbox({ caller: before.caller, storage, user: 'u', nowMs: () => 1000 })
  const keys = ['one', 'two', 'three'].map((text) => say(first, text))
  await turn()
  before.sent[0]!.answer()
  await turn()
  first.stop()
  await turn()

  const after = server()
  const second = new Outbox({ caller: after.caller, storage, user: 'u', nowMs: () => 2000 })
  await second.start()
  say(second, 'four')
  for (let index = 0; index < 3; index++) {
    await turn()
    after.sent[index]!.answer()
  }
  await turn()
  expect(texts(after.sent)).toEqual(['two', 'three', 'four'])
  expect(after.sent.slice(0, 2).map(({ key }) => key)).toEqual(keys.slice(1))
  expect(storage.stored.size).toBe(0)
})

test('what another person left on the device stays unsent', async () => {
  const storage = new Shelf()
  const first = new Outbox({ caller: server().caller, storage, user: 'sari' })
  say(first, 'private')
  await turn()
  const { sent, caller } = server()
  await new Outbox({ caller, storage, user: 'budi' }).start()
  await turn()
  expect(sent).toHaveLength(0)
})

test('a refused item keeps its reason, does not stop those behind it, and can be sent again or forgotten', async () => {
  const { sent, caller } = server()
  const storage = new Shelf()
  const outbox = new Outbox({ caller, storage, user: 'u' })
  const key = say(outbox, 'too long')
  say(outbox, 'fine')
  await turn()
  sent[0]!.answer(new CallError('invalid', 'text: at most 8000 characters'))
  await turn()
  expect(texts(sent)).toEqual(['too long', 'fine'])
  const refused = outbox.items.get().find((item) => item.key === key)!
  expect(refused).toMatchObject({ state: 'refused', refusal: { sentence: 'text: at most 8000 characters' } })
  sent[1]!.answer()
  outbox.retry(key)
  await turn()
  expect(sent[2]!.key).toBe(key)
  sent[2]!.answer(new CallError('invalid'))
  await turn()
  outbox.forget([key])
  expect(outbox.items.get().map(({ key: left }) => left)).not.toContain(key)
  await turn()
  expect(storage.stored.size).toBe(0)
})

test('a sent item stays on the screen until the stream has shown it, but is not stored any more', async () => {
  const { sent, caller } = server()
  const storage = new Shelf()
  const outbox = new Outbox({ caller, storage, user: 'u' })
  const key = say(outbox, 'hello')
  await turn()
  sent[0]!.answer()
  await turn()
  expect(outbox.items.get()).toMatchObject([{ key, state: 'sent', answer: { offset: 1 } }])
  expect(storage.stored.size).toBe(0)
  outbox.forget([key])
  expect(outbox.items.get()).toEqual([])
})

test('any command is asked again under its key while its outcome is unknown, before and after a reload, and done once', async () => {
  const storage = new Shelf()
  const done = new Map<string, unknown>()
  const asked: string[] = []
  /** Does what it is asked, but the first answer to each key is lost on the way. */
  const rpc = async (method: string, data: unknown): Promise<{ data: unknown }> => {
    const { key, ...input } = data as { key: string }
    const isFirst = !asked.includes(key)
    asked.push(key)
    done.set(key, { method, input })
    await turn()
    if (isFirst) return Promise.reject({ code: 1, message: 'timeout' })
    return { data: {} }
  }
  const line = { sdk: { rpc }, connected: () => Promise.resolve(true) }
  const before = new Outbox({ caller: new Caller(line), storage, user: 'u', nowMs: () => 1000 })
  const key = before.add('reports', 'inbox.read', { ids: ['a'] })
  await until(() => asked.length > 0, { what: 'the first attempt' })
  before.stop()
  const after = new Outbox({ caller: new Caller(line), storage, user: 'u', nowMs: () => 2000 })
  await after.start()
  const later = after.add('reports', 'discussion.create', { name: 'Lift', kind: 'public' })
  await until(() => after.items.get().every(({ state }) => state === 'sent'), { what: 'both to be sent' })
  expect([...done]).toEqual([
    [key, { method: 'inbox.read', input: { ids: ['a'] } }],
    [later, { method: 'discussion.create', input: { name: 'Lift', kind: 'public' } }],
  ])
  expect(asked.filter((one) => one === key).length).toBeGreaterThan(1)
  expect(asked.lastIndexOf(key)).toBeLessThan(asked.indexOf(later))
  expect(storage.stored.size).toBe(0)
})

test('a device without storage still sends', async () => {
  const { sent, caller } = server()
  const broken = () => Promise.reject(new Error('no storage'))
  const outbox = new Outbox({ caller, storage: { load: broken, put: broken, remove: broken }, user: 'u' })
  await outbox.start()
  say(outbox, 'hello')
  await turn()
  expect(texts(sent)).toEqual(['hello'])
})
