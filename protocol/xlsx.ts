/**
 * Tables as a spreadsheet's own file (Office Open XML, ECMA-376): texts stand in it as texts, so that nothing a person
 * typed can become a formula; times and numbers can be reckoned with. Only what a table needs is written.
 */
import { type Cell, type Table, wallClock } from './csv'
import { zip } from './zip'

export interface Sheet extends Table {
  name: string
}

/** As many as the format allows, the header's among them. */
const mostRows = 1_048_576
/** Of one cell, by the format. */
const mostLetters = 32_767
const dayMs = 86_400_000
/** Day 0 of spreadsheets that believe in a 29 February 1900: right from March of that year on. */
const dayZeroMs = Date.UTC(1899, 11, 30)
const style = { header: 1, time: 2 }

/**
 * The whole file, to be sent as `application/vnd.openxmlformats-officedocument.spreadsheetml.sheet`.
 * @throws when a sheet has more rows than the format allows: a fault, the caller knows how many there are.
 */
export function xlsx(sheets: readonly Sheet[]): Promise<Uint8Array<ArrayBuffer>> {
  const names = namesOf(sheets)
  return zip([
    { path: '[Content_Types].xml', text: contentTypes(sheets.length) },
    { path: '_rels/.rels', text: relations([['officeDocument', 'xl/workbook.xml']]) },
    { path: 'xl/workbook.xml', text: workbook(names) },
    {
      path: 'xl/_rels/workbook.xml.rels',
      text: relations([...names.map((_, at) => ['worksheet', `worksheets/sheet${at + 1}.xml`] as const), styles]),
    },
    { path: 'xl/styles.xml', text: stylesheet },
    ...sheets.map((sheet, at) => ({ path: `xl/worksheets/sheet${at + 1}.xml`, text: worksheet(sheet) })),
  ])
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const documents = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const packages = 'http://schemas.openxmlformats.org/package/2006'
const kind = 'application/vnd.openxmlformats-officedocument.spreadsheetml'
const styles = ['styles', 'styles.xml'] as const

const contentTypes = (sheets: number): string =>
  `${declaration}<Types xmlns="${packages}/content-types">` +
  '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>' +
  `<Override PartName="/xl/workbook.xml" ContentType="${kind}.sheet.main+xml"/>` +
  `<Override PartName="/xl/styles.xml" ContentType="${kind}.styles+xml"/>` +
  Array.from(
    { length: sheets },
    (_, at) => `<Override PartName="/xl/worksheets/sheet${at + 1}.xml" ContentType="${kind}.worksheet+xml"/>`,
  ).join('') +
  '</Types>'

const relations = (targets: readonly (readonly [string, string])[]): string =>
  `${declaration}<Relationships xmlns="${packages}/relationships">` +
  targets
    .map(([type, target], at) => `<Relationship Id="rId${at + 1}" Type="${documents}/${type}" Target="${target}"/>`)
    .join('') +
  '</Relationships>'

const workbook = (names: readonly string[]): string =>
  `${declaration}<workbook xmlns="${main}" xmlns:r="${documents}"><sheets>` +
  names.map((name, at) => `<sheet name="${escaped(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`).join('') +
  '</sheets></workbook>'

const stylesheet =
  `${declaration}<styleSheet xmlns="${main}">` +
  '<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>' +
  '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>' +
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>' +
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>' +
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>' +
  '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>' +
  '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>' +
  '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>' +
  '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'

function worksheet({ header, rows, zone = 'UTC' }: Sheet): string {
  const clock = wallClock(zone)
  const widths = header.map((title) => title.length)
  const lines = [rowOf(header, 1, clock, style.header)]
  for (const cells of rows) {
    lines.push(rowOf(cells, lines.length + 1, clock))
    if (lines.length <= 200) cells.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, widthOf(cell))))
  }
  if (lines.length > mostRows) throw new Error(`${lines.length} rows, a sheet holds ${mostRows}`)
  const columns = widths.map(
    (width, at) => `<col min="${at + 1}" max="${at + 1}" width="${Math.min(width + 2, 60)}" customWidth="1"/>`,
  )
  const all = `A1:${columnOf(Math.max(header.length, 1) - 1)}${lines.length}`
  return (
    `${declaration}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0">` +
    '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>' +
    (columns.length > 0 ? `<cols>${columns.join('')}</cols>` : '') +
    `<sheetData>${lines.join('')}</sheetData>${header.length > 0 ? `<autoFilter ref="${all}"/>` : ''}</worksheet>`
  )
}

const widthOf = (cell: Cell): number => (cell instanceof Date ? 18 : String(cell ?? '').length)

function rowOf(cells: readonly Cell[], nth: number, clock: (date: Date) => string, as?: number): string {
  return `<row r="${nth}">${cells.map((cell, at) => cellOf(cell, `${columnOf(at)}${nth}`, clock, as)).join('')}</row>`
}

function cellOf(cell: Cell, at: string, clock: (date: Date) => string, as?: number): string {
  if (cell === null || cell === undefined || cell === '') return ''
  if (typeof cell === 'boolean') return `<c r="${at}" t="b"><v>${Number(cell)}</v></c>`
  if (typeof cell === 'number' && Number.isFinite(cell)) return `<c r="${at}"><v>${cell}</v></c>`
  if (cell instanceof Date) {
    const days = (Date.parse(`${clock(cell).replace(' ', 'T')}Z`) - dayZeroMs) / dayMs
    return `<c r="${at}" s="${style.time}"><v>${days}</v></c>`
  }
  const text = escaped(literal(String(cell).slice(0, mostLetters)))
  return `<c r="${at}" t="inlineStr"${as === undefined ? '' : ` s="${as}"`}><is><t xml:space="preserve">${text}</t></is></c>`
}

/** A, B … Z, AA … */
function columnOf(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26))
  return at < 26 ? letter : columnOf(Math.floor(at / 26) - 1) + letter
}

/** `_x0041_` would be read as an escaped letter. */
const literal = (text: string): string => text.replaceAll(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\r': '&#13;' }

/** For XML 1.0, which has no place for most control characters and for halves of pairs. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll(/[&<>"\r]/g, (sign) => entities[sign]!)

/** As the format allows them: at most 31 letters, some not, and no two alike. */
function namesOf(sheets: readonly Sheet[]): string[] {
  const taken = new Set<string>()
  return sheets.map(({ name }, at) => {
    const allowed =
      name
        .replaceAll(/[[\]:*?/\\]/g, ' ')
        .replaceAll(/^'|'$/g, '')
        .trim()
        .slice(0, 28) || `${at + 1}`
    const unique = taken.has(allowed.toLowerCase()) ? `${allowed.slice(0, 26)} ${at + 1}` : allowed
    taken.add(unique.toLowerCase())
    return unique
  })
}
