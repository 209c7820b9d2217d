/**
 * Every page, as people of every kind meet it, and every state of the scenes: it fits a phone, a tablet and a desk,
 * everything on it can be hit and has a name, axe finds nothing that WCAG 2.2 forbids at the levels A and AA, in the light
 * and in the dark, and nothing is complained of behind the scenes. `npm run shots` takes the pictures, too: look at them
 * before calling a page done.
 */
import { afterAll, beforeAll, expect } from 'bun:test'
import type { BrowserContext, Page } from '@playwright/test'
import { noBrowser } from '../prove/browser'
import { routes } from './shell/routes'
import { furnish, type Examples } from './testing/campus'
import { admin, signIn, visit } from './testing/company'
import { forbidden, misfits, painted, schemes, settled } from './testing/judges'
import { takePictures } from './testing/pictures'
import { scenes, sizes, type Scene, type Size } from './testing/scenes'
import { setStage, withBrowser } from './testing/stage'

/** They take longer than all else. */
const picturesAreWanted = process.env['ALUN_PICTURES'] === '1'
/** Every day, who sees less than an admin is looked at as they come: on their own screen, in the light. */
const isThorough = process.env['ALUN_FULL'] === '1'
const limitMs = picturesAreWanted ? 1_200_000 : 240_000
/** More than there are cores to draw them: each waits, much of its time, for an answer or for the next frame. */
const atOnce = 4
const stage = setStage({ populated: true })
let examples: Examples
let company: BrowserContext

beforeAll(async () => {
  if (noBrowser) return
  examples = await furnish(stage.alun.url)
  company = await visit(stage.browser, stage.alun.url, 'Made Ariani')
}, 60_000)
afterAll(() => company?.close())

interface Visitor {
  who: string
  /** Absent: signed out. */
  name?: string
  locale: 'en-GB' | 'id-ID'
  /** The screen on which axe looks; all are measured. */
  size: Size
}

const visitors: readonly Visitor[] = [
  { who: 'stranger', locale: 'en-GB', size: 'phone' },
  { who: 'guest', name: 'Dewi Lestari', locale: 'id-ID', size: 'phone' },
  { who: 'admin', name: admin.name, locale: 'en-GB', size: 'wide' },
]

for (const visitor of visitors) {
  withBrowser(
    `every page fits every screen of the ${visitor.who}, can be used, and has nothing that WCAG 2.2 AA forbids, in both colours`,
    async () => expect(await walk(visitor)).toEqual([]),
    limitMs,
  )
}

withBrowser(
  'every state of the scenes fits its screen, can be used, and has nothing that WCAG 2.2 AA forbids, in both colours',
  async () => {
    const asked = scenes.flatMap((scene) => scene.sizes.map((size) => ({ scene, size })))
    const faults: string[] = []
    await inTurns(asked, async ({ scene, size }) => {
      faults.push(...(await look(scene, size)).map((fault) => `${scene.name}, ${size}: ${fault}`))
    })
    expect(faults).toEqual([])
  },
  limitMs,
)

async function inTurns<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

/** All addresses, from page to page as people go: without loading the app anew. */
async function walk({ who, name, locale, size }: Visitor): Promise<string[]> {
  const context = await deviceOf(size, locale)
  if (name) await signIn(context, name)
  const faults: string[] = []
  const tabs = await Promise.all(Array.from({ length: atOnce }, () => stage.pageOf(context)))
  await Promise.all(tabs.map((tab) => tab.goto(name ? '/me' : '/trust')))
  const open = routes.filter((route) => name !== undefined || route.open)
  await inTurns(open, async ({ path }) => {
    const tab = tabs.pop()!
    try {
      const found = await judge(tab, path, { who, size, everyPage: name === admin.name })
      faults.push(...found.map((fault) => `${path}: ${fault}`))
    } finally {
      tabs.push(tab)
    }
  })
  return faults
}

interface Manner {
  who: string
  size: Size
  /** May go everywhere, so that no page has reason to say why it shows nothing. */
  everyPage: boolean
}

