import { expect, test } from 'bun:test'
import { deviceOf } from './device'

test('a browser is known by its own name, not by those it claims to be like', () => {
  const chrome =
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36'
  expect(deviceOf(chrome)).toBe('Chrome · Android')
  expect(deviceOf(`${chrome} EdgA/140.0`)).toBe('Edge · Android')
  expect(
    deviceOf(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Mobile/15E148 Safari/604',
    ),
  ).toBe('Safari · iOS')
  expect(deviceOf('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0')).toBe('Firefox · Linux')
  expect(deviceOf('curl/8.5.0')).toBe('curl/8.5.0')
  expect(deviceOf(undefined)).toBeUndefined()
})
