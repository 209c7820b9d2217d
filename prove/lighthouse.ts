/**
 * Lighthouse on the pages that a phone meets first, as a stranger and as a guest: `npm run lighthouse`. It judges
 * performance, accessibility and best practices, and fails below 95. It is fetched when it is asked for (some 180 MB): too heavy to install for everybody.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from '@playwright/test'
import { findBrowser } from './browser'
import { Installation } from '../web/testing/installation'

const version = '12.8.2'
const least = 95

interface Report {
  categories: Record<string, { id: string; score: number }>
  audits: Record<string, { id: string; score: number | null; displayValue?: string }>
}

/** @param profile of a browser that is signed in already. */
async function judge(url: string, profile?: string): Promise<Report> {
  const browser = findBrowser()
  if (!browser) throw new Error('no Chromium found')
  const own = profile ? ` --user-data-dir=${profile}` : ''
  const flags = `--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage${own}`
  const only = '--only-categories=performance,accessibility,best-practices'
  const kept = profile ? ['--disable-storage-reset'] : []
  const words = ['--quiet', '--output=json', '--output-path=stdout', only, flags, ...kept]
  const run = Bun.spawn(['npx', '--yes', `lighthouse@${version}`, url, ...words], {
    stdout: 'pipe',
    stderr: 'inherit',
    env: { ...process.env, CHROME_PATH: browser },
  })
  return JSON.parse(await new Response(run.stdout).text()) as Report
}

/** As a person would: comes in by a name, and is shown what waits. */
async function signIn(url: string, profile: string): Promise<void> {
  const executablePath = findBrowser()!
  const context = await chromium.launchPersistentContext(profile, { executablePath, args: ['--no-sandbox'] })
  const response = await context.request.post(`${url}/api/auth/sign-in/anonymous`, { data: { name: 'Sari' } })
  if (!response.ok()) throw new Error(`no guest comes in: ${response.status()}`)
  const page = await context.newPage()
  await page.goto(`${url}/c/general`)
  await page.getByTestId('here').waitFor()
  await context.close()
}

const profile = await mkdtemp(join(tmpdir(), 'alun-lighthouse-'))
const alun = await Installation.start()
try {
  await signIn(alun.url, profile)
  for (const [who, path, sent] of [
    ['a stranger', '/', undefined],
    ['a guest', '/', profile],
    ['a guest', '/c/general', profile],
  ] as const) {
    const { categories, audits } = await judge(alun.url + path, sent)
    console.log(`${path} as ${who}`)
    for (const { id, score } of Object.values(categories)) {
      console.log(`  ${id.padEnd(16)} ${Math.round(score * 100)}`)
      if (score * 100 < least) process.exitCode = 1
    }
    for (const { id, score, displayValue = '' } of Object.values(audits)) {
      if (score !== null && score < 0.9) console.log(`    ${id} ${displayValue}`)
    }
  }
} finally {
  await alun.stop()
  await rm(profile, { recursive: true, force: true })
}