async function judge(page: Page, path: string, { who, size, everyPage }: Manner): Promise<string[]> {
  const faults = listen(page)
  await page.evaluate((to) => {
    history.pushState(null, '', to)
    dispatchEvent(new PopStateEvent('popstate'))
  }, addressOf(path))
  await settled(page)
  const alert = page.locator('[role=alert]:visible')
  if (everyPage && !alarming.includes(path) && (await alert.count()) > 0) faults.push(await alert.first().innerText())
  const measured = everyPage || isThorough ? (Object.keys(sizes) as Size[]) : [size]
  for (const one of inOrder(measured, page)) {
    await resize(page, one)
    faults.push(...(await misfits(page)).map((fault) => `${one}: ${fault}`))
    if (one === size) faults.push(...(await forbidden(page, everyPage || isThorough ? schemes : ['light'])))
    // Other visitors see the same pages, with less on them.
    if (picturesAreWanted && (everyPage || one === size)) await takePictures(page, `${nameOf(path)}-${who}-${one}`)
  }
  return faults.splice(0)
}

/** Begins with what the page fits already: to lay it out anew takes longer than to measure it. */
const inOrder = (asked: readonly Size[], page: Page): Size[] =>
  asked.toSorted((one, other) => Number(isOn(page, other)) - Number(isOn(page, one)))
const isOn = (page: Page, size: Size): boolean => page.viewportSize()?.width === screen(size).width

async function resize(page: Page, size: Size): Promise<void> {
  if (isOn(page, size)) return
  await page.setViewportSize(screen(size))
  await painted(page)
}

/** Of its pictures. */
const nameOf = (path: string): string => path.replace(/\W+/g, '-').replace(/^-|-$/g, '') || 'today'

/** Their whole point is a token, and this one is none. */
const alarming = ['/setup', '/reset/:token']

/** An address of something that is there. */
function addressOf(path: string): string {
  const known = examples[path.split('/')[1]!]
  return path.replace(/:(\w+)/g, (_, part: string) => encodeURIComponent(known?.[part] ?? 'nothing'))
}

async function look(scene: Scene, size: Size): Promise<string[]> {
  const context = await deviceFor(scene, size)
  const page = await stage.pageOf(context)
  try {
    if (scene.insecure) await page.addInitScript('Object.defineProperty(window, "isSecureContext", { value: false })')
    const faults = listen(page)
    await page.goto(scene.path)
    await scene.act?.(page)
    faults.push(...(await misfits(page)), ...(await forbidden(page)))
    if (picturesAreWanted) await takePictures(page, `${scene.name}-${size}`)
    return faults.splice(0)
  } finally {
    await page.close()
  }
}

const devices = new Map<string, Promise<BrowserContext>>()
/** Scenes of one person share a device, so that the app is loaded once on it; but for those that want to be alone. */
function deviceFor({ as, lang, name, alone }: Scene, size: Size): Promise<BrowserContext> {
  const key = [as, lang, size, alone && name].join()
  const make = async (): Promise<BrowserContext> => {
    const context = await deviceOf(size, lang === 'id' ? 'id-ID' : 'en-GB')
    if (as) await signIn(context, as)
    return context
  }
  const device = devices.get(key) ?? make()
  devices.set(key, device)
  return device
}

const deviceOf = (size: Size, locale: string): Promise<BrowserContext> => {
  const isMobile = size === 'phone'
  // What keeps pages for later is looked at elsewhere, and has much to do on every new device.
  const lean = { serviceWorkers: 'block', deviceScaleFactor: isMobile && picturesAreWanted ? 2 : 1 } as const
  return stage.device({ viewport: screen(size), locale, isMobile, hasTouch: isMobile, ...lean })
}

function screen(size: Size): { width: number; height: number } {
  const [width, height] = sizes[size]
  return { width, height }
}

const heard = new WeakMap<Page, string[]>()
/** What the page says in its console from now on. What the network refuses is part of some scenes. */
function listen(page: Page): string[] {
  const known = heard.get(page)
  if (known) return known
  const faults: string[] = []
  heard.set(page, faults)
  page.on('console', (message) => {
    const expected = /Failed to load resource|WebSocket connection/.test(message.text())
    if (message.type() === 'error' && !expected) faults.push(message.text())
  })
  return faults
}
