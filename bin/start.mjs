/**
 * The way in: needs Node and npm only, and makes sure of the rest. Installs what the lock file names, builds the web app
 * when its sources changed, and hands over to Bun. When nothing is to be done that takes a moment.
 *
 *   node bin/start.mjs up …             alun's command line
 *   node bin/start.mjs --test …         every test
 *   node bin/start.mjs --run FILE …     a program of the repository
 *   node bin/start.mjs --ci …           the pipeline
 */
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const at = (...parts) => join(root, ...parts)
const say = (text) => process.stderr.write(`${text}\n`)

/** What the pages are made from; tests and SQL are not. */
const webSources = ['web', 'client', 'protocol', 'services', 'package-lock.json']
const notForPages = /\.test\.tsx?$|\.sql$/
const bunExecutable = at('node_modules/bun/bin/bun.exe')
const builtStamp = at('dist/web.sha256')

function main([mode = 'help', ...rest]) {
  if (Number(process.versions.node.split('.')[0]) < 20)
    fail(`Node ${process.version} is too old: 20 or newer is needed`)
  // The pipeline starts from what git holds, so it installs by itself.
  if (mode === '--ci') return handOver(process.execPath, [at('bin/ci.mjs'), ...rest])
  alone('install', installed, install)
  healBun()
  alone('build', built, build)
  if (mode === '--test') return handOver(bunExecutable, [at('bin/test.ts'), ...rest])
  if (mode === '--run') return handOver(bunExecutable, rest)
  // As `cluster/allocator.ts` says.
  if (mode === 'node') process.env.MIMALLOC_PURGE_DELAY ??= '5000'
  handOver(bunExecutable, [at('main/cli.ts'), mode, ...rest])
}

function fail(why) {
  say(why)
  process.exit(1)
}

/** What is in node_modules is what the lock file names. Packages for other machines may be missing. */
function installed() {
  try {
    const wanted = JSON.parse(readFileSync(at('package-lock.json'), 'utf8')).packages
    const found = JSON.parse(readFileSync(at('node_modules/.package-lock.json'), 'utf8')).packages
    return Object.entries(wanted).every(
      ([name, { version, optional }]) => name === '' || found[name]?.version === version || (optional && !found[name]),
    )
  } catch {
    return false
  }
}

function install() {
  say('installing …')
  run(
    'npm',
    ['ci', '--include=dev', '--include=optional', '--no-fund', '--no-audit', '--loglevel=error'],
    'the installation failed: is the package registry reachable?',
  )
}

/** npm may be set not to run install scripts; then Bun is a placeholder that has to fetch itself out of its package. */
function healBun() {
  if (existsSync(bunExecutable) && statSync(bunExecutable).size > 1_000_000) return
  run(process.execPath, ['install.js'], 'Bun could not be set up', at('node_modules/bun'))
}

function built() {
  if (!existsSync(at('dist/web/index.html')) || !existsSync(builtStamp)) return false
  return readFileSync(builtStamp, 'utf8') === hashOf(webSources)
}

function build() {
  say('building the web app …')
  const hash = hashOf(webSources)
  run(bunExecutable, ['web/build.ts'], 'the web app could not be built')
  writeFileSync(builtStamp, hash)
}

function hashOf(names) {
  const hash = createHash('sha256')
  const add = (path) => {
    if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort()) add(join(path, name))
    else if (!notForPages.test(path)) hash.update(path.slice(root.length)).update(readFileSync(path))
  }
  for (const name of names) add(at(name))
  return hash.digest('hex')
}

/** Does `work` unless `done`; of several that start at once only one works and the others wait for it. */
function alone(what, done, work) {
  if (done()) return
  const lock = at(`.${what}.lock`)
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch (error) {
      if (error.code !== 'EEXIST') fail(`this folder can't be written to: ${error.message}`)
      if (ownerIsGone(lock)) rmSync(lock, { recursive: true, force: true })
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100)
    }
  }
  writeFileSync(join(lock, 'pid'), String(process.pid))
  const release = () => rmSync(lock, { recursive: true, force: true })
  process.once('exit', release)
  if (!done()) work()
  process.off('exit', release)
  release()
}

function ownerIsGone(lock) {
  try {
    process.kill(Number(readFileSync(join(lock, 'pid'), 'utf8')), 0)
    return false
  } catch (error) {
    if (error.code === 'EPERM') return false
    // Its owner writes the number right after making it: what has none for long belongs to nobody.
    return error.code === 'ESRCH' || Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0) > 5000
  }
}

function run(command, args, complaint, cwd = root) {
  // What is installed must not depend on who asks: NODE_ENV=production would leave the tools out.
  const env = { ...process.env, NODE_ENV: 'development' }
  const shell = process.platform === 'win32'
  const { status } = spawnSync(command, args, { cwd, env, shell, stdio: ['ignore', process.stderr, process.stderr] })
  if (status !== 0) fail(complaint)
}

/** Becomes the program, as far as Node can: its input and output, its signals, its end. */
function handOver(command, args) {
  const child = spawn(command, args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // Ctrl-C in a terminal reaches the whole group: passed on, it would count as a second one.
    process.on(signal, () => (signal === 'SIGINT' && process.stdin.isTTY ? undefined : child.kill(signal)))
  }
  endWithNpm(child)
  child.once('error', (error) => fail(error.message))
  child.once('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 1)))
}

/** npm passes signals on, but killed it can't; whoever started us by npm expects us to end with it. */
function endWithNpm(child) {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const look = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(look)
    child.kill('SIGTERM')
  }, 500)
}

main(process.argv.slice(2))
