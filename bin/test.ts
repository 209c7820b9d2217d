/**
 * What `npm test` runs: every test, what needs least first, and one line at the end that tells how it went.
 *
 *   npm test                          everything
 *   npm test -- kernel/hub web        files with one of these in their path
 *   npm test -- --only unit,pg        what needs nothing or a database
 */
import { join } from 'node:path'
import { choose, filesOf, kindNames, kinds, mayTryAgain, type Choice, type Kind } from './test/kinds'
import { inLanes, laneCount, longestFirst, mayHaveCompany, timingsOf } from './test/order'
import { isGood, lastLine, problemsOf, sum, type FileResult } from './test/report'
import { endAll, runFiles, type RunOptions } from './test/run'

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
  const browser = kind === 'e2e' ? await browserEnv() : {}
  const pristine = kind === 'unit' ? {} : await pristineEnv()
  const options = { root, flags, limitMs: limitMs * longer, env: { ...process.env, ...pristine, ...browser }, onLine }
  if (!together) return runSingly(files, options)
  const results = await runFiles(files, { ...options, timings: timingsOf(files) })
  for (const result of results) console.log(lineFor(result))
  return results
}

/** A run for each file: in lanes those that may have company, then the others, and last of all second tries. */
async function runSingly(files: readonly string[], options: RunOptions): Promise<FileResult[]> {
  const failed = new Map<string, string[]>()
  const results: FileResult[] = []
  const sociable = longestFirst(files.filter(mayHaveCompany))
  const lanes = Math.min(laneCount, sociable.length)
  const run = async (file: string, lane: number, isBeside = false): Promise<void> => {
    const held: string[] = []
    const env = { ...options.env, ALUN_TEST_LANE: String(lane) }
    const hear = isBeside ? (line: string) => void held.push(line) : onLine
    const done = await runFiles([file], { ...options, env, onLine: hear })
    // What a file writes stays in one piece with its result.
    for (const line of held) onLine(line)
    const isSecond = failed.has(file)
    for (const result of done) console.log(lineFor(result) + (isSecond ? ' (second try)' : ''))
    const problems = problemsOf(done)
    if (isSecond && problems.length === 0) unsteady.push(...failed.get(file)!)
    if (!isSecond && problems.length > 0 && mayTryAgain(file)) failed.set(file, problems)
    else results.push(...done)
  }
  await inLanes(sociable, lanes, (file, lane) => run(file, lane, lanes > 1))
  for (const file of files.filter((path) => !mayHaveCompany(path))) await run(file, 0)
  for (const file of failed.keys()) await run(file, 0)
  return results
}

/** Looks for a browser once, or installs one, before many tests do. */
async function browserEnv(): Promise<Record<string, string>> {
  const finder = Bun.spawn([process.execPath, 'prove/browser.ts'], { cwd: root, stdout: 'pipe', stderr: 'inherit' })
  const path = (await new Response(finder.stdout).text()).trim()
  return (await finder.exited) === 0 ? { ALUN_CHROMIUM: path } : {}
}

/** Keeps a migrated database for every process to copy, until its input is closed: when we are gone. */
let keeper: Bun.Subprocess<'pipe', 'pipe', 'inherit'> | undefined
let pristine: Record<string, string> | undefined

/** Where that is; if it cannot be made each process makes its own, and says what is wrong. */
async function pristineEnv(): Promise<Record<string, string>> {
  if (pristine) return pristine
  const words = [process.execPath, 'prove/testing/pristine.ts']
  keeper = Bun.spawn(words, { cwd: root, stdin: 'pipe', stdout: 'pipe', stderr: 'inherit' })
  keeper.unref()
  const { value } = await keeper.stdout.getReader().read()
  const dataDir = new TextDecoder().decode(value).trim()
  return (pristine = dataDir === '' ? {} : { ALUN_TEST_PRISTINE: dataDir })
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
  const problems = problemsOf(results)
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
