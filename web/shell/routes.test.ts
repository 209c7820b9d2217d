import { expect, test } from 'bun:test'
import { paths, routeOf } from './routes'

const route = (address: string): unknown => routeOf(new URL(address, 'http://campus.example'))

test('each address leads to its page, with or without a slash at the end', () => {
  expect(route('/')).toEqual({ page: 'home' })
  expect(route('/trust/')).toEqual({ page: 'trust' })
  expect(route('/c/general')).toEqual({ page: 'channel', channel: 'general' })
  expect(route('/setup?token=abc')).toEqual({ page: 'setup', token: 'abc' })
  expect(route('/setup')).toEqual({ page: 'setup', token: '' })
})

test('what is no address of ours is missing, and says which', () => {
  expect(route('/nowhere')).toEqual({ page: 'missing', path: '/nowhere' })
  expect(route('/c/a/b')).toEqual({ page: 'missing', path: '/c/a/b' })
  expect(route('/c/%E0%A4%A')).toEqual({ page: 'missing', path: '/c/%E0%A4%A' })
})

test('the address of a channel leads back to it', () => {
  for (const id of ['general', '0198c0de-0000-7000-8000-000000000000', 'a b/c?d']) {
    expect(route(paths.channel(id))).toEqual({ page: 'channel', channel: id })
  }
})
