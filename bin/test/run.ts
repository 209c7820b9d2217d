/** Runs files with `bun test` in a process group of their own, which is gone when we are done with it, however it went. */
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { judge, type FileResult, type Run } from './report'

export interface RunOptions {
  root: string
  flags: readonly string[]
  limitMs: number
  env: Record<string, string | undefined>
  /** How long each file takes, as `bun test --timings` reads it: workers share files out by it. */
  timings?: string
  /** Gets every line that the tests write. */
  onLine(line: string): void
}

/**
 * A run that leaves no report (a crash that took the others with it, a hang) is repeated file by file, so that one file
 * cannot hide what the others have to say.
 */
export async function runFiles(files: readonly string[], options: RunOptions): Promise<FileResult[]> {
  const run = await bunTest(files, options)
  if (run.xml !== undefined || files.length === 1) return judge(files, run)
  options.onLine(`${run.ended ?? `the run broke off with ${run.exitCode}`}: each of its files now runs alone`)
  const results: FileResult[] = []
  for (const file of files) results.push(...judge([file], await bunTest([file], options)))
  return results
}

const running = new Set<number>()

/** Ends what still runs: for when we are ended ourselves. */
export function endAll(): void {
  for (const pid of running) endGroup(pid)
}

async function bunTest(files: readonly string[], options: RunOptions): Promise<Run> {
  const dir = await mkdtemp(join(tmpdir(), 'alun-report-'))
  try {
    const report = join(dir, 'report.xml')
    const flags = ['--only-failures', ...options.flags, '--reporter=junit', `--reporter-outfile=${report}`]
    if (options.timings) {
      await writeFile(join(dir, 'timings.json'), options.timings)
      flags.push(`--timings=${join(dir, 'timings.json')}`)
    }
    const ending = await follow(['test', ...flags, ...files.map((path) => `./${path}`)], options)
    const xml = await readFile(report, 'utf8').catch(() => undefined)
    return { ...ending, xml }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function follow(args: readonly string[], { root, limitMs, env, onLine }: RunOptions): Promise<Omit<Run, 'xml'>> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const { pid } = child
    if (pid) running.add(pid)
    let ended: string | undefined
    const limit = setTimeout(() => {
      ended = `ended after ${Math.round(limitMs / 1000)} s: it hangs`
      if (pid) endGroup(pid)
    }, limitMs)
    for (const stream of [child.stdout, child.stderr]) byLine(stream, onLine)
    child.once('error', reject)
    // Not 'close': a grandchild that keeps our pipe open must not keep us.
    child.once('exit', (code, signal) => {
      clearTimeout(limit)
      if (pid) {
        endGroup(pid)
        running.delete(pid)
      }
      const exitCode = code ?? 128
      setImmediate(() => resolve({ exitCode, ended: ended ?? (signal ? `killed by ${signal}` : undefined) }))
    })
  })
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // Nobody of it is left.
  }
}

function byLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = ''
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    for (const line of lines) onLine(line)
  })
  stream.on('end', () => {
    if (rest !== '') onLine(rest)
  })
}
