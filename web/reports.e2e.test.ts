/** A report as people live through it: a photo on a small phone, live news on another screen, "fixed?", and no network. */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import sharp from 'sharp'
import { launchBrowser, noBrowser } from '../prove/browser'
import { until } from '../prove/testing/until'
import { admin, populate, signIn } from './testing/company'
import { Installation } from './testing/installation'

let alun: Installation
let browser: Browser
const contexts: BrowserContext[] = []
const complaints: string[] = []

// tidy: skip: needs a browser
const withBrowser = test.skipIf(noBrowser !== undefined)

beforeAll(async () => {
  if (noBrowser) return
  ;[alun, browser] = await Promise.all([Installation.start(), launchBrowser()])
  await populate(alun.url, await alun.setupPath())
}, 120_000)

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close()
  expect(complaints.splice(0)).toEqual([])
})

afterAll(async () => {
  await browser?.close()
  await alun?.stop()
}, 30_000)

const phone = { width: 360, height: 740 }
const desk = { width: 1280, height: 800 }

async function open(viewport: typeof phone): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: alun.url, locale: 'en-GB', viewport })
  contexts.push(context)
  return context
}

async function person(name: string, viewport = phone): Promise<Page> {
  const context = await open(viewport)
  await signIn(context, name)
  return pageOf(context)
}

async function pageOf(context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(40_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  return page
}

/** With an account of their own, made a technician by the admin. */
async function technician(name: string, boss: Page): Promise<Page> {
  const context = await open(desk)
  const email = `${name.toLowerCase()}@campus.example`
  const made = await context.request.post('/api/auth/sign-up/email', {
    data: { name, email, password: 'a long password' },
  })
  const { user } = (await made.json()) as { user: { id: string } }
  await call(boss, 'people/set_role', { user: user.id, role: 'technician' })
  await context.request.post('/api/auth/sign-in/email', { data: { email, password: 'a long password' } })
  return pageOf(context)
}

async function call(page: Page, path: string, input: object): Promise<Record<string, unknown>> {
  const answer = await page.request.post(`/api/${path}`, { data: { key: crypto.randomUUID(), ...input } })
  expect([path, answer.status(), answer.ok() ? '' : await answer.text()]).toEqual([path, 200, ''])
  return (await answer.json()) as Record<string, unknown>
}

async function photo(colour: string): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const made = sharp({ create: { width: 640, height: 480, channels: 3, background: colour } }).jpeg()
  return { name: 'foto.jpg', mimeType: 'image/jpeg', buffer: await made.toBuffer() }
}

const shows = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor()
const picture = async (page: Page, name: string): Promise<void> => {
  const image = page.getByRole('img', { name })
  await image.waitFor()
  await until(() => image.evaluate((one) => (one as HTMLImageElement).naturalWidth > 0), { what: `${name} to be seen` })
}

withBrowser(
  'a photo from a 360 px screen reaches a technician, each sees what the other does, and “no” opens it again',
  async () => {
    const boss = await person(admin.name, desk)
    const [sari, tini] = [await person('Sari'), await technician('Tini', boss)]
    await sari.goto('/reports')
    await sari.getByRole('link', { name: 'Report something broken' }).click()
    await sari
      .getByLabel('Take a photo', { exact: true })
      .last()
      .setInputFiles(await photo('#803030'))
    await sari.getByLabel('Where?').fill('Ruang 101')
    await sari.getByText('Electricity and lights').click()
    await sari.getByLabel('In a few words').fill('Lampu padam')
    await sari.getByRole('button', { name: 'Send' }).click()
    await sari.getByRole('link', { name: /Lampu padam/ }).click()
    await picture(sari, 'Before, photo 1')

    await tini.goto('/reports/queue')
    await tini.getByRole('tab', { name: /Unclaimed/ }).click()
    await tini.getByRole('button', { name: 'I take it' }).click()
    await shows(sari, 'In progress')
    await shows(sari, 'Tini takes it')

    await tini.getByRole('tab', { name: /Mine/ }).click()
    await tini.getByRole('link', { name: /Lampu padam/ }).click()
    await tini.getByRole('button', { name: 'Done', exact: true }).click()
    const dialog = tini.getByRole('dialog')
    await dialog
      .locator('input[type=file]')
      .first()
      .setInputFiles(await photo('#308030'))
    await dialog.getByLabel('What did you do?').fill('Lampu diganti')
    await dialog.getByRole('button', { name: 'Done' }).click()
    await shows(sari, 'Is it fixed?')
    await picture(sari, 'After, photo 1')
    await sari.getByRole('button', { name: 'No, not fixed' }).click()
    await shows(tini, 'Opened again')
    await tini.getByRole('button', { name: 'I take it' }).waitFor()
  },
  120_000,
)

withBrowser(
  'a report with a photo, written without a network, is kept through a reload and sent once there is one',
  async () => {
    const made = await person('Made')
    await made.goto('/reports/new')
    await made.getByLabel('Where?').fill('Parkiran')
    await made.getByLabel('In a few words').fill('Pagar roboh')
    await made
      .locator('input[type=file]')
      .first()
      .setInputFiles(await photo('#303080'))
    // Nothing of a report gets through: neither its photo nor itself.
    await made.route('**/files', (route) => route.abort())
    await made.getByRole('button', { name: 'Send' }).click()
    await shows(made, /Kept on this device|On its way/)
    await made.reload()
    await shows(made, /Kept on this device|On its way/)
    await made.unroute('**/files')
    await made.getByRole('link', { name: /Pagar roboh/ }).click()
    await picture(made, 'Before, photo 1')
    const { cards } = (await call(made, 'reports/mine', {})) as { cards: unknown[] }
    expect(cards).toHaveLength(1)
  },
  90_000,
)

withBrowser(
  'a sticker leads a guest to what is open there, and “me too” is one tap',
  async () => {
    const boss = await person(admin.name, desk)
    await boss.goto('/reports/places')
    const csv = 'campus,building,floor,room,asset,code\nKampus A,Gedung B,Lantai 2,R. 201,AC 1,AC-201\n'
    await boss
      .locator('input[type=file]')
      .setInputFiles({ name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await shows(boss, '5 places')
    await call(boss, 'reports/submit', { title: 'AC menetes', place: 'AC-201' })
    await boss.goto('/reports/stickers')
    await boss.getByRole('img', { name: 'QR code of AC 1' }).waitFor()

    const guest = await person('Tamu')
    await guest.goto('/r/AC-201')
    await shows(guest, 'AC menetes')
    await guest.getByRole('button', { name: 'Me too' }).click()
    await shows(guest, '1 person follows it')
    await guest.goto('/r/AC-201')
    await guest.getByRole('link', { name: 'Report something here' }).click()
    await until(async () => (await guest.getByLabel('Where?').inputValue()).endsWith('R. 201 · AC 1'), {
      what: 'the place',
    })
    await boss.goto('/reports/public')
    await boss.getByRole('rowheader', { name: 'Gedung B' }).waitFor()
  },
  90_000,
)
