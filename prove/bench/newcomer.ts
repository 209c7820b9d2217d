/**
 * A newcomer's clock: a fresh clone, `npm start`, and how long until a page of three nodes can be used; then how long a
 * second start takes, with everything installed. npm's cache is as it is on this machine.
 *
 *   node bin/start.mjs --run prove/bench/newcomer.ts
 */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../testing/cluster'
import { until } from '../testing/until'

const root = join(import.meta.dir, '../..')
const longestMs = 600_000

const seconds = (fromMs: number, toMs = performance.now()): number => Math.round((toMs - fromMs) / 100) / 10

interface Started {
  /** When each line that it said came. */
  at: Map<string, number>
  stop(): Promise<void>
}

/** `npm start` there, until the page and somebody in it have been served. */
async function start(folder: string, port: number): Promise<Started> {
  const child = spawn('npm', ['start', '--', '--demo', '--port', String(port)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const at = new Map<string, number>()
  const hear = (chunk: Buffer): void => {
    for (const line of chunk.toString().split('\n')) at.set(line.split(' ')[0]!, performance.now())
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  await until(() => at.has('ready') || child.exitCode !== null, { what: '"ready"', timeoutMs: longestMs, everyMs: 20 })
  if (!at.has('ready')) throw new Error(`it did not start: ${[...at.keys()].join(' ')}`)
  await until(() => isUsable(`http://localhost:${port}`), { what: 'the page', timeoutMs: longestMs, everyMs: 20 })
  at.set('usable', performance.now())
  const stop = async (): Promise<void> => {
    // The whole group: npm passes no signal on.
    process.kill(-child.pid!, 'SIGTERM')
    await ended
  }
  return { at, stop }
}

/** The page, the script that it begins with, and a guest who is let in and answered. */
async function isUsable(url: string): Promise<boolean> {
  const page = await fetch(url)
    .then((response) => response.text())
    .catch(() => '')
  const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1]
  if (!script || !(await fetch(url + script)).ok) return false
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ name: 'Newcomer' })
  const guest = await fetch(`${url}/api/auth/sign-in/anonymous`, { method: 'POST', headers, body })
  const cookie = guest.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
  return (await fetch(`${url}/api/people/me`, { headers: { cookie } })).ok
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'alun-newcomer-'))
  const say = (what: string, took: number): void => void process.stdout.write(`${what.padEnd(44)} ${took} s\n`)
  process.stdout.write(`${cpus().length} cores, load ${loadavg()[0]!.toFixed(1)} before\n`)
  try {
    const begun = performance.now()
    if (Bun.spawnSync(['git', 'clone', '--quiet', root, folder]).exitCode !== 0) throw new Error('git clone failed')
    const cloned = performance.now()
    const port = freePort()
    const first = await start(folder, port)
    const [building = cloned, ready, usable] = ['building', 'ready', 'usable'].map((word) => first.at.get(word))
    say('clone', seconds(begun, cloned))
    say('install', seconds(cloned, building))
    say('build, database made, three nodes ready', seconds(building, ready))
    say('from nothing to a page that can be used', seconds(begun, usable))
    await first.stop()
    const again = performance.now()
    const second = await start(folder, port)
    say('a later start: ready', seconds(again, second.at.get('ready')))
    say('a later start: page that can be used', seconds(again, second.at.get('usable')))
    await second.stop()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

await main()
