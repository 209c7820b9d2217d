/** Each rule of .oxlintrc.json meets an offender: planted in a small house of its own, with the repository's own settings. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const root = join(import.meta.dir, '../..')

interface Plant {
  path: string
  text: string
  rule: string
  /** A part of what the linter says: the reason. */
  says?: string
}

/** An import, used, so that only where it comes from can be wrong. */
const take = (specifier: string): string => `import { x } from '${specifier}'\nexport const y = x`
const from = (path: string, specifier: string, says: string): Plant => ({
  path,
  text: take(specifier),
  rule: 'no-restricted-imports',
  says,
})

const imports: Plant[] = [
  from('protocol/a.ts', '../kernel/log', 'the vocabulary'),
  from('protocol/b.ts', 'node:fs', 'the vocabulary'),
  from('kernel/a.ts', '../services/drops/model', 'looks down only'),
  from('kernel/bus/a.ts', '../../edge/http', 'looks down only'),
  from('kernel/b.ts', 'react', 'no page'),
  from('kernel/c.ts', 'node:http', 'no HTTP'),
  from('kernel/d.ts', 'pg', 'behind kernel/db'),
  from('kernel/e.ts', 'pg-boss', 'behind kernel/jobs'),
  from('kernel/db/a.ts', 'pg-boss', 'The kernel knows no HTTP'),
  from('kernel/jobs/a.ts', 'pg', 'behind kernel/db'),
  from('services/drops/a.ts', '../../edge/http', 'knows no door'),
  from('services/drops/b.ts', 'pg', 'its transaction'),
  from('services/drops/c.ts', 'pg-boss', 'its transaction'),
  from('services/drops/d.ts', 'react', 'React lives in web'),
  from('services/people/auth.ts', '../../web/shell', 'knows no door'),
  from('edge/a.ts', '../services/drops/model', 'knows no service'),
  from('edge/realtime/a.ts', '../../services/drops/model', 'knows no service'),
  from('edge/b.ts', '../cluster/processes', 'looks down only'),
  from('edge/c.ts', 'pg', 'no SQL'),
  from('edge/d.ts', 'react-dom/server', 'React lives in web'),
  from('cluster/a.ts', '../services/drops/model', 'topics, users and rows'),
  from('cluster/b.ts', 'pg-boss', 'pages and jobs'),
  from('client/a.ts', '../kernel/log', 'runs anywhere'),
  from('client/b.ts', 'node:fs', 'runs anywhere'),
  from('client/c.ts', 'react', 'runs anywhere'),
  from('web/drops/a.tsx', '../../kernel/log', 'client, the models and protocol'),
  from('web/drops/b.tsx', 'centrifuge', 'through client'),
  from('web/drops/c.tsx', 'node:fs', 'built-ins of a server'),
  from('main/a.ts', 'react', 'React lives in web'),
  from('main/b.ts', 'pg', 'behind kernel/db'),
  from('client/c.test.ts', '../edge/http', 'through what they may see'),
  from('prove/a.ts', 'react', 'React lives in web'),
]

const environment = { rule: 'no-restricted-properties', says: 'only reader of the environment' }
const global = { rule: 'no-restricted-globals' }
const long = (lines: number): string => `${'  y = 1\n'.repeat(lines)}`
const longFunction = (lines: number): string => `export function f(y: number): number {\n${long(lines)}  return y\n}\n`
const longFile = (lines: number): string => 'export {}\n'.repeat(lines)

const habits: Plant[] = [
  { path: 'main/c.ts', text: 'export const y = process.env.PORT', ...environment },
  { path: 'edge/e.ts', text: 'export const y = Bun.env.PORT', ...environment },
  { path: 'kernel/f.ts', text: `console.log('here')`, rule: 'no-console' },
  { path: 'services/drops/e.ts', text: `console.log('here')`, rule: 'no-console' },
  { path: 'edge/f.ts', text: `console.error('here')`, rule: 'no-console' },
  { path: 'kernel/g.ts', text: `export const y = fetch('http://localhost')`, ...global, says: 'no HTTP' },
  { path: 'protocol/c.ts', text: 'export const y = performance.now()', ...global, says: 'no clocks' },
  { path: 'client/d.ts', text: `export const y = localStorage.getItem('y')`, ...global, says: 'runs anywhere' },
  { path: 'client/e.ts', text: 'export const y = Bun.version', ...global, says: 'runs anywhere' },
  {
    path: 'services/drops/model.ts',
    text: 'export const y = Date.now()',
    rule: 'no-restricted-properties',
    says: 'passed in',
  },
  { path: 'services/drops/model/a.ts', text: 'export const y = crypto.randomUUID()', ...global, says: 'passed in' },
  { path: 'kernel/a.test.ts', text: 'await Bun.sleep(5)', rule: 'no-restricted-properties', says: '`until`' },
  {
    path: 'kernel/h.ts',
    text: 'async function run() {}\nexport function y() {\n  run()\n}',
    rule: 'no-floating-promises',
  },
  {
    path: 'kernel/i.ts',
    text: 'async function run() {\n  return true\n}\nexport const y = run() ? 1 : 2',
    rule: 'no-misused-promises',
  },
  { path: 'kernel/j.ts', text: 'export async function y(a: number) {\n  await a\n}', rule: 'await-thenable' },
  { path: 'kernel/k.ts', text: `export function y() {\n  throw 'a text'\n}`, rule: 'only-throw-error' },
  { path: 'kernel/l.ts', text: `export const y = Promise.reject('a text')`, rule: 'prefer-promise-reject-errors' },
  {
    path: 'kernel/m.ts',
    text: `export function y(a: 'b' | 'c') {\n  switch (a) {\n    case 'b':\n      return 1\n  }\n  return 2\n}`,
    rule: 'switch-exhaustiveness-check',
  },
  { path: 'kernel/n.ts', text: 'export const y = (a: any) => a', rule: 'no-explicit-any' },
  { path: 'kernel/o.ts', text: `import { Log } from './p'\nexport type Y = Log`, rule: 'consistent-type-imports' },
  { path: 'kernel/p.ts', text: 'export interface Log {}\nexport default 1', rule: 'no-default-export' },
  { path: 'kernel/q.ts', text: `import { r } from './r'\nexport const q = () => r`, rule: 'no-cycle' },
  { path: 'kernel/r.ts', text: `import { q } from './q'\nexport const r = () => q`, rule: 'no-cycle' },
  { path: 'kernel/s.ts', text: 'export const y = (a: unknown) => a == 1', rule: 'eqeqeq' },
  { path: 'kernel/t.ts', text: 'const unused = 1', rule: 'no-unused-vars' },
  { path: 'kernel/u.ts', text: longFunction(70), rule: 'max-lines-per-function' },
  { path: 'services/drops/f.ts', text: longFunction(50), rule: 'max-lines-per-function' },
  { path: 'edge/g.ts', text: longFunction(50), rule: 'max-lines-per-function' },
  { path: 'kernel/v.ts', text: longFile(401), rule: 'max-lines' },
  { path: 'services/drops/g.ts', text: longFile(301), rule: 'max-lines' },
  { path: 'kernel/b.test.ts', text: longFile(601), rule: 'max-lines' },
  { path: 'web/drops/d.tsx', text: 'export const Y = () => <p>Sold out</p>', rule: 'jsx-no-literals' },
  {
    path: 'web/drops/e.tsx',
    text: 'export const Y = ({ a }: { a: string }) => <p dangerouslySetInnerHTML={{ __html: a }} />',
    rule: 'no-danger',
  },
  {
    path: 'web/drops/f.tsx',
    text: `import { useState } from 'react'\nexport const Y = (a: boolean) => (a ? useState(1) : 2)`,
    rule: 'rules-of-hooks',
  },
]

