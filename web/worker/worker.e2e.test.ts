/** The service worker in a browser: offline, a new version, pushes and shared photos. It needs no cluster, only files. */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContext, CDPSession, Page } from '@playwright/test'
import { launchBrowser, noBrowser } from '../../prove/browser'
import { until } from '../../prove/testing/until'
import { build } from '../build'

let folder: string
let browser: Browser
let context: BrowserContext
let site: ReturnType<typeof Bun.serve>
/** Written behind the worker's program: another text is another version. */
let version = ''
let isDown = false

// tidy: skip: needs a browser
const withBrowser = test.skipIf(noBrowser !== undefined)

beforeAll(async () => {
  if (noBrowser) return
  folder = await mkdtemp(join(tmpdir(), 'alun-worker-'))
  await build(join(folder, 'web'))
  site = Bun.serve({ port: 0, fetch: serve })
  browser = await launchBrowser()
}, 60_000)

afterEach(() => context?.close())

afterAll(async () => {
  await browser?.close()
  await site?.stop(true)
  if (folder) await rm(folder, { recursive: true })
})

async function serve(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (isDown) return new Response('down', { status: 503 })
  // Nobody is signed in, and this is no demo.
  if (pathname.startsWith('/api/')) return Response.json(pathname.endsWith('/about') ? { demo: false } : null)
  const file = Bun.file(join(folder, 'web', pathname.includes('.') ? pathname : 'index.html'))
  if (!(await file.exists())) return new Response('no such file', { status: 404 })
  if (pathname !== '/sw.js') return new Response(file)
  const headers = { 'content-type': 'text/javascript', 'cache-control': 'no-cache' }
  return new Response(`${await file.text()}\n//${version}`, { headers })
}

/** A page that the worker is in charge of. */
async function installed(): Promise<Page> {
  context = await browser.newContext({ baseURL: site.url.href, locale: 'en-GB', permissions: ['notifications'] })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto('/trust')
  await until(() => page.evaluate(() => navigator.serviceWorker.controller?.state === 'activated'), {
    what: 'the worker to be in charge',
    timeoutMs: 15_000,
  })
  return page
}

withBrowser(
  'the app opens without a network, on any of its pages, and says what is safe',
  async () => {
    const page = await installed()
    await context.setOffline(true)
    await page.goto('/c/general')
    await page.getByText('The server doesn’t answer yet').waitFor()
    await context.setOffline(false)
    await page.getByRole('button', { name: 'Join as a guest' }).waitFor()
  },
  60_000,
)

withBrowser(
  'a new version waits until the person takes it, and then the page begins anew with it',
  async () => {
    const page = await installed()
    await page.evaluate(() => Object.assign(window, { sameDocument: true }))
    version = 'two'
    await page.evaluate(async () => void (await (await navigator.serviceWorker.ready).update()))
    await page.getByText('A new version is ready.').waitFor()
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true)
    await page.getByRole('button', { name: 'Use it now' }).click()
    await until(() => page.evaluate(() => !('sameDocument' in window)).catch(() => false), { what: 'the page anew' })
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await page.getByText('A new version is ready.').count()).toBe(0)
  },
  60_000,
)

/** What the push service would deliver. */
async function push(session: CDPSession, data: object): Promise<void> {
  const registered = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const one = registrations.find(({ isDeleted }) => !isDeleted)
      if (one) resolve(one.registrationId)
    })
  })
  await session.send('ServiceWorker.enable')
  const [registrationId, origin] = [await registered, site.url.origin]
  await session.send('ServiceWorker.deliverPushMessage', { origin, registrationId, data: JSON.stringify(data) })
  await session.send('ServiceWorker.disable')
}

const shown = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    return (await registration.getNotifications()).map(({ title, tag }) => `${tag}: ${title}`)
  })

withBrowser(
  'a push is shown once for each change, and a tap leads to its place in the open page',
  async () => {
    const page = await installed()
    const session = await context.newCDPSession(page)
    const change = { title: 'The lift is fixed', body: 'Is it?', url: '/reports/7', tag: 'report-7-done' }
    const other = { title: 'A new drop', body: '', url: '/drops', tag: 'drop-1', urgent: true }
    await push(session, change)
    // As push services do: again and again, since one that nobody confirms may not have come.
    await until(
      async () => {
        for (const one of [change, other]) await push(session, one)
        expect((await shown(page)).toSorted()).toEqual(['drop-1: A new drop', 'report-7-done: The lift is fixed'])
        return true
      },
      { what: 'two notifications', timeoutMs: 20_000, everyMs: 500 },
    )
    // What is urgent stays until somebody sees to it.
    const staying = await page.evaluate(async () => {
      const all = await (await navigator.serviceWorker.ready).getNotifications()
      return all.filter(({ requireInteraction }) => requireInteraction).map(({ tag }) => tag)
    })
    expect(staying).toEqual(['drop-1'])
    await context.serviceWorkers()[0]!.evaluate(async () => {
      const scope = globalThis as unknown as { registration: ServiceWorkerRegistration } & EventTarget
      const [notification] = await scope.registration.getNotifications({ tag: 'report-7-done' })
      // Focusing a window needs a real tap; that the way is sent does not.
      const tapped = Object.assign(new Event('notificationclick'), {
        ...{ action: '', notification, waitUntil: (work: Promise<unknown>) => void work.catch(() => undefined) },
      })
      scope.dispatchEvent(tapped)
    })
    await page.waitForURL('**/reports/7')
  },
  60_000,
)

withBrowser(
  'photos shared from another app wait on the device for the page that takes them, and never reach the server as a post',
  async () => {
    const page = await installed()
    isDown = true
    const answer = await page.evaluate(async () => {
      const form = new FormData()
      form.append('photos', new File(['one'], 'lift rusak.jpg', { type: 'image/jpeg' }))
      form.append('photos', new File(['two'], 'b.png', { type: 'image/png' }))
      const response = await fetch('/reports/new', { method: 'POST', body: form, redirect: 'manual' })
      const cache = await caches.open('alun-shared')
      const kept = await Promise.all(['/shared/0', '/shared/1'].map(async (at) => (await cache.match(at))!.text()))
      return { type: response.type, kept }
    })
    isDown = false
    expect(answer).toEqual({ type: 'opaqueredirect', kept: ['one', 'two'] })
  },
  60_000,
)
