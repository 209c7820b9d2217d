/** What a phone scans from the terminal: the address at which this installation is reached from beside the machine. */
import { networkInterfaces } from 'node:os'
import { encode } from 'uqr'

export interface PosterOptions {
  scheme: 'http' | 'https'
  port: number
  publicUrl?: string | undefined
  /** The setup link's, while there is no admin: whoever starts Alun is shown that. */
  setupToken?: string | undefined
}

/** Words and a code, a block of lines. */
export function poster({ scheme, port, publicUrl, setupToken }: PosterOptions): string {
  const origin = publicUrl ?? `${scheme}://${ownAddress() ?? 'localhost'}:${port}`
  const path = setupToken === undefined ? '/' : `/setup?token=${encodeURIComponent(setupToken)}`
  const address = new URL(path, origin).href
  return `\nscan to ${setupToken === undefined ? 'join' : 'set up'}: ${address}\n\n${drawn(address)}\n`
}

/** Of this machine among its neighbours. */
function ownAddress(): string | undefined {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  return all.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
}

/** Dark on light whatever the terminal's colours are, two rows of squares to a line. */
const [dark, plain] = ['\u001B[38;5;16;48;5;231m', '\u001B[0m']
const halves = { '00': ' ', '10': '▀', '01': '▄', '11': '█' }

function drawn(text: string): string {
  const { data, size } = encode(text, { border: 2 })
  const isDark = (row: number, column: number): 0 | 1 => (data[row]?.[column] ? 1 : 0)
  const lines = Array.from({ length: Math.ceil(size / 2) }, (_, line) =>
    Array.from(
      { length: size },
      (_none, column) => halves[`${isDark(2 * line, column)}${isDark(2 * line + 1, column)}`],
    ),
  )
  return lines.map((line) => `${dark}${line.join('')}${plain}`).join('\n')
}
