import { expect, test } from 'bun:test'
import type { Message } from '../../services/discussion/model'
import type { PendingPost } from './conversation'
import { daysOf } from './groups'

const local = (day: number, hour: number, minute: number): string => new Date(2026, 0, day, hour, minute).toISOString()
const message = (offset: number, author: string, at: string): Message => ({
  id: `general.${offset}`,
  offset,
  author: { id: author, name: author },
  text: `text ${offset}`,
  at,
  key: `k${offset}`,
})
const pending = (key: string, atMs: number): PendingPost => ({
  key,
  user: 'me',
  lane: 'discussion:general',
  name: 'discussion.post',
  input: { channel: 'general', text: key },
  atMs,
  place: atMs,
  state: 'waiting',
})
const me = { id: 'me', name: 'Me' }
const shape = (days: ReturnType<typeof daysOf>) =>
  days.map(({ groups }) => groups.map(({ author, messages }) => [author.id, ...messages.map(({ key }) => key)]))

test('messages that follow each other closely stand together, others and other days apart', () => {
  const days = daysOf(
    [
      message(1, 'sari', local(1, 9, 0)),
      message(2, 'sari', local(1, 9, 2)),
      message(3, 'budi', local(1, 9, 3)),
      message(4, 'sari', local(1, 9, 4)),
      message(5, 'sari', local(1, 9, 30)),
      message(6, 'sari', local(2, 9, 30)),
    ],
    [],
    me,
  )
  expect(shape(days)).toEqual([
    [
      ['sari', 'k1', 'k2'],
      ['budi', 'k3'],
      ['sari', 'k4'],
      ['sari', 'k5'],
    ],
    [['sari', 'k6']],
  ])
  expect(days.map(({ day }) => day)).toEqual(['2026-01-01', '2026-01-02'])
})

test('what is on its way comes last even when the device is behind, and joins my own last group', () => {
  const days = daysOf([message(1, 'me', local(1, 9, 0))], [pending('p', new Date(2026, 0, 1, 8, 0).getTime())], me)
  expect(shape(days)).toEqual([[['me', 'k1', 'p']]])
})

test('a group is cut where the unread begins', () => {
  const said = [1, 2, 3].map((offset) => message(offset, 'sari', local(1, 9, offset)))
  expect(shape(daysOf(said, [], me, 2))).toEqual([
    [
      ['sari', 'k1', 'k2'],
      ['sari', 'k3'],
    ],
  ])
})
