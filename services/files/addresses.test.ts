import { expect, test } from 'bun:test'
import { signed, verify } from './addresses'

const secret = 'a secret'
const hour = 3600_000
const now = Date.UTC(2026, 10, 21, 8, 30)
const address = { file: '01a1fd1d-e64f-746d-8db9-a5b2430f2418', variant: 'full' } as const
const check = (path: string, at: number, change = {}): void =>
  verify(secret, { ...address, ...change }, new URL(path, 'http://x'), at)

test('an address is good for six hours at least and twelve at most, and the same for who asks again soon', () => {
  for (let minute = 0; minute < 360; minute += 7) {
    const at = now + minute * 60_000
    const path = signed(secret, address, at)
    check(path, at + 6 * hour)
    expect(() => check(path, at + 12 * hour + 1)).toThrow('not valid any more')
  }
  expect(signed(secret, address, now)).toBe(signed(secret, address, now + hour))
})

test('it is for one variant of one file, and of this installation', () => {
  const path = signed(secret, address, now)
  check(path, now)
  expect(() => check(path, now, { variant: 'thumb' })).toThrow()
  expect(() => check(path, now, { file: address.file.replace('8', '9') })).toThrow()
  expect(() => check(signed('another', address, now), now)).toThrow()
  expect(() => check(path.replace(/exp=\d+/, 'exp=99999999999'), now)).toThrow()
  for (const query of ['', '?exp=&sig=', '?exp=NaN&sig=AAAA', '?sig=x'])
    expect(() => check(`/files/x/full${query}`, now)).toThrow()
})
