/** A lesson as people live through it: the code on the projector, every way to check in, the board that fills, and a node that dies. */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import type { Browser, BrowserContext, Page } from '@playwright/test'
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

interface Device {
  /** Where the device is; without it the browser is told not to say. */
  at?: { latitude: number; longitude: number; accuracy: number }
  signedOut?: true
}

async function person(name: string, { at, signedOut }: Device = {}): Promise<Page> {
  const context = await browser.newContext({
    ...{ baseURL: alun.url, locale: 'en-GB', viewport: { width: 360, height: 740 } },
    ...(at ? { geolocation: at, permissions: ['geolocation'] } : { permissions: [] }),
  })
  contexts.push(context)
  if (!signedOut) await signIn(context, name)
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  return page
}

const hall = { latitude: -1.6101, longitude: 103.5201 }
const off = (metres: number, accuracy = 10) => ({ ...hall, latitude: hall.latitude + metres / 111_195, accuracy })
const verdict = (page: Page) => page.getByTestId('verdict')
const press = (page: Page) => page.getByTestId('check').click()
const count = (page: Page, name: string) => page.getByTestId(`count-${name}`).innerText()
const told = (page: Page, text: string) => verdict(page).getByText(text).first().waitFor()

async function reads(page: Page, name: string, expected: number): Promise<void> {
  await until(async () => (await count(page, name)) === String(expected), {
    what: `${expected} ${name}`,
    timeoutMs: 10_000,
  })
}

/** Made by the form, as a teacher does. */
async function open(teacher: Page): Promise<string> {
  await teacher.goto('/attendance/new')
  await teacher.getByLabel('Title').fill('Fisika Dasar')
  await teacher.getByLabel('Their position').check()
  await teacher.getByLabel('Latitude').fill(String(hall.latitude))
  await teacher.getByLabel('Longitude').fill(String(hall.longitude))
  await teacher.getByRole('button', { name: 'Open', exact: true }).click()
  await teacher.waitForURL('**/board')
  return teacher.url().split('/').at(-2)!
}

withBrowser(
  'students check in by scan, by typing, by where they are or not at all, and the teacher’s board fills while one looks',
  async () => {
    const teacher = await person(admin.name)
    const session = await open(teacher)
    const projector = await teacher.context().newPage()
    await projector.goto(`/attendance/${session}/projector`)

    // By a picture of the code, before the browser was asked for anything.
    const sari = await person('Sari Wulandari')
    await sari.goto('/attendance')
    await sari.getByTestId('session').filter({ hasText: 'Fisika Dasar' }).click()
    await sari.getByText('One of these is enough').waitFor()
    const picture = await projector.getByRole('img', { name: /Scan this/ }).screenshot()
    await sari.locator('input[type=file]').setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer: picture })
    await sari.getByTestId('kept').waitFor()
    await press(sari)
    await told(sari, 'Recorded')
    await reads(teacher, 'present', 1)

    // By typing what is shown, in small letters.
    const agus = await person('Agus')
    await agus.goto(`/attendance/${session}`)
    await agus.getByLabel('Six letters').fill((await projector.getByTestId('code').innerText()).toLowerCase())
    await press(agus)
    await told(agus, 'Recorded')
    await agus.getByRole('button', { name: 'Check in instead' }).click()
    await press(agus)
    await told(agus, 'Already recorded')
    await agus.getByRole('button', { name: 'Check out instead' }).click()
    await agus.getByLabel('Six letters').fill(await projector.getByTestId('code').innerText())
    await press(agus)
    await told(agus, 'You are checked out')
    await reads(teacher, 'out', 1)

    const places: [string, Device, string, string?][] = [
      ['Dewi', { at: off(20) }, 'Recorded'],
      ['Eko', { at: off(105, 30) }, 'A teacher will have a look'],
      ['Fitri', { at: off(2400) }, 'about 2.4 km away', 'the code on the screen, your teacher'],
      ['Gilang', {}, 'Not recorded', 'your teacher'],
    ]
    for (const [name, device, text, more] of places) {
      const page = await person(name, device)
      await page.goto(`/attendance/${session}`)
      await page.getByLabel('Use my position').check()
      await press(page)
      await told(page, text)
      if (more) expect(await verdict(page).innerText()).toContain(more)
    }
    await reads(teacher, 'present', 3)
    await reads(teacher, 'pending', 1)
    await teacher.getByTestId('refusal').filter({ hasText: 'Fitri is too far away' }).waitFor()
    await teacher.getByTestId('review').getByRole('button', { name: 'Accept' }).click()
    await reads(teacher, 'present', 4)
    await rollCall(teacher, session)
  },
  120_000,
)

