import { expect, test } from 'bun:test'
import type { TopicEvent } from '../../client/topic'
import type { Channel } from '../../services/discussion/model'
import { levelOf, withEvent, withLevel, withList, withRead } from './channels'

const channel = (change: Partial<Channel> = {}): Channel => ({
  id: 'general',
  name: 'General',
  kind: 'public',
  head: 10,
  read: 8,
  unread: 2,
  mentions: 0,
  ...change,
})
const event = (offset: number, actor = 'sari', kind = 'posted'): TopicEvent => ({
  topic: 'discussion:general',
  offset,
  kind,
  at: '2026-01-01T00:00:00.000Z',
  actor,
  node: 'n1',
  data: { kind, at: '', actor, node: 'n1' },
})

test('a message by somebody else is unread, one of my own or somebody joining is not', () => {
  expect(withEvent([channel()], 'general', event(11), 'me')).toEqual([channel({ head: 11, unread: 3 })])
  expect(withEvent([channel()], 'general', event(11, 'me'), 'me')).toEqual([channel({ head: 11 })])
  expect(withEvent([channel()], 'general', event(11, 'sari', 'joined'), 'me')).toEqual([channel({ head: 11 })])
})

test('an event that was counted already changes nothing', () => {
  expect(withEvent([channel()], 'general', event(10), 'me')).toEqual([channel()])
})

test('reading to the end clears the badge, and the cursor never goes back', () => {
  expect(withRead([channel()], 'general', 10)).toEqual([channel({ read: 10, unread: 0 })])
  expect(withRead([channel()], 'general', 9)).toEqual([channel({ read: 9 })])
  expect(withRead([channel()], 'general', 3)).toEqual([channel()])
})

test('a list from the server does not undo what was heard since it was asked for', () => {
  const heard = [channel({ head: 11, unread: 3 })]
  expect(withList(heard, [channel()])).toEqual(heard)
  const read = [channel({ read: 10, unread: 0 })]
  expect(withList(read, [channel()])).toEqual(read)
  expect(withList([channel()], [channel({ head: 12, unread: 4 })])).toEqual([channel({ head: 12, unread: 4 })])
  expect(withList([channel()], [])).toEqual([])
})

test('what one is told of a channel is said of that one alone, and the usual is no word at all', () => {
  const quiet = withLevel([channel(), channel({ id: 'other' })], 'general', 'none')
  expect(quiet).toEqual([channel({ level: 'none' }), channel({ id: 'other' })])
  expect([levelOf(quiet, 'general'), levelOf(quiet, 'other')]).toEqual(['none', 'usual'])
  expect(withLevel(quiet, 'general', 'usual')).toEqual([channel(), channel({ id: 'other' })])
})
