import { afterAll, beforeAll, expect, test } from 'bun:test'
import { bench, who, type Bench } from './testing'

let at: Bench
beforeAll(async () => {
  at = await bench()
}, 60_000)
afterAll(() => at.stop())

const [ani, budi, citra] = [who('ani'), who('budi'), who('citra')]
const open = async (id: string, more: object = {}): Promise<string> => {
  const thread = { service: 'reports', id, title: `Report ${id}`, open: false, members: ['ani'], ...more }
  return (await at.perform('discussion.thread', thread)).channel
}
const note = (id: string): Promise<unknown> =>
  at.perform('discussion.note', {
    ...{ service: 'reports', id, kind: 'done', fields: { status: 'done' } },
    text: { en: 'Fixed.', id: 'Selesai.' },
  })

test('a thread is made once, however many ask for it at once, and asking again adds people', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, () => open('1')))
  expect(new Set(ids).size).toBe(1)
  expect(await at.refusal(at.call(budi, 'history', { channel: ids[0] }))).toBe('not_found')
  await open('1', { members: ['ani', 'budi'] })
  await at.call(budi, 'post', { channel: ids[0], text: 'I am here' })
  expect(at.told('inbox:budi')).toMatchObject([{ kind: 'invited', channel: ids[0] }])
  const listed = (await at.call(ani, 'channels')).channels.find(({ id }: { id: string }) => id === ids[0])
  expect(listed).toMatchObject({ kind: 'private', unread: 1, thread: { service: 'reports', id: '1' } })
})

test('what happened stands in the thread as an event line, and nobody has to read it', async () => {
  const channel = await open('2')
  await at.call(ani, 'post', { channel, text: 'the lamp is broken' })
  await note('2')
  const { messages } = await at.call(ani, 'history', { channel })
  expect(messages[1]).toMatchObject({ text: '', note: { kind: 'done', text: { id: 'Selesai.' }, fields: {} } })
  expect(at.told(`discussion:${channel}`).at(-1)).toMatchObject({ kind: 'noted', note: { kind: 'done' } })
  await at.call(ani, 'read', { channel, offset: 2 })
  const { channels } = await at.call(ani, 'channels')
  expect(channels.find(({ id }: { id: string }) => id === channel).unread).toBe(0)
  expect(await at.refusal(note('99'))).toBe('not_found')
})

test('who is taken out of a closed thread is cut off there and then; of an open one, only from the list', async () => {
  const change = { service: 'reports', remove: ['ani'], add: ['citra'] }
  const closed = await open('3')
  await at.perform('discussion.thread_members', { ...change, id: '3' })
  const left = at.events.find(({ topic, json }) => topic === `discussion:${closed}` && json.includes('"left"'))
  expect(left?.effects).toEqual({ revokes: ['ani'] })
  expect(await at.refusal(at.call(ani, 'history', { channel: closed }))).toBe('not_found')
  expect((await at.call(citra, 'history', { channel: closed })).messages).toEqual([])

  const opened = await open('4', { open: true })
  const isListed = async (): Promise<boolean> =>
    (await at.call(ani, 'channels')).channels.some(({ id }: { id: string }) => id === opened)
  expect(await isListed()).toBe(true)
  await at.perform('discussion.thread_members', { ...change, id: '4' })
  expect(await isListed()).toBe(false)
  expect((await at.call(ani, 'history', { channel: opened })).messages).toEqual([])
  expect(at.events.some(({ topic, effects }) => topic === `discussion:${opened}` && effects?.revokes)).toBe(false)
})

test('only services make threads and tell what happened', async () => {
  for (const name of ['thread', 'note', 'thread_members']) {
    expect(await at.refusal(at.call(ani, name, { service: 'reports', id: '1' }))).toBe('not_found')
  }
})
