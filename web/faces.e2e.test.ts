/**
 * Every page at three widths: it fits its screen, everything on it can be hit and has a name, and nothing is complained
 * of behind the scenes. The pictures, light and dark, lie in `test-results/pictures`: look at them before calling a page
 * done.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Browser, BrowserContext } from '@playwright/test'
import { launchBrowser, noBrowser } from '../prove/browser'
import { Installation } from './testing/installation'
import { populate, signIn, visit } from './testing/company'
import { scenes, sizes, type Scene, type Size } from './testing/scenes'

const pictures = join(import.meta.dir, '../test-results/pictures')
let alun: Installation
let browser: Browser
let company: BrowserContext

beforeAll(async () => {
  if (noBrowser) return
  ;[alun, browser] = await Promise.all([Installation.start(), launchBrowser()])
  await populate(alun.url, await alun.setupPath())
  company = await visit(browser, alun.url, 'Made Ariani')
}, 120_000)

afterAll(async () => {
  await company?.close()
  await browser?.close()
  await alun?.stop()
}, 30_000)

for (const size of Object.keys(sizes) as Size[]) {
  // tidy: skip: needs a browser
  test.skipIf(noBrowser !== undefined)(
    `every page fits a ${size} screen of ${sizes[size].join(' by ')}, and all that can be pressed can be hit and has a name`,
    async () => {
      const faults: string[] = []
      for (const scene of scenes) {
        if (scene.sizes && !scene.sizes.includes(size)) continue
        faults.push(...(await look(scene, size)).map((fault) => `${scene.name}: ${fault}`))
      }
      expect(faults).toEqual([])
    },
    180_000,
  )
}

async function look(scene: Scene, size: Size): Promise<string[]> {
  const [width, height] = sizes[size]
  const phone = size === 'phone'
  const context = await browser.newContext({
    baseURL: alun.url,
    viewport: { width, height },
    deviceScaleFactor: phone ? 2 : 1,
    hasTouch: phone,
    isMobile: phone,
    locale: scene.lang === 'id' ? 'id-ID' : 'en-GB',
    reducedMotion: 'reduce',
  })
  try {
    if (scene.as) await signIn(context, scene.as)
    const page = await context.newPage()
    if (scene.insecure) await page.addInitScript('Object.defineProperty(window, "isSecureContext", { value: false })')
    page.setDefaultTimeout(20_000)
    const faults: string[] = []
    page.on('pageerror', (error) => faults.push(error.message))
    page.on('console', (message) => {
      // What the network refuses is part of some scenes.
      const expected = /Failed to load resource|WebSocket connection/.test(message.text())
      if (message.type() === 'error' && !expected) faults.push(message.text())
    })
    await page.goto(scene.path)
    await scene.act?.(page)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      // Painted in the new colours.
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
      await page.screenshot({ path: join(pictures, `${scene.name}-${size}-${colorScheme}.png`) })
    }
    return [...faults, ...(await page.evaluate(judge, width))]
  } finally {
    await context.close()
  }
}

/** Runs in the page. A phone's own idea of its width grows with what is on it. */
function judge(width: number): string[] {
  const faults: string[] = []
  const { scrollWidth } = document.documentElement
  if (scrollWidth > width) faults.push(`is ${scrollWidth - width} px too wide`)
  const modal = document.querySelector('dialog[open]')
  for (const element of document.querySelectorAll<HTMLElement>('a, button, input, textarea, summary')) {
    const box = element.getBoundingClientRect()
    if (box.width === 0 || (modal && !modal.contains(element))) continue
    const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : []
    const name = element.ariaLabel ?? [element, ...labels].map(({ textContent }) => textContent).join('')
    const what = `${element.tagName.toLowerCase()} “${name}”`
    if (name.trim() === '') faults.push(`${element.outerHTML.slice(0, 80)} has no name`)
    // A link in a sentence is as high as its line (WCAG 2.5.8), a small control is as large as its label.
    const inSentence = element.tagName === 'A' && element.closest('p') !== null
    const small =
      Math.min(box.width, box.height) < 24 && labels.every((label) => label.getBoundingClientRect().height < 24)
    if (small && !inSentence) faults.push(`${what} is ${Math.round(box.width)} by ${Math.round(box.height)} px`)
  }
  return faults
}
