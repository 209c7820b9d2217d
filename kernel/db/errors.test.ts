import { expect, test } from 'bun:test'
import { refuse } from '../../protocol/errors'
import { isDuplicate, isUnstorable, kindOf, type FailureKind } from './errors'

const sql = (code: string): Error => Object.assign(new Error('simulated'), { code })
const words = (message: string): Error => new Error(message)

const table: [what: string, error: unknown, kind: FailureKind][] = [
  ['a serialisation failure', sql('40001'), 'again'],
  ['a deadlock', sql('40P01'), 'again'],
  ['an administrator ending the connection', sql('57P01'), 'lost'],
  ['the crash of another backend', sql('57P02'), 'lost'],
  ['a database that starts', sql('57P03'), 'lost'],
  ['a time-out of the statement', sql('57014'), 'lost'],
  ['a write on a standby', sql('25006'), 'lost'],
  ['the question for the epoch on a standby', sql('55000'), 'lost'],
  ['no connection left', sql('53300'), 'lost'],
  ['a disk that is full', sql('53100'), 'lost'],
  ['a disk that cannot be written', sql('58030'), 'lost'],
  ['any connection exception', sql('08006'), 'lost'],
  ['a refused connection', sql('ECONNREFUSED'), 'lost'],
  ['a socket that is not there', sql('ENOENT'), 'lost'],
  ['a broken pipe', sql('EPIPE'), 'lost'],
  ['the driver losing the connection', words('Connection terminated unexpectedly'), 'lost'],
  ['the driver waiting for a connection', words('timeout exceeded when trying to connect'), 'lost'],
  ['the driver waiting for an answer', words('Query read timeout'), 'lost'],
  ['the driver after an error', words('Client has encountered a connection error and is not queryable'), 'lost'],
  ['our own word for it', refuse.unavailable(), 'lost'],
  ['a unique key', sql('23505'), 'fault'],
  ['a syntax error', sql('42601'), 'fault'],
  ['a division by zero', sql('22012'), 'fault'],
  ['a bug', new TypeError('undefined is not a function'), 'fault'],
  ['what is not even an error', 'oops', 'fault'],
  ['a refusal of a command', refuse.limited(10), 'fault'],
]

for (const [what, error, kind] of table) {
  test(`${what} means: ${kind}`, () => expect(kindOf(error)).toBe(kind))
}

test('a duplicate is known by its constraint', () => {
  const duplicate = Object.assign(sql('23505'), { constraint: 'things_pkey' })
  expect(isDuplicate(duplicate)).toBe(true)
  expect(isDuplicate(duplicate, 'things_pkey')).toBe(true)
  expect(isDuplicate(duplicate, 'others_pkey')).toBe(false)
  expect(isDuplicate(sql('23503'))).toBe(false)
  expect(isDuplicate(undefined)).toBe(false)
})

test('what the database has no place for is told from what is wrong with a statement', () => {
  const states = ['22021', '22P05', '22003', '22008', '22009', '22012', '42601', '23505']
  expect(states.filter((state) => isUnstorable(sql(state)))).toEqual(['22021', '22P05', '22003', '22008', '22009'])
  expect([undefined, null, 'x', words('out of range')].some(isUnstorable)).toBeFalse()
})
