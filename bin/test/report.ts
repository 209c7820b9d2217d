/** What a run of `bun test` says about each file, read from its JUnit report. What says nothing has failed. */

export interface FileResult {
  path: string
  passed: number
  failed: number
  skipped: number
  seconds: number
  /** Names of failed tests, and what else went wrong. */
  problems: string[]
  skips: string[]
}

export interface Totals {
  passed: number
  failed: number
  skipped: number
}

const testcase = /<testcase\s([^>]*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g

export interface Run {
  /** The report, if the run lived to write it. */
  xml: string | undefined
  exitCode: number
  /** Why it was ended before its time. */
  ended?: string
}

/** Every file that was to run has a result, whatever the report leaves out. */
export function judge(files: readonly string[], { xml = '', exitCode, ended }: Run): FileResult[] {
  const results = new Map(files.map((path) => [path, emptyResult(path)]))
  for (const [, attributes = '', inside = ''] of xml.matchAll(testcase)) {
    const path = (attribute(attributes, 'file') ?? '').replace(/^\.\//, '')
    const result = results.get(path) ?? emptyResult(path)
    results.set(path, result)
    count(result, attributes, inside)
  }
  for (const result of results.values()) {
    if (result.passed + result.failed + result.skipped === 0)
      fail(result, ended ?? 'it reported no test: it does not load, crashed, or has none')
  }
  const all = [...results.values()]
  const silent = exitCode !== 0 && all.every(({ failed }) => failed === 0)
  if (silent)
    fail(all[0]!, ended ?? `the run ended with ${exitCode}, though no test failed: look for an error between tests`)
  return all
}

function count(result: FileResult, attributes: string, inside: string): void {
  const name = [attribute(attributes, 'classname'), attribute(attributes, 'name')].filter(Boolean).join(' > ')
  result.seconds += Number(attribute(attributes, 'time') ?? 0)
  if (/<(failure|error)\b/.test(inside)) fail(result, name)
  else if (inside.includes('<skipped')) {
    result.skipped++
    result.skips.push(name)
  } else result.passed++
}

function fail(result: FileResult, problem: string): void {
  result.failed++
  result.problems.push(problem)
}

function emptyResult(path: string): FileResult {
  return { path, passed: 0, failed: 0, skipped: 0, seconds: 0, problems: [], skips: [] }
}

function attribute(attributes: string, name: string): string | undefined {
  const raw = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1]
  return raw?.replace(/&(lt|gt|quot|apos|amp|#10);/g, (_, entity: string) => entities[entity]!)
}

const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&', '#10': ' ' }

export function sum(results: readonly Totals[]): Totals {
  const totals = { passed: 0, failed: 0, skipped: 0 }
  for (const { passed, failed, skipped } of results) {
    totals.passed += passed
    totals.failed += failed
    totals.skipped += skipped
  }
  return totals
}

/** What went wrong, a line each. */
export const problemsOf = (results: readonly FileResult[]): string[] =>
  results.flatMap(({ path, problems }) => problems.map((problem) => `  ${path}: ${problem}`))

/** The line that everything ends with. */
export function lastLine({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`
}

/** A run in which nothing ran proves nothing. */
export function isGood({ passed, failed }: Totals): boolean {
  return failed === 0 && passed > 0
}
