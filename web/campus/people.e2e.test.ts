/** People, as people do it: the first admin, a class on the wall, a phone that comes in, and goes. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { launchBrowser, noBrowser } from '../../prove/browser'
import { Installation } from '../testing/installation'

let alun: Installation
let browser: Browser
let admin: Page
const contexts: BrowserContext[] = []

beforeAll(async () => {
  if (noBrowser) return
  ;[alun, browser] = await Promise.all([Installation.start(), launchBrowser()])
}, 120_000)
afterAll(async () => {
  await Promise.all(contexts.map((context) => context.close()))
  await browser?.close()
  await alun?.stop()
}, 30_000)

// tidy: skip: needs a browser
const withBrowser = test.skipIf(noBrowser !== undefined)

async function visitor({ phone = false, locale = 'en-GB' } = {}): Promise<Page> {
  const context = await browser.newContext({
    ...{ baseURL: alun.url, locale, reducedMotion: 'reduce' as const },
    viewport: phone ? { width: 360, height: 740 } : { width: 1280, height: 900 },
  })
  contexts.push(context)
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  return page
}

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name })
const password = 'a long password'

async function signIn(page: Page, email: string): Promise<void> {
  await page.goto('/me')
  await button(page, 'Sign in').click()
  await page.getByLabel('E-mail or campus number').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('form', { name: 'Sign in' }).getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'You', exact: true }).waitFor()
}

/** @returns how often the page was touched, from now on */
async function countTaps(page: Page): Promise<() => number> {
  let taps = 0
  await page.exposeFunction('tapped', () => void taps++)
  await page.addInitScript('addEventListener("pointerdown", () => tapped(), true)')
  return () => taps
}

withBrowser(
  'an admin sets up, makes a class and an invitation; a phone comes in by it with three taps, in its own language, and what it chooses goes along to the next device',
  async () => {
    admin = await visitor()
    await admin.goto(await alun.setupPath())
    await admin.getByLabel('Name').fill('Ibu Ratna')
    await admin.getByLabel('E-mail').fill('ratna@campus.example')
    await admin.getByLabel('Password', { exact: true }).fill(password)
    await button(admin, 'Create the admin').click()
    await button(admin, 'Empty: with my own people').click()
    await admin.getByRole('heading', { name: 'Today', exact: true }).waitFor()
    const steps = admin.getByRole('region', { name: 'First steps' })
    expect(await steps.getByRole('link').count()).toBe(3)

    await admin.goto('/classes')
    await button(admin, 'New class').click()
    await admin.getByLabel('Name').fill('Fisika Dasar')
    await button(admin, 'Make the class').click()
    await admin.getByRole('link', { name: 'Invite' }).click()
    await button(admin, 'Make the link').click()
    const link = await admin.getByRole('textbox', { name: 'Student · Fisika Dasar' }).inputValue()
    await admin.getByRole('img', { name: 'Student · Fisika Dasar' }).waitFor()
    await admin.goto('/')
    await steps.getByRole('link', { name: 'Invite people by a link or a QR code (done)' }).waitFor()
    await button(admin, 'Hide these').click()
    await steps.waitFor({ state: 'detached' })

    const phone = await visitor({ phone: true, locale: 'id-ID' })
    const taps = await countTaps(phone)
    await phone.goto(link)
    await phone.getByText('Kelas: Fisika Dasar').waitFor()
    await phone.getByLabel('Nama Anda').click()
    await phone.keyboard.type('Ayu Lestari')
    await button(phone, 'Masuk').click()
    await phone.getByRole('heading', { name: 'Hari ini', exact: true }).waitFor()
    // The first tap was on the link, or on what the camera saw.
    expect(1 + taps()).toBeLessThanOrEqual(3)
    await phone.goto('/classes')
    await phone.getByRole('link', { name: /Fisika Dasar/ }).click()
    await phone.getByRole('region', { name: 'Mahasiswa (1)' }).getByText('Ayu Lestari').waitFor()
    expect(await button(phone, 'Tambah orang').count()).toBe(0)

    await phone.goto('/me')
    await button(phone, 'English').click()
    await button(phone, 'Dark').click()
    const account = phone.getByRole('form', { name: 'Make an account' })
    await account.getByLabel('Name').fill('Ayu Lestari')
    await account.getByLabel('E-mail').fill('ayu@campus.example')
    await account.getByLabel('Password', { exact: true }).fill(password)
    await button(phone, 'Make my account').click()
    await phone.getByText('ayu@campus.example').waitFor()
    await phone.getByLabel('Colour of your picture: 3').check()
    await button(phone, 'Save').click()
    await phone.getByText('Saved').waitFor()
    await phone.goto('/classes')
    await phone.getByRole('link', { name: /Fisika Dasar/ }).waitFor()

    const other = await visitor({ locale: 'id-ID' })
    await other.request.post('/api/auth/sign-in/email', { data: { email: 'ayu@campus.example', password } })
    await other.goto('/me')
    await other.getByRole('heading', { name: 'You', exact: true }).waitFor()
    await other.locator('header [class*="#4f6d1f"]').getByText('AL').waitFor()
    await other.locator('html[data-theme=dark][lang=en]').waitFor()
    const office = await visitor()
    await office.request.post('/api/auth/sign-in/email', { data: { email: 'ratna@campus.example', password } })
    await office.goto('/')
    await office.getByRole('region', { name: 'Drops' }).waitFor()
    expect(await office.getByRole('region', { name: 'First steps' }).count()).toBe(0)
  },
  90_000,
)

withBrowser(
  'a session that is ended from another device signs that browser out by itself; so does being disabled',
  async () => {
    const [here, there] = [await visitor(), await visitor({ phone: true })]
    await signIn(here, 'ayu@campus.example')
    await signIn(there, 'ayu@campus.example')
    await here.reload()
    await here.getByText('this device').waitFor()
    await button(here, 'Sign out all other devices').click()
    await there.getByText('Your session has ended').waitFor()
    await button(here, 'Sign out all other devices').waitFor({ state: 'detached' })

    await admin.goto('/people')
    await admin.getByLabel('Search by name, e-mail or number').fill('AYU@')
    await button(admin, 'Manage Ayu Lestari').click()
    await button(admin, 'Disable').click()
    await admin.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
    await here.getByText('Your session has ended').waitFor()
    await admin.getByText('disabled', { exact: true }).waitFor()
  },
  90_000,
)

withBrowser(
  'a roster is looked at before it is done, and who is in it comes in by a link that an admin makes',
  async () => {
    await admin.goto('/people/roster')
    const csv = 'nama;nim;kelas\nEko Prasetyo;TI-2401;Fisika Dasar\n;TI-2402;\n'
    await admin
      .getByLabel('The file')
      .setInputFiles({ name: 'daftar.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) })
    await admin.getByText('The name is missing or cannot be shown.').waitFor()
    await button(admin, 'Import 1 line').click()
    await admin.getByText('Done.').waitFor()

    await admin.goto('/people')
    await admin.getByLabel('Search by name, e-mail or number').fill('ti-2401')
    await button(admin, 'Manage Eko Prasetyo').click()
    await button(admin, 'Make a sign-in link').click()
    const link = await admin.getByRole('textbox', { name: 'Make a sign-in link' }).inputValue()
    const eko = await visitor({ phone: true })
    await eko.goto(link)
    await eko.getByLabel('Password', { exact: true }).fill(password)
    await button(eko, 'Set the password and sign in').click()
    await eko.getByRole('heading', { name: 'Today', exact: true }).waitFor()
    await signIn(await visitor(), 'TI-2401')
  },
  90_000,
)
