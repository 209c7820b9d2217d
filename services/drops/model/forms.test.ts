import { expect, test } from 'bun:test'
import type { z } from 'zod'
import { dropKinds } from '../model'
import { dropEvents } from '../schemas'
import { forms, said } from './forms'

test('what a checker expects of an event is what the schema demands, and not more', () => {
  for (const kind of dropKinds) {
    const fields = Object.entries(dropEvents[kind].shape as Record<string, z.ZodType>)
    const needed = fields.filter(([, field]) => !field.safeParse(undefined).success).map(([name]) => name)
    const known = Object.keys(forms[kind])
    expect([kind, known.filter((name) => !needed.includes(name))]).toEqual([kind, []])
    // Modes and waiting lists are judged by what they do.
    expect([kind, needed.filter((name) => !known.includes(name) && name !== 'waitlist')]).toEqual([kind, []])
  }
})

test('an event that misses something, or has something else in its place, is not read', () => {
  const counters = { stock: 1, free: 0, held: 0, sold: 1, waiting: 0 }
  const sold = { claim: 'c', who: 'w', quantity: 1, counters }
  expect(said('sold', sold)).toBe(sold as never)
  for (const bad of [null, 1, {}, { ...sold, quantity: '1' }, { ...sold, quantity: -1 }, { ...sold, counters: {} }]) {
    expect(said('sold', bad)).toBeUndefined()
  }
  expect(said('constructor', sold)).toBeUndefined()
})
