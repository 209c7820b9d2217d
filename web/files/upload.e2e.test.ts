/** A photo on its way over a poor network: what arrived is not sent again, not even after the page was closed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, BrowserContext, Page, Route } from '@playwright/test'
import sharp from 'sharp'
import { launchBrowser, noBrowser } from '../../prove/browser'
import { statementRows } from '../../prove/testing/database'
import { testCluster, type TestCluster } from '../../prove/testing/cluster'
import { until } from '../../prove/testing/until'
import { buildIfStale } from '../build'

let cluster: TestCluster
let browser: Browser
let data: string

beforeAll(async () => {
  if (noBrowser) return
  await buildIfStale(join(import.meta.dir, '../../dist/web'))
  data = await mkdtemp(join(tmpdir(), 'alun-data-'))
  ;[cluster, browser] = await Promise.all([testCluster({ nodes: 2, env: { ALUN_DATA: data } }), launchBrowser()])
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await cluster?.stop()
  if (data) await rm(data, { recursive: true, force: true })
}, 30_000)

/** Noise, which no encoder makes small: a photo of some pieces. */
async function photo(): Promise<{ path: string; bytes: number }> {
  const [width, height] = [1100, 900]
  const raw = crypto.getRandomValues.bind(crypto)
  const pixels = Buffer.concat(Array.from({ length: 60 }, () => raw(new Uint8Array((width * height * 3) / 60))))
  const jpeg = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90 })
    .toBuffer()
  const path = join(data, 'noise.jpg')
  await writeFile(path, jpeg)
  return { path, bytes: jpeg.length }
}

/** Lets pieces through or cuts them off, and keeps count of what arrived. */
class Network {
  readonly arrived: { offset: number; bytes: number }[] = []
  asked = 0
  cut = 0
  /** How many more pieces pass. */
  passing = 1

  async meet(context: BrowserContext): Promise<void> {
    await context.route(/\/files\/[0-9a-f-]+$/, (route) => this.judge(route))
  }

  private async judge(route: Route): Promise<void> {
    const request = route.request()
    if (request.method() !== 'PATCH') {
      this.asked++
      return route.continue()
    }
    if (this.passing <= 0) {
      this.cut++
      return route.abort('connectionreset')
    }
    this.passing--
    const response = await route.fetch()
    if (response.ok())
      this.arrived.push({ offset: Number(request.headers()['upload-offset']), bytes: request.postDataBuffer()!.length })
    return route.fulfill({ response })
  }
}

async function report(page: Page, path: string): Promise<void> {
  await page.goto('/reports/new')
  await page.locator('input[type=file][multiple]').setInputFiles(path)
  await page.getByRole('textbox', { name: 'Where' }).fill('Aula')
  await page.getByRole('textbox', { name: 'In a few words' }).fill('Kaca pecah')
  await page.getByRole('button', { name: 'Send', exact: true }).click()
}

// tidy: skip: needs a browser
test.skipIf(noBrowser !== undefined)(
  'a photo whose upload broke off goes on where it got, also after the page was loaded anew',
  async () => {
    const { path, bytes } = await photo()
    expect(bytes).toBeGreaterThan(600_000)
    const context = await browser.newContext({ baseURL: cluster.url, locale: 'en-GB', serviceWorkers: 'block' })
    const network = new Network()
    await network.meet(context)
    const page = await context.newPage()
    page.setDefaultTimeout(20_000)
    await page.goto('/')
    await page.getByLabel('Your name').fill('Ani')
    await page.getByRole('button', { name: 'Join as a guest' }).click()
    await page.getByRole('button', { name: /^Notifications/ }).waitFor()
    await report(page, path)
    await until(() => network.cut >= 2, { what: 'pieces to be cut off', timeoutMs: 20_000 })
    await page.reload()
    network.passing = 1
    await until(() => network.arrived.length === 2, { what: 'it to go on', timeoutMs: 30_000 })
    network.passing = 1000
    const states = (): Promise<{ state: string; bytes: number }[]> =>
      statementRows(cluster.postgres.url, 'SELECT state, bytes FROM files.file')
    await until(async () => (await states())[0]?.state === 'ready', {
      what: 'the photo to be ready',
      timeoutMs: 60_000,
      everyMs: 100,
    })

    expect(await states()).toEqual([{ state: 'ready', bytes }])
    // Dense, from the first byte to the last, and nothing of it twice.
    let offset = 0
    for (const piece of network.arrived) {
      expect(piece.offset).toBe(offset)
      offset += piece.bytes
    }
    expect(offset).toBe(bytes)
    expect(network.asked).toBeGreaterThan(0)
    const reports = (): Promise<{ photos: { status: string }[] }[]> =>
      statementRows(cluster.postgres.url, 'SELECT photos FROM reports.report')
    await until(async () => (await reports())[0]?.photos[0]?.status === 'ready', {
      what: 'the report with its photo',
      timeoutMs: 30_000,
    })
    expect(await reports()).toHaveLength(1)
    await context.close()
  },
  120_000,
)
