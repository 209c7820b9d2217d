/**
 * Tables as CSV, as spreadsheets read them: RFC 4180, UTF-8 with a byte-order mark (else Excel takes it for Latin-1), and
 * no cell that a spreadsheet would run as a formula. What was written is read back as it was.
 */

/** Times are written as wall-clock time in the table's zone. Nothing is an empty cell. */
export type Cell = string | number | boolean | Date | null | undefined

export interface Table {
  header: readonly string[]
  rows: Iterable<readonly Cell[]>
  /** In which time zone times are told, by its IANA name. UTC if absent. */
  zone?: string | undefined
}

const byteOrderMark = '\ufeff'
/**
 * What a spreadsheet takes for the beginning of a formula, full-width signs too. A guarded cell begins with an
 * apostrophe. Source: OWASP, "CSV Injection".
 */
const formula = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/
/** Begins like a formula, and is a number: a telephone number keeps its plus. */
const number = /^[+-]?\d+(?:[.,]\d+)?$/
/** A text that begins like a guarded one is guarded too, so that reading back is the inverse of writing. */
const guarded = /^'+[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

/** The whole file, to be sent as `text/csv; charset=utf-8`. */
export function csv({ header, rows, zone = 'UTC' }: Table): string {
  const clock = wallClock(zone)
  const line = (cells: readonly Cell[]): string => cells.map((cell) => quoted(textOf(cell, clock))).join(',')
  return `${byteOrderMark}${[header, ...rows].map(line).join('\r\n')}\r\n`
}

function textOf(cell: Cell, clock: (date: Date) => string): string {
  if (cell === null || cell === undefined) return ''
  if (cell instanceof Date) return clock(cell)
  if (typeof cell !== 'string') return String(cell)
  return guarded.test(cell) || (formula.test(cell) && !number.test(cell)) ? `'${cell}` : cell
}

const quoted = (text: string): string => (/[",;\t\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

/** `2026-11-21 08:00:00` in that zone. */
export function wallClock(zone: string): (date: Date) => string {
  const parts = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' })
  return (date) => parts.format(date)
}

/**
 * Rows of cells, as people's spreadsheets save them: with or without the mark, parted by commas, semicolons (as where the
 * comma is the decimal sign) or tabs, lines ending in any way. Lines without any text are left out.
 */
export function readCsv(file: string): string[][] {
  const text = file.startsWith(byteOrderMark) ? file.slice(1) : file
  const rows: string[][] = [[]]
  for (const { cell, ends } of cellsOf(text, partOf(text))) {
    rows.at(-1)!.push(cell)
    if (ends) rows.push([])
  }
  return rows.filter((row) => row.some((cell) => cell.trim() !== ''))
}

/** Whichever there is most of in the first line, outside of quotes. */
function partOf(text: string): string {
  const [line = ''] = text.replaceAll(/"(?:[^"]|"")*"/g, '').split(/\r\n|\r|\n/, 1)
  const counted = [',', ';', '\t'].map((sign) => ({ sign, count: line.split(sign).length }))
  return counted.reduce((most, one) => (one.count > most.count ? one : most)).sign
}

function* cellsOf(text: string, part: string): Generator<{ cell: string; ends: boolean }> {
  // A cell in quotes (a lone quote at the end closes nothing), or one up to the next sign; then the sign.
  const pattern = new RegExp(
    `(?:"((?:[^"]|"")*)"?([^${part}\\r\\n]*)|([^${part}\\r\\n]*))(${part}|\\r\\n|\\r|\\n|$)`,
    'gy',
  )
  while (pattern.lastIndex <= text.length) {
    const [whole, inQuotes, after = '', plain = '', sign] = pattern.exec(text)!
    const cell = inQuotes === undefined ? plain : inQuotes.replaceAll('""', '"') + after
    yield { cell: guarded.test(cell) ? cell.slice(1) : cell, ends: sign !== part }
    if (whole === '' || sign === '') return
  }
}
