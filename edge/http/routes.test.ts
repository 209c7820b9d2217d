import { expect, test } from 'bun:test'
import type { WebRoute } from '../../protocol/web'
import { Routes } from './routes'

const route = (method: WebRoute['method'], path: string): WebRoute => ({ method, path, run: async () => ({}) })
const routes = new Routes([
  route('GET', '/files/:id'),
  route('PUT', '/files/:id'),
  route('GET', '/files/mine'),
  route('GET', '/open/v2/*'),
])
const at = (path: string): [string, Record<string, string>][] =>
  routes.at(path).map(({ route: { method, path: pattern }, params }) => [`${method} ${pattern}`, params])

test('a path finds every method that it has, with its named parts', () => {
  expect(at('/files/a%20b')).toEqual([
    ['GET /files/:id', { id: 'a b' }],
    ['PUT /files/:id', { id: 'a b' }],
  ])
  expect(at('/files/a/b')).toEqual([])
  expect(at('/files')).toEqual([])
})

test('a fixed part wins over a named one', () => {
  expect(at('/files/mine')[0]).toEqual(['GET /files/mine', {}])
})

test('a star takes what follows, as it came', () => {
  expect(at('/open/v2/requests/7.json')).toEqual([['GET /open/v2/*', { rest: 'requests/7.json' }]])
  expect(at('/open/v2')).toEqual([])
})

test('what cannot be decoded is no path of ours', () => {
  expect(at('/files/%zz')).toEqual([])
})

test('two routes that are the same stop the start', () => {
  expect(() => new Routes([route('GET', '/a/:x'), route('GET', '/a/:y')])).toThrow('two routes are GET /a/:')
})
