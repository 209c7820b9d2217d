/**
 * What `npm test` runs: every test, what needs least first, and one line at the end that tells how it went.
 *
 *   npm test                          everything
 *   npm test -- kernel/hub web        files with one of these in their path
 *   npm test -- --only unit,pg        what needs nothing or a database
 */
import { join } from 'node:path'
import { choose, filesOf, kindNames, kinds, mayTryAgain, type Choice, type Kind } from './test/kinds'
import { isGood, lastLine, sum, type FileResult } from './test/report'
import { endAll, runFiles } from './test/run'

const root = join(import.meta.dir, '..')
/** `skip: why`, as tests write it that cannot run here. */
const reasons = new Set<string>()
/** What `bun test` says of a run besides: the results say it better. */
const chatter =
  /^(\s*| *\d+ (pass|fail|skip|todo|expect\(\) calls)|Ran \d+ tests?\b.*|bun test v.*|[\w./-]+\.test\.tsx?:)$/
/** What passed at the second try only. */
const unsteady: string[] = []
const longer = process.env['ALUN_FULL'] ? 6 : 1

async function main(): Promise<boolean> {
  const choice = choose(process.argv.slice(2))
  const files = await testFiles()
  const results: FileResult[] = []
  for (const kind of kindNames) results.push(...(await runKind(kind, filesOf(kind, files, choice))))
  summarise(results, choice)
  return isGood(sum(results))
}

async function testFiles(): Promise<string[]> {
  const glob = new Bun.Glob(
    '{bin,client,cluster,edge,kernel,main,protocol,prove,services,web,deploy,docs}/**/*.test.{ts,tsx}',
  )
  return (await Array.fromAsync(glob.scan({ cwd: root }))).filter((path) => !path.includes('node_modules/'))
}

async function runKind(kind: Kind, files: string[]): Promise<FileResult[]> {
  if (files.length === 0) return []
  const { needs, together, flags, limitMs } = kinds[kind]
  console.log(`\n── ${kind}: ${files.length} files that need ${needs}`)
  const env = { ...process.env, ...(kind === 'e2e' ? await browserEnv() : {}) }
  const options = { root, flags, limitMs: limitMs * longer, env, onLine }
  const results: FileResult[] = []
  for (const group of together ? [files] : files.map((file) => [file])) {
    let done = await runFiles(group, options)
    for (const result of done) console.log(lineFor(result))
    const failed = done.flatMap(({ path, problems }) => problems.map((problem) => `  ${path}: ${problem}`))
    if (failed.length > 0 && group.length === 1 && mayTryAgain(group[0]!)) {
      done = await runFiles(group, options)
      for (const result of done) console.log(`${lineFor(result)} (second try)`)
      if (isGood(sum(done))) unsteady.push(...failed)
    }
    results.push(...done)
  }
  return results
}

/** Looks for a browser once, or installs one, before many tests do. */
async function browserEnv(): Promise<Record<string, string>> {
  const finder = Bun.spawn([process.execPath, 'prove/browser.ts'], { cwd: root, stdout: 'pipe', stderr: 'inherit' })
  const path = (await new Response(finder.stdout).text()).trim()
  return (await finder.exited) === 0 ? { ALUN_CHROMIUM: path } : {}
}

function onLine(line: string): void {
  const reason = /^skip(?:ped)?: (.+)$/.exec(line)?.[1]
  if (reason) reasons.add(reason)
  else if (!chatter.test(line)) console.log(line)
}

function lineFor({ path, passed, failed, skipped, seconds }: FileResult): string {
  const mark = failed > 0 ? '✗' : passed > 0 ? '✓' : '–'
  return `${mark} ${path}  ${lastLine({ passed, failed, skipped })}  ${seconds.toFixed(1)} s`
}

function summarise(results: readonly FileResult[], { filters }: Choice): void {
  const skips = results.flatMap(({ path, skips: names }) => names.map((name) => `  ${path}: ${name}`))
  if (skips.length > 0)
    console.log(`\nSkipped:\n${[...reasons].map((reason) => `  why: ${reason}\n`).join('')}${skips.join('\n')}`)
  const problems = results.flatMap(({ path, problems: list }) => list.map((problem) => `  ${path}: ${problem}`))
  if (problems.length > 0) console.log(`\nFailed:\n${problems.join('\n')}`)
  if (unsteady.length > 0) console.log(`\nPassed at the second try only:\n${unsteady.join('\n')}`)
  if (results.length === 0)
    console.log(`\nNo test file${filters.length > 0 ? ` has ${filters.join(' or ')} in its path` : ''}.`)
  console.log(`\n${lastLine(sum(results))}`)
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => {
    endAll()
    process.exit(130)
  })
}

try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  console.log('0 passed, 1 failed')
  process.exitCode = 1
}
