/** The rules of the house, held against the repository itself. What each one means to catch is shown beside it, in prove/tidy. */
import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import allowed from './tidy/allowed.json'
import { withoutDocstring } from './tidy/docstrings'
import { doorRules, offencesAtDoors } from './tidy/doors'
import { graphOf } from './tidy/imports'
import { longFiles, longFunctions, measureFunctions } from './tidy/lengths'
import { ratchet } from './tidy/ratchet'
import { dead, orphans } from './tidy/reach'
import { readTree, say, type Offence } from './tidy/tree'
import { offencesInWords, wordRules } from './tidy/words'

const root = join(import.meta.dir, '..')
const tree = await readTree(root)
const graph = graphOf(tree)

function hold(rule: string, offences: readonly Offence[]): void {
  expect(`\n${say(ratchet(rule, offences, allowed))}`).toBe('\n')
}

describe('who imports whom', () => {
  for (const rule of doorRules) test(rule.name, () => hold(rule.name, offencesAtDoors(graph, rule)))
  test('every module is leaned on by somebody', () => hold('orphan', orphans(tree, graph)))
  test('no module lives for its tests only', () => hold('dead', dead(tree, graph)))
})

describe('what stands where', () => {
  for (const rule of wordRules) test(rule.title, () => hold(rule.name, offencesInWords(tree, rule)))
  test('public functions of the kernel and the client say what they promise', () =>
    hold('docstring', withoutDocstring(tree)))
})

describe('how long things are', () => {
  test('the median file is within budget', () => hold('file-median', longFiles(tree)))
  test('functions are within budget', async () => {
    hold('function-length', longFunctions(await measureFunctions(root, tree)))
  }, 30_000)
})
