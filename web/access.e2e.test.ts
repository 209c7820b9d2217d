/**
 * Every page, as a guest on a phone in the dark and as an admin on a desktop in the light: axe finds nothing that
 * WCAG 2.2 forbids at the levels A and AA. What no tool can see is looked at in the pictures of `faces.e2e.test.ts`.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { launchBrowser, noBrowser } from '../prove/browser'
import { routes } from './shell/routes'
import { admin, populate, signIn } from './testing/company'
import { Installation } from './testing/installation'

let alun: Installation
let browser: Browser
const axe = await Bun.file(join(import.meta.dir, '../node_modules/axe-core/axe.min.js')).text()
const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

/** What stands for a part of an address. A page that finds nothing there says so, and is a page too. */
const examples: Record<string, string> = { channel: 'general' }
const paths = routes.map(({ path }) => path.replace(/:(\w+)/g, (_, name: string) => examples[name] ?? 'nothing'))

beforeAll(async () => {
  if (noBrowser) return
  ;[alun, browser] = await Promise.all([Installation.start({ demo: true }), launchBrowser()])
  await populate(alun.url, await alun.setupPath())
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await alun?.stop()
}, 30_000)

const phone = { width: 360, height: 740 }
const visitors = [
  { who: 'somebody who is signed out', viewport: phone, schemes: ['light', 'dark'] },
  { who: 'a guest on a phone in the dark', name: 'Dewi Lestari', viewport: phone, schemes: ['dark'] },
  { who: 'an admin on a desktop', name: admin.name, viewport: { width: 1440, height: 900 }, schemes: ['light'] },
] as const

for (const { who, viewport, schemes, ...rest } of visitors) {
  const name = 'name' in rest ? rest.name : undefined
  const all = name ? paths : routes.filter(({ open }) => open).map(({ path }) => path)
  // tidy: skip: needs a browser
  test.skipIf(noBrowser !== undefined)(
    `${who} meets nothing on any page that WCAG 2.2 AA forbids`,
    async () => {
      const context = await browser.newContext({
        baseURL: alun.url,
        viewport,
        locale: 'en-GB',
        reducedMotion: 'reduce',
      })
      try {
        if (name) await signIn(context, name)
        expect(await walk(context, all, schemes)).toEqual([])
      } finally {
        await context.close()
      }
    },
    240_000,
  )
}

type Scheme = 'light' | 'dark'

async function walk(context: BrowserContext, all: readonly string[], schemes: readonly Scheme[]): Promise<string[]> {
  const faults: string[] = []
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  for (const path of all) {
    await page.goto(path)
    await settled(page)
    await page.evaluate(axe)
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme })
      faults.push(...(await judge(page)).map((fault) => `${path} (${colorScheme}): ${fault}`))
    }
  }
  return faults
}

/** Its heading is there, and nothing is loading any more, for as long as that can be expected. */
async function settled(page: Page): Promise<void> {
  await page.locator('h1:visible, h2:visible, [role=alert]:visible').first().waitFor()
  await page
    .waitForFunction(() => !document.querySelector('.animate-pulse, .animate-spin'), undefined, { timeout: 1000 })
    .catch(() => undefined)
}

/** What axe finds, each as a line that says where. */
const judge = (page: Page): Promise<string[]> =>
  page.evaluate(async (values) => {
    interface Found {
      violations: { id: string; help: string; nodes: { target: string[] }[] }[]
    }
    const { axe: tool } = globalThis as unknown as { axe: { run(options: object): Promise<Found> } }
    const { violations } = await tool.run({ runOnly: { type: 'tag', values }, resultTypes: ['violations'] })
    return violations.map(
      ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
    )
  }, levels)
