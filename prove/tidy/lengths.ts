/**
 * How long files and functions are, against the budgets of STYLE.md. The linter holds the hard limits of the program's
 * own files; what a linter cannot say is here: the middle and the long end of a whole folder, and functions in tests.
 */
import { join } from 'node:path'
import { isSource, isTest, type Offence, type Tree } from './tree'

export interface Budget {
  folders: readonly string[]
  /** Half of the files are no longer than this. */
  fileMedian: number
  /** Nine of ten functions are no longer than this; those of one line don't count. */
  functionP90: number
}

export const budgets: readonly Budget[] = [
  { folders: ['kernel', 'client', 'cluster'], fileMedian: 120, functionP90: 25 },
  { folders: ['services', 'edge'], fileMedian: 80, functionP90: 20 },
  { folders: ['web'], fileMedian: 80, functionP90: 30 },
]

const testFunction = { p90: 40, hard: 100 }

export interface FunctionLength {
  path: string
  line: number
  lines: number
  /** What stands before the function on its line: `test('a title', ` or `const run = `. */
  before: string
}

/** The value that `share` of the values don't exceed; 0 for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}

export function longFiles(tree: Tree, list = budgets): Offence[] {
  return list.flatMap(({ folders, fileMedian }) => {
    const lengths = [...tree]
      .filter(([path]) => isSource(path) && !isTest(path) && folders.includes(path.split('/')[0]!))
      .map(([, text]) => text.trimEnd().split('\n').length)
    const median = quantile(lengths, 0.5)
    if (median <= fileMedian) return []
    return [
      {
        path: folders.join(', '),
        message: `the median file has ${median} lines, the budget is ${fileMedian}: split by what changes together`,
      },
    ]
  })
}

export function longFunctions(functions: readonly FunctionLength[], list = budgets): Offence[] {
  const offences = list.flatMap(({ folders, functionP90 }) => {
    const own = functions.filter(({ path }) => !isTest(path) && folders.includes(path.split('/')[0]!))
    return overP90(folders.join(', '), own, functionP90)
  })
  const inTests = functions.filter(({ path, before }) => isTest(path) && !/\bdescribe\b.*$/.test(before))
  return [
    ...offences,
    ...overP90('tests', inTests, testFunction.p90),
    ...inTests
      .filter(({ lines }) => lines > testFunction.hard)
      .map(({ path, line, lines }) => ({
        path,
        line,
        message: `a function of ${lines} lines, the limit in tests is ${testFunction.hard}: it tests several things, or hides a helper`,
      })),
  ]
}

function overP90(path: string, functions: readonly FunctionLength[], budget: number): Offence[] {
  const p90 = quantile(
    functions.map(({ lines }) => lines),
    0.9,
  )
  if (p90 <= budget) return []
  return [
    {
      path,
      message: `one function in ten has ${p90} lines or more, the budget is ${budget}: take the steps out and name them`,
    },
  ]
}

interface Diagnostic {
  filename: string
  message: string
  labels: { span: { offset: number; line: number } }[]
}

/** Measured by the linter, which has a real parser: each function of more than one line, without blanks and comments. */
export async function measureFunctions(root: string, tree: Tree): Promise<FunctionLength[]> {
  const run = Bun.spawn(
    [
      'node_modules/.bin/oxlint',
      '-c',
      join(import.meta.dir, 'measure.json'),
      '--disable-nested-config',
      '--format',
      'json',
      '.',
    ],
    { cwd: root, stdout: 'pipe', stderr: 'pipe' },
  )
  const [output, errors] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()])
  await run.exited
  if (!output.startsWith('{')) throw new Error(`the linter did not measure: ${errors || output}`)
  const { diagnostics } = JSON.parse(output) as { diagnostics: Diagnostic[] }
  return diagnostics.flatMap(({ filename, message, labels }) => {
    const lines = Number(/too many lines \((\d+)\)/.exec(message)?.[1])
    const span = labels[0]?.span
    if (!span || !lines) return []
    const before = textBefore(tree.get(filename) ?? '', span.line, span.offset)
    return [{ path: filename, line: span.line, lines, before }]
  })
}

/** The offset is in bytes, and only the line's own start matters here. */
function textBefore(text: string, line: number, offset: number): string {
  const head = Buffer.from(text).subarray(0, offset).toString()
  return head.slice(head.lastIndexOf('\n') + 1) || (text.split('\n')[line - 1] ?? '')
}
