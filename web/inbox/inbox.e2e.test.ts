/** Notifications as a person sets them up: asked on a tap, told while no page is open, with help where that can't be. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test'
import { launchBrowser, noBrowser } from '../../prove/browser'
import { statementRows } from '../../prove/testing/database'
import { testCluster, type TestCluster } from '../../prove/testing/cluster'
import { quietNode, type QuietNode } from '../../prove/testing/quiet-node'
import { until } from '../../prove/testing/until'
import { PushService } from '../../services/inbox/push/testing/receiver'
import { buildIfStale } from '../build'

const root = join(import.meta.dir, '../..')
const pictures = join(root, 'test-results/pictures')
let cluster: TestCluster
let browser: Browser
let context: BrowserContext
let push: PushService
let data: string
let teller: QuietNode

// tidy: skip: needs a browser
const withBrowser = test.skipIf(noBrowser !== undefined)

beforeAll(async () => {
  if (noBrowser) return
  await buildIfStale(join(root, 'dist/web'))
  data = await mkdtemp(join(tmpdir(), 'alun-data-'))
  push = new PushService()
  const env = { ALUN_DATA: data, ALUN_PUSH_HERE: '1' }
  ;[cluster, browser] = await Promise.all([testCluster({ nodes: 1, env }), launchBrowser()])
  teller = await quietNode(cluster, env)
}, 120_000)

afterEach(() => context?.close())

afterAll(async () => {
  await browser?.close()
  await teller?.stop()
  await cluster?.stop()
  await push?.stop()
  if (data) await rm(data, { recursive: true, force: true })
}, 30_000)

/** A guest at home. `device`: what the browser's push service says, since a browser of tests has none. */
async function enter(name: string, options: BrowserContextOptions, device?: string): Promise<Page> {
  context = await browser.newContext({ baseURL: cluster.url, locale: 'en-GB', reducedMotion: 'reduce', ...options })
  if (device) await context.addInitScript(pretend, push.subscribe(device))
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  await page.goto('/')
  await page.getByLabel(/^(Your name|Nama Anda)$/).fill(name)
  await page.getByRole('button', { name: /^(Join as a guest|Masuk sebagai tamu)$/ }).click()
  await page.getByRole('button', { name: /^(Notifications|Notifikasi)/ }).waitFor()
  return page
}

