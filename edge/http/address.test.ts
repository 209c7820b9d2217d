import { expect, test } from 'bun:test'
import type { Server } from 'bun'
import type { SocketData } from '../sockets'
import { addressReader } from './address'

/** What is read when a request comes from `direct` and says `forwarded`. */
function read(trusted: string[], direct: string, forwarded?: string): string {
  const headers = forwarded === undefined ? undefined : { 'x-forwarded-for': forwarded }
  const server = { requestIP: () => ({ address: direct, port: 1, family: 'IPv4' }) }
  return addressReader(trusted)(
    new Request('http://campus.test/', { headers }),
    server as unknown as Server<SocketData>,
  )
}

test('without proxies, X-Forwarded-For is what anybody may write', () => {
  expect(read([], '203.0.113.7', '1.2.3.4')).toBe('203.0.113.7')
})

test('from an address that is no proxy of ours, it is not believed either', () => {
  expect(read(['10.0.0.0/8'], '203.0.113.7', '1.2.3.4')).toBe('203.0.113.7')
})

test('a trusted proxy says who came to it', () => {
  expect(read(['10.0.0.0/8'], '10.1.2.3', '203.0.113.7')).toBe('203.0.113.7')
  expect(read(['10.1.2.3'], '10.1.2.3', '203.0.113.7')).toBe('203.0.113.7')
})

test('what the client itself wrote stands further left, and is not believed', () => {
  expect(read(['10.0.0.0/8'], '10.1.2.3', '1.2.3.4, 203.0.113.7')).toBe('203.0.113.7')
  expect(read(['10.0.0.0/8'], '10.1.2.3', '10.9.9.9, 203.0.113.7')).toBe('203.0.113.7')
})

test('a chain of trusted proxies is walked to its end', () => {
  expect(read(['10.0.0.0/8', '192.168.1.1'], '10.1.2.3', '1.2.3.4, 203.0.113.7, 192.168.1.1, 10.4.4.4')).toBe(
    '203.0.113.7',
  )
  expect(read(['10.0.0.0/8'], '10.1.2.3', '10.4.4.4')).toBe('10.4.4.4')
})

test('what is no address ends the walk: everything left of it came from outside', () => {
  expect(read(['10.0.0.0/8'], '10.1.2.3', '1.2.3.4, unknown, 10.4.4.4')).toBe('10.4.4.4')
  expect(read(['10.0.0.0/8'], '10.1.2.3', '1.2.3.4, nonsense')).toBe('10.1.2.3')
  expect(read(['10.0.0.0/8'], '10.1.2.3', '')).toBe('10.1.2.3')
})

test('addresses of both kinds, in every dress', () => {
  expect(read(['::1'], '::1', '2001:db8::7')).toBe('2001:db8::7')
  expect(read(['2001:db8::/32'], '2001:db8::1', '203.0.113.7')).toBe('203.0.113.7')
  expect(read(['10.0.0.0/8'], '::ffff:10.1.2.3', '::ffff:203.0.113.7')).toBe('203.0.113.7')
  expect(read(['10.0.0.0/8'], '10.1.2.3', '203.0.113.7:4711')).toBe('203.0.113.7')
  expect(read(['10.0.0.0/8'], '10.1.2.3', '[2001:db8::7]:4711')).toBe('2001:db8::7')
})

test('a proxy that is no address stops the start', () => {
  expect(() => addressReader(['proxy.campus.test'])).toThrow('proxy.campus.test is neither an address nor a range')
})
