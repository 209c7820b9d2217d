import { expect, test } from 'bun:test'
import { apply, type ChannelState } from './model'

const empty: ChannelState = { messages: [] }
const posted = (offset: number, text: string) => ({
  kind: 'posted',
  at: '2026-01-01T00:00:00.000Z',
  offset,
  topic: 'discussion:general',
  data: { author: { id: 'u1', name: 'Budi' }, text, key: `k${offset}` },
})

test('the fold adds what was posted, in order, under the id of its place', () => {
  const state = [posted(1, 'one'), posted(2, 'two')].reduce(apply, empty)
  expect(state.messages.map(({ id, text }) => [id, text])).toEqual([
    ['general.1', 'one'],
    ['general.2', 'two'],
  ])
})

test('the fold leaves its input as it was', () => {
  const before = apply(empty, posted(1, 'one'))
  apply(before, posted(2, 'two'))
  expect(before.messages).toHaveLength(1)
})

test('kinds and shapes that a newer server may send change nothing', () => {
  const strange = { ...posted(1, 'one'), kind: 'sung' }
  const broken = { ...posted(1, 'one'), data: { text: 7 } }
  expect(apply(empty, strange)).toBe(empty)
  expect(apply(empty, broken)).toBe(empty)
})
