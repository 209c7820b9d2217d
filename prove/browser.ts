/**
 * A Chromium for the browser tests: the one that is there, wherever that is; on a Debian-like system as root, one that is
 * installed now. `bun prove/browser.ts` prints its path, or why there is none.
 *
 *   import { launchBrowser, noBrowser } from '../prove/browser'
 *   // tidy: skip: needs a browser
 *   test.skipIf(noBrowser !== undefined)('a message appears on the other screen', async () => …)
 */
import { existsSync } from 'node:fs'
import { chromium, type Browser } from '@playwright/test'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Headless, quiet and alone: nothing is fetched, nothing is shared with a browser that somebody uses. */
const flags = [
  '--no-sandbox',
  '--disable-dev-shm-usage',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** The path of a Chromium: what `ALUN_CHROMIUM` says, Playwright's own, or one on the PATH. */
export function findBrowser(env: Record<string, string | undefined> = process.env): string | undefined {
  const told = env['ALUN_CHROMIUM']
  if (told) return existsSync(told) ? told : undefined
  const own = chromium.executablePath()
  if (existsSync(own)) return own
  for (const name of names) {
    const found = Bun.which(name, { PATH: env['PATH'] ?? '' })
    if (found) return found
  }
  return undefined
}

/** Why there is no browser; undefined where there is one. Says so once, as the runner's summary wants it. */
export const noBrowser: string | undefined = findBrowser() ? undefined : whyNone()

function whyNone(): string {
  const told = process.env['ALUN_CHROMIUM']
  if (told) return `ALUN_CHROMIUM is ${told}, and nothing is there`
  return 'no Chromium found: install one (`npx playwright install chromium`), or point ALUN_CHROMIUM to it'
}

if (noBrowser && !import.meta.main) console.info(`skip: ${noBrowser}`)

/** A browser with a fresh profile, which Playwright makes and removes. Close it when the test ends. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser()
  if (!executablePath) throw new Error(noBrowser)
  return chromium.launch({ executablePath, args: flags })
}

/** Only root on a system with apt-get can, and is not asked: a test run that skips its browser proves too little. */
function installBrowser(): string | undefined {
  if (process.env['ALUN_CHROMIUM'] || process.getuid?.() !== 0 || !Bun.which('apt-get')) return undefined
  console.error('no Chromium found: installing the one of this system')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  for (const step of [
    ['update', '-qq'],
    ['install', '-y', '-qq', '--no-install-recommends', 'chromium'],
  ]) {
    Bun.spawnSync(['apt-get', ...step], { env, stdin: 'ignore', stdout: 'ignore', stderr: 'inherit', timeout: 300_000 })
  }
  return findBrowser()
}

if (import.meta.main) {
  const path = findBrowser() ?? installBrowser()
  if (path) console.log(path)
  else console.error(noBrowser)
  process.exitCode = path ? 0 : 1
}
