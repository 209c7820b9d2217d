import { expect, test } from 'bun:test'
import type { Message } from '../../services/discussion/model'
import type { PendingPost } from './conversation'
import { rowsOf, type Row } from './rows'

const me = { id: 'me', name: 'Me' }
const message = (offset: number, author: string, at: string, more: Partial<Message> = {}): Message => ({
  ...{ id: `general.${offset}`, offset, author: { id: author, name: author }, text: `text ${offset}`, at },
  ...more,
})
const pending = (atMs: number): PendingPost => ({
  ...{ key: 'k', user: 'me', lane: '', name: 'discussion.post', atMs, place: 1, state: 'waiting' },
  input: { channel: 'general', text: 'mine' },
})
/** `day+` before an author who is named on a new day, `new` where the unread begins. */
const say = ({ shown, first, day, isNew, isTop }: Row): string => {
  const text = shown.message?.note ? 'note' : shown.text
  return `${isTop ? '^' : ''}${day ? 'day ' : ''}${isNew ? 'new ' : ''}${first ? '+' : ''}${text}`
}
const said = (messages: Message[], waiting: PendingPost[] = [], newAfter?: number): string[] =>
  rowsOf(messages, waiting, { me, newAfter }).map(say)

test('an author is named where somebody else speaks, after a while, on another day, and with an answer', () => {
  const rows = said([
    message(1, 'ani', '2026-01-01T10:00:00Z'),
    message(2, 'ani', '2026-01-01T10:01:00Z'),
    message(3, 'ani', '2026-01-01T10:30:00Z'),
    message(4, 'budi', '2026-01-01T10:30:10Z'),
    message(5, 'budi', '2026-01-01T10:30:20Z', { replyTo: 'general.1' }),
    message(6, 'budi', '2026-01-03T10:30:20Z'),
  ])
  expect(rows).toEqual(['^day +text 1', 'text 2', '+text 3', '+text 4', '+text 5', 'day +text 6'])
})

test('what is on its way comes last even when the device is behind', () => {
  const rows = said([message(1, 'me', '2026-01-01T10:00:00Z')], [pending(Date.parse('2025-12-31T10:00:00Z'))])
  expect(rows).toEqual(['^day +text 1', 'mine'])
})

test('the line before what is new stands before the first message of somebody else, and once', () => {
  const messages = [
    message(1, 'ani', '2026-01-01T10:00:00Z'),
    message(2, 'me', '2026-01-01T10:00:05Z'),
    message(3, 'ani', '2026-01-01T10:00:10Z'),
    message(4, 'ani', '2026-01-01T10:00:11Z'),
  ]
  expect(said(messages, [], 1)).toEqual(['^day +text 1', '+text 2', 'new +text 3', 'text 4'])
  expect(said(messages, [], 4).join()).not.toContain('new')
})

test('what happened stands on its own', () => {
  const note = { kind: 'done', text: { en: 'Fixed', id: 'Selesai' } }
  const messages = [
    message(1, 'ani', '2026-01-01T10:00:00Z'),
    message(2, 'ani', '2026-01-01T10:00:05Z', { note, text: '' }),
    message(3, 'ani', '2026-01-01T10:00:10Z'),
  ]
  expect(said(messages)).toEqual(['^day +text 1', 'note', '+text 3'])
})
