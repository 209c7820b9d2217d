/**
 * Lighthouse on the pages that a phone meets first, as a stranger and as a guest: `npm run lighthouse`. It judges
 * performance, accessibility and best practices, and fails below 95. It is fetched when it is asked for (some 180 MB): too heavy to install for everybody.
 */
import { findBrowser } from './browser'
import { Installation } from '../web/testing/installation'

const version = '12.8.2'
const least = 95

interface Report {
  categories: Record<string, { id: string; score: number }>
  audits: Record<string, { id: string; score: number | null; displayValue?: string }>
}

async function judge(url: string, cookie?: string): Promise<Report> {
  const chromium = findBrowser()
  if (!chromium) throw new Error('no Chromium found')
  const flags = '--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage'
  const only = '--only-categories=performance,accessibility,best-practices'
  const headers = cookie ? [`--extra-headers=${JSON.stringify({ cookie })}`] : []
  const words = ['--quiet', '--output=json', '--output-path=stdout', only, flags, ...headers]
  const run = Bun.spawn(['npx', '--yes', `lighthouse@${version}`, url, ...words], {
    stdout: 'pipe',
    stderr: 'inherit',
    env: { ...process.env, CHROME_PATH: chromium },
  })
  return JSON.parse(await new Response(run.stdout).text()) as Report
}

async function guestCookie(url: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/sign-in/anonymous`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: '{"name":"Sari"}',
  })
  return response.headers
    .getSetCookie()
    .map((one) => one.split(';')[0])
    .join('; ')
}

const alun = await Installation.start()
try {
  const cookie = await guestCookie(alun.url)
  for (const [who, path, sent] of [
    ['a stranger', '/', undefined],
    ['a guest', '/', cookie],
    ['a guest', '/c/general', cookie],
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
}
