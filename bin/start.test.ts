import { afterEach, beforeEach, expect, test } from 'bun:test'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { until } from '../prove/testing/until'

/**
 * A checkout that has everything but weight: an installed Bun and npm that only write down what they are told. A real
 * installation is what the pipeline begins with.
 */
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'alun-start-'))
  cpSync(`${import.meta.dir}/start.mjs`, join(root, 'bin/start.mjs'))
  write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/bun': { version: '1.0.0' } } }))
  for (const folder of ['web', 'client', 'protocol', 'services']) write(`${folder}/some.ts`, folder)
  write('web/build.ts', '')
  program(
    'tools/npm',
    'echo npm "$@" >> said; sleep 0.3; mkdir -p node_modules; cp package-lock.json node_modules/.package-lock.json',
  )
  write('node_modules/.package-lock.json', read('package-lock.json'))
  giveBun()
})

afterEach(() => rmSync(root, { recursive: true }))

const at = (path: string): string => join(root, path)
const read = (path: string): string => readFileSync(at(path), 'utf8')

function write(path: string, text: string): void {
  mkdirSync(dirname(at(path)), { recursive: true })
  writeFileSync(at(path), text)
}

function program(path: string, script: string): void {
  write(path, `#!/bin/sh\n${script}\nexit 0\n`)
  chmodSync(at(path), 0o755)
}

/** Real ones are told from the placeholder by their size. */
function giveBun(script = ''): void {
  const builds = `case "$1" in web/build.ts) mkdir -p dist/web; echo page > dist/web/index.html;; esac`
  program(
    'node_modules/bun/bin/bun.exe',
    `echo bun "$@" >> ${root}/said\n${builds}\n${script}\nexit 0\n${'#'.repeat(1_100_000)}`,
  )
}

function start(words: string[], env: Record<string, string> = {}): Bun.Subprocess<'ignore', 'pipe', 'pipe'> {
  const path = `${at('tools')}:${dirname(Bun.which('node')!)}:/usr/bin:/bin`
  return Bun.spawn(['node', 'bin/start.mjs', ...words], {
    cwd: root,
    env: { PATH: path, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs it, and gives its exit code and what npm and Bun were told meanwhile. */
async function said(...words: string[]): Promise<[number, ...string[]]> {
  rmSync(at('said'), { force: true })
  const code = await start(words).exited
  const lines = existsSync(at('said')) ? read('said').trim().split('\n') : []
  return [code, ...lines.map((line) => line.replaceAll(`${root}/`, ''))]
}

test('the web app is built once, and again when what it is made from changed', async () => {
  expect(await said('up', '--demo')).toEqual([0, 'bun web/build.ts', 'bun main/cli.ts up --demo'])
  expect(await said('up', '--demo')).toEqual([0, 'bun main/cli.ts up --demo'])
  write('services/drops/some.test.ts', 'a test')
  expect(await said('up')).toEqual([0, 'bun main/cli.ts up'])
  write('services/drops/model.ts', 'a model')
  expect(await said('up')).toEqual([0, 'bun web/build.ts', 'bun main/cli.ts up'])
  rmSync(at('dist'), { recursive: true })
  expect(await said('up')).toEqual([0, 'bun web/build.ts', 'bun main/cli.ts up'])
})

test('packages are installed when the lock file names others than there are', async () => {
  await said('up')
  write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/bun': { version: '1.0.1' } } }))
  const [code, first] = await said('version')
  expect([code, first]).toEqual([0, expect.stringMatching(/^npm ci .*--include=dev/)])
  expect(await said('version')).toEqual([0, 'bun main/cli.ts version'])
})

test('of several that start at once one installs and builds, and all go on', async () => {
  rmSync(at('node_modules/.package-lock.json'))
  expect(await Promise.all([1, 2, 3, 4].map(() => start(['version']).exited))).toEqual([0, 0, 0, 0])
  const lines = read('said').trim().split('\n')
  expect(lines.filter((line) => line.startsWith('npm ci'))).toHaveLength(1)
  expect(lines.filter((line) => line.endsWith('build.ts'))).toHaveLength(1)
  expect(lines.filter((line) => line.endsWith('version'))).toHaveLength(4)
})

test('a lock that a killed start left behind is no obstacle', async () => {
  const dead = Bun.spawn(['true'])
  await dead.exited
  write('.build.lock/pid', String(dead.pid))
  expect(await said('version')).toEqual([0, 'bun web/build.ts', 'bun main/cli.ts version'])
})

test("a placeholder for Bun is replaced by Bun's own install script", async () => {
  cpSync(at('node_modules/bun/bin/bun.exe'), at('real'))
  write('node_modules/bun/bin/bun.exe', 'not yet')
  write('node_modules/bun/install.js', `require('fs').copyFileSync('${root}/real', 'bin/bun.exe')`)
  expect((await said('version'))[0]).toBe(0)
  expect(read('said')).toContain('main/cli.ts version')
})

test('the exit code is that of the program, and each mode has its own', async () => {
  giveBun('case "$1" in *cli.ts) exit 7;; esac')
  expect((await said('doctor'))[0]).toBe(7)
  expect(await said('--test', 'kernel')).toEqual([0, 'bun bin/test.ts kernel'])
  expect(await said('--run', 'prove/bench/main.ts', '--json')).toEqual([0, 'bun prove/bench/main.ts --json'])
})

const waiting =
  'trap "echo told >> $PWD/said; exit 3" TERM; case "$1" in *cli.ts) for i in $(seq 500); do sleep 0.02; done;; esac'

test('a signal is passed on, and the end of the program is waited for', async () => {
  giveBun(waiting)
  const child = start(['up'])
  await until(() => existsSync(at('said')) && read('said').includes('cli.ts'))
  child.kill('SIGTERM')
  expect(await child.exited).toBe(3)
  expect(read('said')).toContain('told')
})

test('the program ends when npm, which started us, is killed', async () => {
  giveBun(waiting)
  const npm = Bun.spawn(['sh', '-c', 'node bin/start.mjs up & wait'], {
    cwd: root,
    env: { PATH: `${dirname(Bun.which('node')!)}:/usr/bin:/bin`, npm_lifecycle_event: 'start' },
  })
  await until(() => existsSync(at('said')) && read('said').includes('cli.ts'))
  npm.kill('SIGKILL')
  await until(() => read('said').includes('told'), { what: 'the program to be told' })
})
