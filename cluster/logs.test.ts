import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { deservesTheTerminal, eachLine, LogFile, rotate } from './logs'

const dir = mkdtempSync(join(tmpdir(), 'alun-logs-'))
afterAll(() => rmSync(dir, { recursive: true }))

test('a log is bounded: past its size it starts again and one earlier part is kept', () => {
  const file = join(dir, 'deep', 'n1.log')
  const log = new LogFile(file, 100)
  for (let i = 0; i < 60; i++) log.write(`line ${i} of many`)
  const all = readFileSync(`${file}.1`, 'utf8') + readFileSync(file, 'utf8')
  expect(all.length).toBeLessThan(300)
  expect(all).toEndWith('line 59 of many\n')
  expect(log.lastLines).toHaveLength(20)
  expect(log.lastLines.at(-1)).toBe('line 59 of many')
})

test('a log goes on where an earlier life stopped', () => {
  const file = join(dir, 'n2.log')
  new LogFile(file).write('one')
  new LogFile(file).write('two')
  expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n')
})

test("another program's log is moved before it opens it, when it is too long", () => {
  const file = join(dir, 'postgres.log')
  rotate(file, 10)
  writeFileSync(file, 'short')
  rotate(file, 10)
  expect(existsSync(`${file}.1`)).toBe(false)
  writeFileSync(file, 'longer than ten')
  rotate(file, 10)
  expect([existsSync(file), readFileSync(`${file}.1`, 'utf8')]).toEqual([false, 'longer than ten'])
})

test('lines are whole, whatever pieces they come in', async () => {
  const lines: string[] = []
  const pieces = ['a', 'b\nc', '\n\n', 'né'].map((text) => new TextEncoder().encode(text))
  pieces.splice(3, 1, pieces[3]!.slice(0, 2), pieces[3]!.slice(2))
  await eachLine(new Blob(pieces).stream(), (line) => lines.push(line))
  expect(lines).toEqual(['ab', 'c', '', 'né'])
})

test('warnings, errors and what is no log line go to the terminal; the rest does not', () => {
  expect(deservesTheTerminal('{"at":"…","level":"warn","what":"x"}')).toBe(true)
  expect(deservesTheTerminal('{"at":"…","level":"error","what":"x"}')).toBe(true)
  expect(deservesTheTerminal('panic: out of memory')).toBe(true)
  expect(deservesTheTerminal('{"at":"…","level":"info","what":"the word error"}')).toBe(false)
  expect(deservesTheTerminal('  ')).toBe(false)
})
