import { expect, test } from 'bun:test'
import { graphOf, reachedFrom, type Link } from './imports'
import { treeOf } from './tree'

const brief = ({ to, kind }: Link): string => `${kind} ${to}`

test('each kind of import is found, with what is left of it when the program runs', () => {
  const tree = treeOf({
    'a/x.ts': [
      `import { one } from './one'`,
      `import type { Two } from '../b/two'`,
      `import { type Three } from './three'`,
      `export { four } from './four'`,
      `export type * from './five'`,
      `import {\n  six,\n} from '../b'`,
      `import pg from 'pg'`,
      `const seven = await import('./seven')`,
      `use(one, six, pg, seven)`,
    ].join('\n'),
    ...Object.fromEntries(
      ['a/one.ts', 'b/two.ts', 'a/three.ts', 'a/four.tsx', 'a/five.ts', 'a/seven.ts'].map((at) => [at, '']),
    ),
    'b/index.ts': '',
  })
  expect(graphOf(tree).get('a/x.ts')!.map(brief).toSorted()).toEqual([
    'type a/five.ts',
    'type a/three.ts',
    'type b/two.ts',
    'value a/four.tsx',
    'value a/one.ts',
    'value a/seven.ts',
    'value b/index.ts',
    'value pg',
  ])
})

test('an import that is only spoken of is none', () => {
  const tree = treeOf({ 'a.ts': "// import { b } from './b'\nconst text = `import { b } from './b'`", 'b.ts': '' })
  expect(graphOf(tree).get('a.ts')).toEqual([])
})

test('a program is reached by its name: in a package, a page, a string, beside or from the root', () => {
  const tree = treeOf({
    'package.json': '{ "scripts": { "bench": "bun prove/bench.ts" } }',
    'prove/bench.ts': `spawn(bun, ['./peer.ts', \`\${root}/main/cli.ts\`, new URL('../web/page.html', import.meta.url)])`,
    'prove/peer.ts': '',
    'main/cli.ts': '',
    'web/page.html': '<script src="./main.tsx"></script>',
    'web/main.tsx': '',
    'web/other.tsx': '',
  })
  const reached = reachedFrom(graphOf(tree), ['package.json'])
  expect([...tree.keys()].filter((path) => !reached.has(path))).toEqual(['web/other.tsx'])
})

test('a program that says what runs it is read like any other', () => {
  const tree = treeOf({ 'bin/a.mjs': `#!/usr/bin/env node\nimport { b } from './b.mjs'\nb()`, 'bin/b.mjs': '' })
  expect(graphOf(tree).get('bin/a.mjs')!.map(brief)).toContain('value bin/b.mjs')
})

test('a link knows its line', () => {
  const tree = treeOf({ 'a.ts': `/** Why. */\n\nimport { b } from './b'\nb()`, 'b.ts': '' })
  expect(graphOf(tree).get('a.ts')![0]!.line).toBe(3)
})
