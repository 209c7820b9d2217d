import { expect, test } from 'bun:test'
import jsQR from 'jsqr'
import { poster } from './poster'

const squarePx = 4

/** What a camera reads off the terminal. */
function scanned(text: string): string | undefined {
  const lines = text.split('\n').flatMap((line) => /\u001B\[[\d;]+m(.*)\u001B\[0m/.exec(line)?.[1] ?? [])
  const rows = lines.flatMap((line) => ['▀█', '▄█'].map((dark) => [...line].map((one) => dark.includes(one))))
  const [width, height] = [rows[0]!.length * squarePx, rows.length * squarePx]
  const pixels = new Uint8ClampedArray(width * height * 4)
  for (let at = 0; at < width * height; at++) {
    const isDark = rows[Math.floor(at / width / squarePx)]![Math.floor((at % width) / squarePx)]
    pixels.set(isDark ? [0, 0, 0, 255] : [255, 255, 255, 255], at * 4)
  }
  return jsQR(pixels, width, height)?.data
}

const place = { scheme: 'http', port: 8080, publicUrl: 'https://alun.kampus.test' } as const

test('a phone reads the address off the terminal: the setup link while there is no admin, then the way in', () => {
  const setupToken = 'a token/with+signs'
  const link = `https://alun.kampus.test/setup?token=${encodeURIComponent(setupToken)}`
  expect(scanned(poster({ ...place, setupToken }))).toBe(link)
  expect(poster({ ...place, setupToken })).toContain(`scan to set up: ${link}\n`)
  expect(scanned(poster(place))).toBe('https://alun.kampus.test/')
  expect(poster(place)).toContain('scan to join: https://alun.kampus.test/\n')
})

test('without a public address it is the machine’s own among its neighbours, with the port', () => {
  expect(scanned(poster({ ...place, publicUrl: undefined }))).toMatch(
    /^http:\/\/(localhost|\d+\.\d+\.\d+\.\d+):8080\/$/,
  )
})
