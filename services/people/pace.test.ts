import { expect, test } from 'bun:test'
import { neighbourhood } from './pace'

test('an IPv4 address stands for itself, however it is dressed', () => {
  for (const address of ['203.0.113.7', '::ffff:203.0.113.7', '::FFFF:203.0.113.7', '0:0:0:0:0:ffff:203.0.113.7']) {
    expect(neighbourhood(address)).toBe('203.0.113.7')
  }
})

test('an IPv6 address stands for its /64, however it is written', () => {
  for (const address of ['2001:db8:1:2:3:4:5:6', '2001:0DB8:0001:0002::9', '2001:db8:1:2::', '2001:db8:1:2::1%eth0']) {
    expect(neighbourhood(address)).toBe('2001:db8:1:2')
  }
  expect(neighbourhood('2001:db8::1')).toBe('2001:db8:0:0')
  expect(neighbourhood('2001:db8:0:0:1::')).toBe('2001:db8:0:0')
  expect(neighbourhood('::1')).toBe('0:0:0:0')
  expect(neighbourhood('2001:db8:1:3::1')).not.toBe(neighbourhood('2001:db8:1:2::1'))
})
