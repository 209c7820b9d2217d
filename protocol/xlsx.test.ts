import { expect, test } from 'bun:test'
import { xlsx } from './xlsx'

/** Reads an archive by its directory, as other programs do, and checks each file's length and sum. */
async function unzip(archive: Uint8Array): Promise<Record<string, string>> {
  const view = new DataView(archive.buffer)
  const end = archive.length - 22
  expect(view.getUint32(end, true)).toBe(0x06054b50)
  const files: Record<string, string> = {}
  let at = view.getUint32(end + 16, true)
  for (let nth = 0; nth < view.getUint16(end + 10, true); nth++) {
    expect(view.getUint32(at, true)).toBe(0x02014b50)
    const nameLength = view.getUint16(at + 28, true)
    const begin = view.getUint32(at + 42, true)
    expect(view.getUint32(begin, true)).toBe(0x04034b50)
    const body = archive.slice(begin + 30 + nameLength, begin + 30 + nameLength + view.getUint32(at + 20, true))
    const content = new Blob([body]).stream().pipeThrough(new DecompressionStream('deflate-raw'))
    const bytes = new Uint8Array(await new Response(content).arrayBuffer())
    expect(bytes.length).toBe(view.getUint32(at + 24, true))
    expect(Bun.hash.crc32(bytes)).toBe(view.getUint32(at + 16, true))
    files[new TextDecoder().decode(archive.slice(at + 46, at + 46 + nameLength))] = new TextDecoder().decode(bytes)
    at += 46 + nameLength
  }
  expect(at).toBe(end)
  return files
}

const sheet = async (...rows: Parameters<typeof xlsx>[0][0]['rows'][]): Promise<string> =>
  (await unzip(await xlsx([{ name: 'a', header: ['x'], rows: rows[0]!, zone: 'Asia/Jakarta' }])))[
    'xl/worksheets/sheet1.xml'
  ]!

test('a file has the parts that every spreadsheet program asks for, each of them named in its list', async () => {
  const files = await unzip(
    await xlsx([
      { name: 'Satu', header: ['x'], rows: [] },
      { name: 'Dua', header: [], rows: [] },
    ]),
  )
  expect(Object.keys(files)).toEqual([
    ...['[Content_Types].xml', '_rels/.rels', 'xl/workbook.xml', 'xl/_rels/workbook.xml.rels', 'xl/styles.xml'],
    ...['xl/worksheets/sheet1.xml', 'xl/worksheets/sheet2.xml'],
  ])
  for (const path of Object.keys(files).filter((one) => one.startsWith('xl/') && !one.endsWith('.rels'))) {
    expect(files['[Content_Types].xml']).toContain(`PartName="/${path}"`)
  }
  expect(files['xl/workbook.xml']).toContain('<sheet name="Dua" sheetId="2" r:id="rId2"/>')
  expect(files['xl/_rels/workbook.xml.rels']).toContain('Id="rId2"')
})

test('texts are texts, whatever they look like', async () => {
  const xml = await sheet([['=1+1', '<b> & "é"', 'a_x0041_\u0007\ud800'], ['  two\r\nlines ']])
  expect(xml).not.toContain('<f>')
  expect(xml).toContain('<c r="A2" t="inlineStr"><is><t xml:space="preserve">=1+1</t></is></c>')
  expect(xml).toContain('>&lt;b&gt; &amp; &quot;é&quot;<')
  expect(xml).toContain('>a_x005F_x0041_\ufffd<')
  expect(xml).toContain('>  two&#13;\nlines <')
})

test('numbers, truths and times keep their kind; nothing is no cell', async () => {
  const xml = await sheet([[1.5, true, null, new Date('2026-11-21T17:00:00Z'), Number.NaN]])
  expect(xml).toContain('<c r="A2"><v>1.5</v></c><c r="B2" t="b"><v>1</v></c><c r="D2" s="2"><v>46348</v></c>')
  expect(xml).toContain('<c r="E2" t="inlineStr"><is><t xml:space="preserve">NaN</t></is></c>')
})

test('columns go on after Z, and sheets have names that are allowed', async () => {
  expect(await sheet([Array.from({ length: 703 }, (_, at) => at)])).toContain('<c r="AAA2"><v>702</v></c>')
  const named = ['a/b:c*d', 'A b c d', 'x'.repeat(40), 'x'.repeat(41), ''].map((name) => ({
    name,
    header: [],
    rows: [],
  }))
  const { 'xl/workbook.xml': xml } = await unzip(await xlsx(named))
  const names = [...xml!.matchAll(/sheet name="([^"]*)"/g)].map(([, name]) => name!)
  expect(names).toEqual(['a b c d', 'A b c d 2', 'x'.repeat(28), `${'x'.repeat(26)} 4`, '5'])
  expect(names.every((name) => name.length <= 31)).toBe(true)
})
