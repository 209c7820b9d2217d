import { expect, test } from 'bun:test'
import { literally } from './pattern'

test('every sign of ASCII finds itself and nothing else, whichever flags the pattern has', () => {
  const signs = Array.from({ length: 95 }, (_, nth) => String.fromCodePoint(nth + 32))
  for (const flags of ['', 'u', 'giu']) {
    for (const sign of signs) {
      const pattern = new RegExp(`^x${literally(sign)}y$`, flags.replace('i', ''))
      expect(signs.filter((other) => `x${other}y`.search(pattern) === 0)).toEqual([sign])
    }
  }
})
