/** A spreadsheet of places, as lines of an import. */
import type { ImportLine } from '../../../client/methods/reports'
import { readCsv } from '../../../protocol/csv'
import { placeKinds } from '../../../services/reports/model'

/** Columns by their names in the first row, in any order; without such a row, in the usual one. */
export function linesOf(file: string): ImportLine[] {
  const rows = readCsv(file)
  const usual = [...placeKinds, 'code', 'lat', 'lng']
  const head = rows[0]?.map((cell) => cell.trim().toLowerCase()) ?? []
  const isHeader = head.some((name) => name === 'building' || name === 'room')
  const columns = isHeader ? head : usual
  return (isHeader ? rows.slice(1) : rows).flatMap((cells) => {
    const cell = (name: string): string => cells[columns.indexOf(name)]?.trim() ?? ''
    const names = placeKinds.map(cell)
    if (!names.some(Boolean)) return []
    const [lat, lng] = [numberOf(cell('lat')), numberOf(cell('lng'))]
    return [
      {
        names,
        ...(cell('code') ? { code: cell('code') } : {}),
        ...(lat !== undefined && lng !== undefined ? { lat, lng } : {}),
      },
    ]
  })
}

/** With a point or, as in Indonesia, a comma. */
function numberOf(text: string): number | undefined {
  const number = Number(text.replace(',', '.'))
  return text === '' || Number.isNaN(number) ? undefined : number
}
