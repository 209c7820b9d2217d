/** The rules that are no lists: reach, docstrings, lengths and the ratchet. */
import { describe, expect, test } from 'bun:test'
import { withoutDocstring } from './docstrings'
import { graphOf } from './imports'
import { longFiles, longFunctions, quantile, type FunctionLength } from './lengths'
import { ratchet } from './ratchet'
import { dead, orphans } from './reach'
import { treeOf, type Offence } from './tree'

const paths = (offences: Offence[]): string[] => offences.map(({ path }) => path)

describe('reach', () => {
  const tree = treeOf({
    'main/cli.ts': `import { node } from './node'\nnode()`,
    'main/node.ts': `import type { Log } from '../kernel/log'\nexport const node = (): Log | undefined => undefined`,
    'kernel/log.ts': 'export interface Log {}',
    'kernel/old.ts': 'export const old = 1',
    'kernel/old.test.ts': `import { old } from './old'\nold`,
    'kernel/forgotten.ts': `import './old'`,
    'kernel/testing.ts': '',
    'kernel/log.test.ts': `import './testing'`,
    'prove/checks.ts': '',
    'prove/checks.test.ts': `import './checks'`,
  })

  test('a module that nobody leans on is an orphan', () => {
    expect(paths(orphans(tree, graphOf(tree)))).toEqual(['kernel/forgotten.ts'])
  })

  test('a module that only its test leans on is dead; helpers and evidence are not', () => {
    expect(paths(dead(tree, graphOf(tree)))).toEqual(['kernel/old.ts'])
  })
})

describe('docstrings', () => {
  test('a public function without one offends, one with it does not', () => {
    const tree = treeOf({
      'kernel/log.ts':
        '/** Promises. */\nexport function kept() {}\nexport async function silent() {}\nfunction own() {}',
      'kernel/log/room.ts': 'export function inside() {}',
    })
    expect(withoutDocstring(tree).map(({ path, line }) => `${path}:${line}`)).toEqual(['kernel/log.ts:3'])
  })

  test('the head of the file may speak for a class', () => {
    const tree = treeOf({ 'client/a.ts': '/** Head. */\n\nexport class A {}', 'client/b.ts': '\nexport class B {}' })
    expect(paths(withoutDocstring(tree))).toEqual(['client/b.ts'])
  })
})

describe('lengths', () => {
  const budget = [{ folders: ['kernel'], fileMedian: 2, functionP90: 10 }]
  const long = (path: string, lines: number, before = ''): FunctionLength => ({ path, line: 1, lines, before })

  test('a quantile is the value that this share does not exceed', () => {
    expect(quantile([5, 1, 4, 2, 3], 0.5)).toBe(3)
    expect(quantile([1, 2, 3, 4, 5, 6, 7, 8, 9, 100], 0.9)).toBe(9)
    expect(quantile([], 0.9)).toBe(0)
  })

  test('a folder of long files offends, one long file among short ones does not', () => {
    const short = { 'kernel/a.ts': '1\n2\n', 'kernel/b.ts': '1\n' }
    expect(longFiles(treeOf({ ...short, 'kernel/c.ts': '1\n2\n3\n4\n' }), budget)).toEqual([])
    expect(longFiles(treeOf({ 'kernel/a.ts': '1\n2\n3\n', 'kernel/b.test.ts': '1' }), budget)).toHaveLength(1)
  })

  test('functions offend when more than one in ten is long', () => {
    const short = Array.from({ length: 9 }, () => long('kernel/a.ts', 5))
    expect(longFunctions([...short, long('kernel/a.ts', 50)], budget)).toEqual([])
    expect(longFunctions([...short, long('kernel/a.ts', 50), long('kernel/a.ts', 50)], budget)).toHaveLength(1)
  })

  test('a long test offends, a long list of tests under one heading does not', () => {
    const many = Array.from({ length: 30 }, () => long('kernel/a.test.ts', 5))
    expect(longFunctions([...many, long('kernel/a.test.ts', 300, "describe('all', ")], budget)).toEqual([])
    expect(longFunctions([...many, long('kernel/a.test.ts', 101, "test('all', ")], budget)).toHaveLength(1)
  })
})

describe('the ratchet', () => {
  const offence: Offence = { path: 'a.ts', message: 'long' }

  test('lets known offenders through, and nobody else', () => {
    const allowed = { length: { 'a.ts': 'older than the rule' } }
    expect(ratchet('length', [offence, { ...offence, path: 'b.ts' }], allowed)).toEqual([{ ...offence, path: 'b.ts' }])
    expect(ratchet('words', [offence], allowed)).toEqual([offence])
  })

  test('turns one way: who offends no longer must leave the list', () => {
    const offences = ratchet('length', [], { length: { 'a.ts': 'older than the rule' } })
    expect(offences[0]!.message).toContain('remove it')
  })
})
