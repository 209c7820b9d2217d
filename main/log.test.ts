import { expect, test } from 'bun:test'
import { describe } from './log'

class Closing {
  constructor(readonly password = 'secret') {}
}
const itself: Record<string, unknown> = {}
itself['cause'] = itself

const failures: [what: string, thrown: unknown, said: string][] = [
  ['an error', new TypeError('no such table'), 'no such table'],
  ['what only looks like an error', { message: 'connection lost', queue: 'mail' }, 'connection lost'],
  ['a message that is an error itself', { message: new Error('inside') }, 'inside'],
  [
    'many in one that says nothing',
    new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')]),
    '::1 refused; 127.0.0.1 refused',
  ],
  ['an event that brings the error along', { type: 'error', error: new Error('broken pipe') }, 'broken pipe'],
  ['a cause', Object.assign(new Error(), { cause: new Error('disk full') }), 'disk full'],
  ['something that says nothing, with what may be a secret', new Closing(), 'Closing with the fields password'],
  ['an empty object', {}, 'Object with the fields (none)'],
  ['an object without a prototype', Object.assign(Object.create(null), { at: 1 }), 'object with the fields at'],
  ['a text', 'out of memory', 'out of memory'],
  ['nothing', undefined, 'undefined'],
  ['null', null, 'null'],
  ['what holds itself', itself, 'Object with the fields cause'],
]

test.each(failures)('%s is told in words', (_what, thrown, said) => {
  expect(describe(thrown)['error']).toBe(said)
})

test('the code of an error and where it was thrown stand beside it', () => {
  const error = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
  expect(describe(error)).toEqual({ error: 'refused', code: 'ECONNREFUSED', stack: error.stack })
})