/** Runs in the page: a subscription that the push service of this test made. */
function pretend({ endpoint, keys }: { endpoint: string; keys: object }): void {
  const store = 'test.subscribed'
  const made = (key: string) => ({
    ...{
      endpoint,
      options: {
        applicationServerKey: Uint8Array.from(atob(key.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
          char.charCodeAt(0),
        ).buffer,
      },
    },
    toJSON: () => ({ endpoint, keys }),
    unsubscribe: async () => (localStorage.removeItem(store), true),
  })
  PushManager.prototype.getSubscription = async () => {
    const key = localStorage.getItem(store)
    return (key ? made(key) : null) as never
  }
  PushManager.prototype.subscribe = async (wanted) => {
    const key = wanted?.applicationServerKey as string
    localStorage.setItem(store, key)
    return made(key) as never
  }
}

const me = (page: Page): Promise<string> =>
  page.evaluate(async () => ((await (await fetch('/api/people/me')).json()) as { id: string }).id)

async function devicesOf(user: string): Promise<number> {
  const [row] = await statementRows<{ n: number }>(
    cluster.postgres.url,
    `SELECT count(*)::int AS n FROM inbox.device WHERE user_id = '${user}'`,
  )
  return row!.n
}

async function tell(to: string, tag: string): Promise<void> {
  const title = { en: 'Report 7 is done', id: 'Laporan 7 selesai' }
  const body = { en: 'The lamp in B2 is on again. Is it fixed?', id: 'Lampu di B2 menyala lagi. Sudah beres?' }
  await teller.perform('inbox.notify', {
    to: [to],
    kind: 'report.done',
    tag,
    title,
    body,
    url: '/inbox/settings',
    key: tag,
  })
}

async function picture(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`), fullPage: true })
  }
}

withBrowser(
  'a device is switched on by a tap, is told in words only it can read, and is switched off again',
  async () => {
    const page = await enter(
      'Ani',
      { permissions: ['notifications'], viewport: { width: 360, height: 740 }, isMobile: true },
      'phone',
    )
    await page.goto('/inbox')
    await page.getByText('Nothing yet').waitFor()
    await picture(page, 'inbox-offer-phone')
    await page.getByRole('link', { name: 'Settings', exact: true }).click()
    await page.getByText('Push is off on this device.').waitFor()
    await page.getByRole('button', { name: 'Switch on' }).click()
    await page.getByText('Notifications are on on this device.').waitFor()
    await page.getByText('(this device)').waitFor()
    await picture(page, 'inbox-settings-phone')

    await tell(await me(page), 'change-1')
    await until(() => push.of('phone').length === 1, { what: 'the push', timeoutMs: 20_000 })
    expect(push.of('phone')[0]!.payload).toMatchObject({
      title: 'Report 7 is done',
      tag: 'change-1',
      url: '/inbox/settings',
    })
    await page.goto('/inbox')
    const told = page.getByRole('link', { name: /Report 7 is done \(new\)/ }).last()
    await picture(page, 'inbox-told-phone')
    await told.click()
    await page.getByText('Last told').waitFor()
    await page.goto('/inbox')
    await page
      .getByRole('main')
      .getByRole('link', { name: /Report 7 is done/ })
      .waitFor()
    expect(await page.getByRole('main').getByText('(new)').count()).toBe(0)

    await page.goto('/inbox/settings')
    await page.getByRole('button', { name: 'Switch off' }).click()
    await page.getByText('None. Switch notifications on above').waitFor()
    await tell(await me(page), 'change-2')
    await page.goto('/inbox')
    await page.getByRole('main').getByText('(new)').waitFor()
    expect(push.of('phone')).toHaveLength(1)

    // Whoever takes the device next is not told what was for the one before.
    const user = await me(page)
    await page.getByRole('button', { name: 'Switch on' }).click()
    await until(async () => (await devicesOf(user)) === 1, { what: 'the device to be known', timeoutMs: 10_000 })
    await page.getByRole('button', { name: /^Account/ }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Join as a guest' }).waitFor()
    expect(await devicesOf(user)).toBe(0)
  },
  120_000,
)

withBrowser(
  'wishes are kept as they are made, and quiet hours follow this device’s clock',
  async () => {
    const page = await enter('Budi', {
      viewport: { width: 1440, height: 900 },
      timezoneId: 'Asia/Makassar',
      locale: 'id-ID',
    })
    await page.goto('/inbox/settings')
    await page.getByLabel('Diskusi').selectOption('bell')
    await page.getByText('Tersimpan.').waitFor()
    await page.getByLabel('Biarkan perangkat saya diam').check()
    await page.getByText('Jam mengikuti waktu Asia/Makassar.').waitFor()
    await page.getByLabel('Sampai').fill('05:30')
    await page.getByLabel('Sampai').blur()
    const kept = (): Promise<unknown> =>
      page.evaluate(async () => ((await (await fetch('/api/inbox/settings')).json()) as { wishes: object }).wishes)
    const wishes = { levels: { discussion: 'bell' }, quiet: { from: 1320, to: 330 }, zone: 'Asia/Makassar' }
    await until(async () => Bun.deepEquals(await kept(), wishes), { what: 'the wishes to be kept', timeoutMs: 10_000 })
    await page.reload()
    expect(await page.getByLabel('Diskusi').inputValue()).toBe('bell')
    expect(await page.getByLabel('Sampai').inputValue()).toBe('05:30')
    await picture(page, 'inbox-settings-wide')
  },
  60_000,
)

withBrowser(
  'who told the browser no, and who has an iPhone, learns what to do',
  async () => {
    const page = await enter('Citra', { viewport: { width: 360, height: 740 } })
    await page.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'denied' }))
    await page.goto('/inbox/settings')
    await page.getByText('This browser was told not to').waitFor()
    await page.getByText('How to allow it again').click()
    await page.getByText('choose “Allow”').waitFor()
    await picture(page, 'inbox-denied-phone')
    await context.close()
    const userAgent =
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1'
    const apple = await enter('Dewi', { viewport: { width: 390, height: 844 }, userAgent })
    await apple.addInitScript(() => void delete (window as { PushManager?: unknown }).PushManager)
    await apple.goto('/inbox/settings')
    await apple.getByText('Choose “Add to Home Screen”').waitFor()
    await picture(apple, 'inbox-install-phone')
  },
  60_000,
)
