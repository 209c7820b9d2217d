import { expect, test } from 'bun:test'
import { paths } from '../discussion/paths'
import { match } from './match'

const pages = [{ path: '/' }, { path: '/trust' }, { path: '/c' }, { path: '/c/:channel' }, { path: '/a/:one/b/:two' }]
const found = (pathname: string): unknown => {
  const fit = match(pages, pathname)
  return fit && [fit.page.path, fit.params]
}

test('each address leads to its page, with or without a slash at the end', () => {
  expect(found('/')).toEqual(['/', {}])
  expect(found('/trust/')).toEqual(['/trust', {}])
  expect(found('/c')).toEqual(['/c', {}])
  expect(found('/c/general')).toEqual(['/c/:channel', { channel: 'general' }])
  expect(found('/a/1/b/2')).toEqual(['/a/:one/b/:two', { one: '1', two: '2' }])
})

test('what is no address of ours fits nothing', () => {
  for (const address of ['/nowhere', '/c/a/b', '/c/%E0%A4%A', '/a//b/2']) expect(found(address)).toBeUndefined()
})

test('the first pattern that fits wins', () => {
  const both = [{ path: '/c/new' }, { path: '/c/:channel' }]
  expect(match(both, '/c/new')?.page.path).toBe('/c/new')
})

test('the address of a channel leads back to it', () => {
  for (const id of ['general', '0198c0de-0000-7000-8000-000000000000', 'a b/c?d']) {
    expect(found(paths.channel(id))).toEqual(['/c/:channel', { channel: id }])
  }
})
