import { expect, test } from 'bun:test'
import { serversOf } from './route'

test('one server is one server, whatever stands in its address', () => {
  const url = 'postgres://user:p%2Cw@host:5433/alun?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.crt'
  expect(serversOf(url)).toEqual([url])
})

test('several hosts become several addresses, each with its port, the user and all the rest', () => {
  expect(
    serversOf('postgres://u:p@one:5433,two,[::1]:5434/alun?target_session_attrs=read-write&sslmode=verify-full'),
  ).toEqual([
    'postgres://u:p@one:5433/alun?sslmode=verify-full',
    'postgres://u:p@two/alun?sslmode=verify-full',
    'postgres://u:p@[::1]:5434/alun?sslmode=verify-full',
  ])
})

test('sockets are told in the query', () => {
  expect(serversOf('postgres://u@localhost/alun?host=%2Frun%2Fone,%2Frun%2Ftwo')).toEqual([
    'postgres://u@localhost/alun?host=%2Frun%2Fone',
    'postgres://u@localhost/alun?host=%2Frun%2Ftwo',
  ])
  expect(serversOf('postgres:///alun?host=one,two&port=5433,5434')).toEqual([
    'postgres:///alun?host=one&port=5433',
    'postgres:///alun?host=two&port=5434',
  ])
  expect(() => serversOf('postgres:///alun?host=a,b,c&port=1,2')).toThrow('as many ports as hosts')
})
