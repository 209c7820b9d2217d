import { expect, test } from 'bun:test'
import { z } from 'zod'
import type { Method } from '../../kernel/service'
import { listsOf, queryInput } from './query'

const input = z.object({
  q: z.string().optional(),
  ids: z.array(z.string()).optional(),
  some: z.array(z.string()).default([]),
})
const read = (query: string): Record<string, unknown> =>
  queryInput(`http://campus.test/api/x?${query}`, listsOf({ input } as unknown as Method))

test('a list is its name over and over, also when it is one', () => {
  expect(read('ids=a&ids=b,c')).toEqual({ ids: ['a', 'b,c'] })
  expect(read('q=a&ids=b&some=')).toEqual({ q: 'a', ids: ['b'], some: [''] })
})

test('of what is no list the last counts, and no name is another thing than a name', () => {
  expect(read('q=a&q=b&__proto__=c')).toEqual({ q: 'b', ['__proto__']: 'c' })
})