/** By keyboard, with a correction and taking back; then closed, and the chain is looked at. */
async function rollCall(teacher: Page, session: string): Promise<void> {
  const seat = (name: string) => teacher.locator('[data-seat]').filter({ hasText: name })
  await seat('Gilang').focus()
  await teacher.keyboard.press('e')
  await seat('Gilang').and(teacher.locator('[data-status=excused]')).waitFor()
  await seat('Dewi').click()
  await teacher.getByRole('dialog').getByLabel('Reason').fill('was there, phone broken')
  await teacher.getByRole('dialog').getByRole('button', { name: 'Present' }).click()
  await seat('Dewi').and(teacher.locator('[data-status=present]')).waitFor()
  await teacher.getByRole('dialog').getByText('was there, phone broken').waitFor()
  await teacher.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
  await teacher.getByRole('dialog').getByText('Nothing is recorded').waitFor()
  await teacher.keyboard.press('Escape')
  await seat('Dewi').and(teacher.locator('[data-status=present]')).waitFor()
  // On no list, and in no way gone from the board.
  await seat('Agus').click()
  for (const left of [1, 0]) {
    await teacher.getByRole('dialog').getByRole('button', { name: 'Take back' }).first().click()
    await until(
      async () => (await teacher.getByRole('dialog').getByRole('button', { name: 'Take back' }).count()) === left,
      { what: 'a record to be taken back', timeoutMs: 10_000 },
    )
  }
  await teacher.keyboard.press('Escape')
  await seat('Agus').getByText('Taken back').waitFor()
  await teacher.getByRole('button', { name: 'Close session' }).click()
  await teacher.getByRole('dialog').getByRole('button', { name: 'Close session' }).click()
  await reads(teacher, 'absent', 2)
  await teacher.goto(`/attendance/${session}/verify`)
  await teacher.getByTestId('outcome').getByText('The chain holds').waitFor()
  await flipped(teacher, session)
  await teacher.goto('/attendance/table')
  await teacher.getByRole('row', { name: /Dewi.*was there, phone broken/ }).waitFor()
  await paper(teacher, session)
}

/** One letter on its way from the server is another one: the device that reckons the chain anew sees it. */
async function flipped(teacher: Page, session: string): Promise<void> {
  const page = await teacher.context().newPage()
  await page.routeWebSocket(/\/connection\/websocket/, (device) => {
    const server = device.connectToServer()
    server.onMessage((message) => device.send(String(message).replaceAll('phone broken', 'phone brokem')))
  })
  await page.goto(`/attendance/${session}/verify`)
  await page.getByTestId('outcome').getByText('The chain is broken').waitFor()
  await page
    .getByTestId('outcome')
    .getByText(/^Link \d+ was changed$/)
    .waitFor()
  await page.close()
}

/** The sheet to sign: on paper there is nothing but the sheet. */
async function paper(teacher: Page, session: string): Promise<void> {
  await teacher.goto(`/attendance/${session}/sheet`)
  await teacher.getByRole('row', { name: /Dewi.*Present.*was there, phone broken/ }).waitFor()
  await teacher.emulateMedia({ media: 'print' })
  expect(await teacher.getByRole('button').count()).toBe(0)
  await teacher.setViewportSize({ width: 794, height: 1123 })
  expect(await teacher.evaluate(() => document.documentElement.scrollWidth)).toBe(794)
  expect((await teacher.pdf({ format: 'A4' })).subarray(0, 4).toString()).toBe('%PDF')
  await teacher.emulateMedia({ media: 'screen' })
}

withBrowser('an admin says what holds for the campus, and a new session offers it', async () => {
  const boss = await person(admin.name)
  await boss.goto('/attendance/settings')
  await boss.getByLabel('Time zone').selectOption({ label: 'WITA (Makassar)' })
  await boss.getByLabel('Holidays, one a line').fill('2026-12-25\n2027-01-01')
  await boss.getByLabel('Networks, one a line').fill('10.20.0.0/99')
  await boss.getByRole('button', { name: 'Save' }).click()
  await boss.getByText('is no network such as').waitFor()
  await boss.getByLabel('Networks, one a line').fill('10.20.0.0/16')
  await boss.getByRole('button', { name: 'Save' }).click()
  await boss.getByText('Saved.').waitFor()
  await boss.reload()
  expect(await boss.getByLabel('Holidays, one a line').inputValue()).toBe('2026-12-25\n2027-01-01')
  expect(await boss.getByLabel('Time zone').inputValue()).toBe('Asia/Makassar')
  await boss.goto('/attendance/new')
  await boss.getByLabel('The campus network').check()
  expect(await boss.getByLabel('Networks, one a line').inputValue()).toBe('10.20.0.0/16')
})

withBrowser(
  'a scan before signing in is honoured afterwards; a node dies between the press and the verdict, and there is one',
  async () => {
    const teacher = await person(admin.name)
    const session = await open(teacher)
    const shown = await teacher.request.post('/api/attendance/code', { data: { session } })
    const { path } = (await shown.json()) as { path: string }
    const made = await person('Made Ariani', { signedOut: true })
    await made.goto(path)
    await made.getByLabel('Your name').fill('Made Ariani')
    await made.getByRole('form').first().getByRole('button').first().click()
    await made.getByTestId('kept').waitFor()

    const node = await made.getByTestId('node').last().innerText()
    await alun.killNode(node, 'SIGSTOP')
    await press(made)
    await made.getByText('Asking again with the same key').waitFor()
    expect(await made.getByTestId('check').isDisabled()).toBe(true)
    // The supervisor may have been quicker.
    await alun.killNode(node).catch(() => undefined)
    await told(made, 'Recorded')
    await reads(teacher, 'present', 1)
    // On another page load it is all still there, and once.
    await made.reload()
    await made.getByText('What is recorded of you here').waitFor()
    await made.goto('/attendance/mine')
    await made.getByRole('link', { name: /Fisika Dasar/ }).waitFor()
    const seats = teacher.locator('[data-seat]')
    expect(await seats.count()).toBe(1)
  },
  120_000,
)
