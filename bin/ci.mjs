/**
 * The pipeline: all that must hold before a change is kept, in one program. It needs Node and npm, and installs the rest.
 *
 *   bin/ci                  on a clean checkout; node_modules and dist are made anew
 *   bin/ci --keep           uses the node_modules that are there: for a quick look while working
 *   bin/ci --full           the longer runs too (ALUN_FULL=1), for a night
 *
 * A step that fails does not hide what the others have to say, unless they need it. The last line sums up.
 */
import { spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const args = process.argv.slice(2)
const keep = args.includes('--keep')
const full = args.includes('--full')
const unknown = args.find((arg) => arg !== '--keep' && arg !== '--full')

const minute = 60_000
const tool = (name) => join('node_modules/.bin', name)
const installed = keep ? [] : ['install']

/** In this order. `needs` names steps without which one says nothing. `fresh` starts from what git holds. */
const steps = [
  ...(keep ? [] : [{ name: 'install', run: ['npm', 'ci'], limitMs: 5 * minute, fresh: true }]),
  { name: 'format', run: [tool('oxfmt'), '--check', '.'], needs: installed },
  { name: 'lint', run: [tool('oxlint')], needs: installed },
  { name: 'types', run: [tool('tsc'), '--noEmit'], needs: installed },
  { name: 'tidy', run: [tool('bun'), 'test', '--only-failures', './prove/tidy.test.ts'], needs: installed },
  // It holds the pages' budgets itself.
  { name: 'pages', run: [tool('bun'), 'web/build.ts'], needs: installed },
  // A load balancer and a Redis for the tests that run beside them; where they can't be had, those say so.
  { name: 'programs', run: ['bash', 'deploy/programs.sh'] },
  // The README's own command, on a checkout as fresh as a reader's.
  { name: 'tests', run: ['npm', 'test'], limitMs: (full ? 180 : 45) * minute, fresh: !keep },
]

const totals = { passed: 0, failed: 0, skipped: 0 }
const done = new Map()
/** The process group of the step under way. */
let running

async function main() {
  if (unknown) return refuse(`there is no ${unknown}: bin/ci [--keep] [--full]`)
  if (Number(process.versions.node.split('.')[0]) < 20) return refuse(`Node ${process.version} is too old: 20 or newer`)
  for (const step of steps) {
    const missing = (step.needs ?? []).find((name) => !done.get(name)?.good)
    if (missing) settle(step, { good: false, seconds: 0, note: `not run: it needs ${missing}` })
    else settle(step, await perform(step))
  }
  summarise()
}

function refuse(why) {
  console.error(why)
  totals.failed = 1
  summarise()
}

async function perform({ name, run, limitMs = 3 * minute, fresh }) {
  console.log(`\n━━ ${name}: ${run.join(' ')}`)
  const start = performance.now()
  if (fresh) for (const made of ['node_modules', 'dist']) rmSync(join(root, made), { recursive: true, force: true })
  const { code, counts, note } = await follow(run, limitMs)
  return { good: code === 0 && !note, counts, note, seconds: (performance.now() - start) / 1000 }
}

/** Each step counts as one, the tests as what they counted. */
function settle({ name }, result) {
  done.set(name, result)
  const { good, counts } = result
  if (counts) for (const key of Object.keys(totals)) totals[key] += counts[key]
  if (!counts || (!good && counts.failed === 0)) totals[good ? 'passed' : 'failed']++
  console.log(`━━ ${lineFor(name, result)}`)
}

/** Runs a command in a process group of its own, shows what it writes, and reads the tests' last line from it. */
function follow([command, ...rest], limitMs) {
  return new Promise((resolve) => {
    // Whatever this machine is for, here it is for developing: NODE_ENV=production would leave the tools out.
    const env = {
      ...process.env,
      NODE_ENV: 'development',
      ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }),
      ...(full ? { ALUN_FULL: '1' } : {}),
    }
    const child = spawn(command, rest, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    running = child.pid
    let tail = ''
    let note
    const show = (to) => (chunk) => {
      to.write(chunk)
      tail = (tail + chunk.toString()).slice(-10_000)
    }
    child.stdout.on('data', show(process.stdout))
    child.stderr.on('data', show(process.stderr))
    const limit = setTimeout(() => {
      note = `ended after ${limitMs / minute} minutes`
      endRunning()
    }, limitMs)
    child.once('error', (error) => {
      note = error.message
      clearTimeout(limit)
      resolve({ code: 1, note })
    })
    // What it started and left behind would keep its pipes open.
    child.once('exit', endRunning)
    child.once('close', (code) => {
      clearTimeout(limit)
      resolve({ code, note, counts: countsIn(tail) })
    })
  })
}

function endRunning() {
  try {
    if (running) process.kill(-running, 'SIGKILL')
  } catch {
    // Nobody of it is left.
  }
  running = undefined
}

function countsIn(output) {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1)
  if (!last) return undefined
  const [, passed, failed, skipped = '0'] = last
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) }
}

function lineFor(name, { good, seconds, note }) {
  return `${good ? '✓' : '✗'} ${name.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s${note ? `  ${note}` : ''}`
}

function summarise() {
  console.log('')
  for (const [name, result] of done) console.log(lineFor(name, result))
  const { passed, failed, skipped } = totals
  console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    endRunning()
    process.exit(130)
  })
}

await main()
