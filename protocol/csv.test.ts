import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { csv, readCsv, type Cell } from './csv'

const lines = (rows: Cell[][], zone?: string): string => csv({ header: ['a'], rows, zone }).slice('\ufeffa\r\n'.length)

test('a file begins with the mark, has its lines end as RFC 4180 wants it, and quotes what needs quotes', () => {
  const file = csv({
    header: ['nama', 'n'],
    rows: [
      ['Ani, S.Kom', 1],
      ['dua\nbaris "x"', true],
      [null, undefined],
    ],
  })
  expect(file).toBe('\ufeffnama,n\r\n"Ani, S.Kom",1\r\n"dua\nbaris ""x""",true\r\n,\r\n')
})

test('no cell can be run as a formula; numbers stay numbers', () => {
  for (const bad of ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\uff1d1']) {
    const [[cell]] = readRaw(lines([[bad]])) as [[string]]
    expect(cell).toBe(`'${bad}`)
  }
  expect(lines([[-5, '+6281234', '-3,5']])).toBe('-5,+6281234,"-3,5"\r\n')
})

test('times are told in the zone of the table', () => {
  const at = new Date('2026-11-21T18:30:05.900Z')
  expect(lines([[at]])).toBe('2026-11-21 18:30:05\r\n')
  expect(lines([[at]], 'Asia/Jakarta')).toBe('2026-11-22 01:30:05\r\n')
})

test('what was written is read back, whatever it was', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', "'", '=', '-', '"', ',', ';', '\t', '\r', '\n', ' ', 'é') })
  const rows = fc.array(fc.tuple(cell, fc.constant('x'), cell), { maxLength: 5 })
  fc.assert(
    fc.property(rows, (all) => expect(readCsv(csv({ header: ['a', 'b', 'c'], rows: all })).slice(1)).toEqual(all)),
    // What stands here may import nothing that would tell the run's seed.
    { seed: 1 },
  )
})

test('what other programs save is read: semicolons, tabs, any line end, no last one, loose quotes', () => {
  const rows = [
    ['nim', 'nama'],
    ['1', 'Budi; S'],
  ]
  expect(readCsv('nim;nama\n1;"Budi; S"')).toEqual(rows)
  expect(readCsv('\ufeffnim\tnama\r1\tBudi; S\r\r')).toEqual(rows)
  expect(readCsv('"nim","nama"\r\n\r\n1,"Budi; S"\r\n')).toEqual(rows)
  expect(readCsv('a,b\n"x"y,z"z')).toEqual([
    ['a', 'b'],
    ['xy', 'z"z'],
  ])
  expect(readCsv('a,b\n"never closed, 1\n2')).toEqual([['a', 'b'], ['never closed, 1\n2']])
  expect(readCsv('')).toEqual([])
})

/** As a spreadsheet sees it: the guard stands. */
const readRaw = (text: string): string[][] => [[text.replace(/\r\n$/, '').replace(/^"([^]*)"$/, '$1')]]