/** Neighbours that must be left alone. */
const fine: Record<string, string> = {
  'protocol/fine.ts': take('zod'),
  'kernel/fine.ts': `import { log } from './log'\nimport { code } from '../protocol/errors'\nexport const y = [log, code]`,
  'kernel/db/fine.ts': take('pg'),
  'kernel/fine.pg.test.ts': take('pg'),
  'kernel/jobs.ts': take('pg-boss'),
  'kernel/fine/door.ts': `import type { Room } from './room'\nexport interface Door {\n  room: Room\n}`,
  'kernel/fine/room.ts': `import type { Door } from './door'\nexport interface Room {\n  door: Door\n}`,
  'services/people/pool.ts': take('pg'),
  'services/drops/fine.ts': take('../../kernel/service'),
  'edge/fine.ts': take('../kernel/service'),
  'cluster/fine.ts': take('pg'),
  'client/fine.ts': `import { Centrifuge } from 'centrifuge'\nimport { fold } from '../services/drops/model'\nexport const y = [Centrifuge, fold]`,
  'web/drops/fine.tsx': `import { useState } from 'react'\nexport function Y({ say }: { say: string }) {\n  const [a] = useState(1)\n  return <p>{say + a} ({a})</p>\n}`,
  'web/build.ts': take('node:fs'),
  'main/config.ts': 'export const y = process.env',
  'client/fine.test.ts': take('bun:test'),
  'web/fine.test.tsx': take('node:fs'),
  'bin/fine.ts': 'export const y = process.env',
  'prove/fine.ts': 'export const y = process.env',
  'kernel/fine.test.ts': 'export const y = [process.env, setTimeout]',
  'services/drops/fine.test.ts': longFunction(60),
}

interface Diagnostic {
  code: string
  message: string
  help?: string
  filename: string
}

let house: string
let diagnostics: Diagnostic[] = []

beforeAll(async () => {
  house = await mkdtemp(join(tmpdir(), 'alun-lint-'))
  await symlink(join(root, 'node_modules'), join(house, 'node_modules'))
  for (const name of ['.oxlintrc.json', 'tsconfig.json']) await cp(join(root, name), join(house, name))
  const files = { ...fine, ...Object.fromEntries([...imports, ...habits].map(({ path, text }) => [path, text])) }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(house, path)), { recursive: true })
    await writeFile(join(house, path), text)
  }
  const run = Bun.spawn([join(root, 'node_modules/.bin/oxlint'), '--format', 'json'], { cwd: house, stdout: 'pipe' })
  diagnostics = (JSON.parse(await new Response(run.stdout).text()) as { diagnostics: Diagnostic[] }).diagnostics
  await run.exited
}, 30_000)

afterAll(() => rm(house, { recursive: true, force: true }))

const saidOf = (path: string): string[] =>
  diagnostics
    .filter(({ filename }) => filename === path)
    .map(({ code, message, help = '' }) => `${code} ${message} ${help}`)

describe('imports', () => {
  for (const { path, text, rule, says = '' } of imports) {
    test(`${path} may not have ${text.split('\n')[0]}`, () => {
      expect(
        saidOf(path)
          .filter((said) => said.includes(rule))
          .join(),
      ).toContain(says)
      expect(saidOf(path).join()).toContain(rule)
    })
  }
})

describe('habits', () => {
  for (const { path, rule, says = '' } of habits) {
    test(`${rule} sees ${path}`, () => {
      const said = saidOf(path).filter((one) => one.includes(`(${rule})`))
      expect(said.join()).toContain(says)
      expect(said).not.toEqual([])
    })
  }
})

describe('neighbours', () => {
  for (const path of Object.keys(fine)) test(`${path} is left alone`, () => expect(saidOf(path)).toEqual([]))
})
