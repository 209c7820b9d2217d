/** What people do with messages, in browsers on a cluster: pictures, edits, reactions, answers, search, two devices. */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import type { Browser, BrowserContext, Locator, Page } from '@playwright/test'
import sharp from 'sharp'
import { launchBrowser, noBrowser } from '../../prove/browser'
import { until } from '../../prove/testing/until'
import { admin, call, enter } from '../testing/company'
import { Installation } from '../testing/installation'

let alun: Installation
let browser: Browser
const contexts: BrowserContext[] = []
const complaints: string[] = []

// tidy: skip: needs a browser
const withBrowser = test.skipIf(noBrowser !== undefined)

beforeAll(async () => {
  if (noBrowser) return
  ;[alun, browser] = await Promise.all([Installation.start(), launchBrowser()])
}, 120_000)

afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close()
  expect(complaints.splice(0)).toEqual([])
})

afterAll(async () => {
  await browser?.close()
  await alun?.stop()
}, 30_000)

async function device(viewport = { width: 1280, height: 900 }): Promise<Page> {
  const context = await browser.newContext({ baseURL: alun.url, locale: 'en-GB', viewport })
  contexts.push(context)
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && /content security policy/i.test(message.text())) complaints.push(message.text())
  })
  return page
}

const emailOf = (name: string): string => `${name.toLowerCase()}@campus.example`
const password = 'a long password'

/** An account, signed in on a device of its own. */
async function person(name: string, sign: 'sign-up' | 'sign-in' = 'sign-up'): Promise<Page> {
  const page = await device()
  await page.goto('/trust')
  const status = await page.evaluate(
    async ([path, body]) => {
      const headers = { 'content-type': 'application/json' }
      return (await fetch(`/api/auth/${path}/email`, { method: 'POST', headers, body })).status
    },
    [sign, JSON.stringify({ name, email: emailOf(name), password })] as const,
  )
  expect(status).toBe(200)
  await page.goto('/c/general')
  await field(page).waitFor()
  return page
}

const field = (page: Page, channel = 'General'): Locator =>
  page.getByRole('textbox', { name: `Message to ${channel}`, exact: true })
const say = async (page: Page, text: string, channel = 'General'): Promise<void> => {
  await field(page, channel).fill(text)
  await field(page, channel).press('Enter')
}
const said = (page: Page, text: string): Locator =>
  page
    .getByTestId('message')
    .filter({ has: page.getByTestId('said').filter({ hasText: text }) })
    .last()
async function act(page: Page, text: string, name: string): Promise<void> {
  await said(page, text).hover()
  await said(page, text)
    .getByRole('button', { name: /^What to do/ })
    .click()
  await page.getByRole('dialog').getByRole('button', { name, exact: true }).click()
}

async function photo(): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const image = sharp({ create: { width: 800, height: 600, channels: 3, background: '#3366aa' } })
  return { name: 'lab.jpg', mimeType: 'image/jpeg', buffer: await image.jpeg().toBuffer() }
}

withBrowser(
  'a picture arrives, words are edited, reacted to, answered, found and removed, and everybody sees the same',
  async () => {
    const [ani, budi] = [await person('Ani'), await person('Budi')]
    await ani
      .getByLabel('Attach files or photos')
      .last()
      .setInputFiles(await photo())
    await until(async () => (await ani.getByRole('button', { name: 'Send' }).isEnabled()) || undefined, {
      what: 'the upload',
      timeoutMs: 20_000,
    })
    await say(ani, 'the labb **tomorrow**')
    const picture = said(budi, 'the labb').getByRole('img', { name: 'lab.jpg' })
    await until(() => picture.evaluate((img) => (img as HTMLImageElement).naturalWidth > 0), {
      what: 'the picture',
      timeoutMs: 30_000,
    })
    expect(await said(budi, 'the labb').locator('strong').innerText()).toBe('tomorrow')

    await act(ani, 'the labb', 'Edit')
    await field(ani).fill('the lab tomorrow')
    await field(ani).press('Enter')
    await said(budi, 'the lab tomorrow').getByText('edited', { exact: true }).waitFor()
    expect(await said(budi, 'the lab tomorrow').getByRole('img', { name: 'lab.jpg' }).count()).toBe(1)

    await act(budi, 'the lab tomorrow', 'React with 🎉')
    await said(ani, 'the lab tomorrow').getByRole('button', { name: '🎉 by Budi' }).waitFor()
    await act(budi, 'the lab tomorrow', 'Reply')
    await say(budi, 'I am coming, @Ani')
    await said(ani, 'I am coming')
      .getByRole('button', { name: /the lab tomorrow/ })
      .waitFor()
    await said(ani, 'I am coming').locator('[data-me]').getByText('@Ani').waitFor()

    await until(
      async () => {
        await budi.goto('/search?q=labs')
        await budi.getByText(/^1 message$|^Nothing found$/).waitFor()
        return (await budi.getByTestId('hit').count()) > 0
      },
      { what: 'the search to know it', timeoutMs: 20_000, everyMs: 500 },
    )
    await budi.getByTestId('hit').getByRole('link').first().click()
    await said(budi, 'the lab tomorrow').waitFor()

    await act(ani, 'the lab tomorrow', 'Remove')
    await ani.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    for (const page of [ani, budi]) await said(page, 'This message was removed.').waitFor()
    expect(await budi.getByRole('img', { name: 'lab.jpg' }).count()).toBe(0)
  },
  120_000,
)

withBrowser(
  'direct messages: unread on both devices of a person, read on one and gone on the other, ticks for who wrote; muted at once',
  async () => {
    const [citra, dodi] = [await person('Citra'), await person('Dodi')]
    const phone = await person('Dodi', 'sign-in')
    await citra.getByRole('button', { name: 'Write to somebody' }).click()
    await citra.getByLabel('Name').fill('Dod')
    await citra.getByRole('dialog').getByRole('button', { name: 'Dodi' }).click()
    await citra.getByRole('button', { name: 'Begin' }).click()
    await say(citra, 'just between us', 'Dodi')
    for (const page of [dodi, phone]) {
      await page.getByRole('link', { name: /Citra/ }).getByText('1 unread message').waitFor({ state: 'attached' })
    }
    await citra.locator('[data-tick=delivered]').waitFor()
    await dodi.getByRole('link', { name: /Citra/ }).click()
    await said(dodi, 'just between us').waitFor()
    await citra.locator('[data-tick=read]').waitFor()
    await phone.getByRole('link', { name: /Citra/ }).getByText('1 unread message').waitFor({ state: 'detached' })

    await field(dodi, 'Citra').pressSequentially('what I wan')
    await phone.getByRole('link', { name: /Citra/ }).getByText('draft').waitFor()
    await phone.getByRole('link', { name: /Citra/ }).click()
    await until(async () => (await field(phone, 'Citra').inputValue()) === 'what I wan', { what: 'the draft' })

    const mark = (page: Page): Locator => page.getByRole('link', { name: /Citra/ }).getByText('muted')
    await dodi.getByRole('button', { name: 'About Citra' }).click()
    await dodi.context().setOffline(true)
    // Before any server could have heard of it.
    await dodi.getByLabel('Tell me about').selectOption('Nothing')
    await mark(dodi).waitFor({ state: 'attached' })
    await dodi.context().setOffline(false)
    await mark(phone).waitFor({ state: 'attached' })
    await mark(dodi).waitFor({ state: 'attached' })
  },
  120_000,
)

withBrowser(
  'one box finds messages, reports, sessions and drops, and nothing that is closed to who asks',
  async () => {
    const token = new URL(await alun.setupPath(), alun.url).searchParams.get('token')
    const cookie = await enter(alun.url, 'setup', { token, ...admin })
    const does = (path: string, input: object): Promise<object> => call(alun.url, cookie, path, input)
    await does('discussion/post', { channel: 'general', text: 'zzlampu: who has the key?' })
    await does('reports/submit', { title: 'Zzlampu broken', place: 'Lab 1', priority: 'normal' })
    await does('reports/submit', { title: 'Zzlampu hidden', place: 'Lab 2', priority: 'normal', private: true })
    await does('attendance/open', { title: 'Zzlampu practice' })
    await does('drops/create', { title: 'Zzlampu lamps', stock: 3, opensAt: new Date().toISOString() })

    const eka = await person('Eka')
    await eka.keyboard.press('Control+k')
    const box = eka.getByRole('combobox', { name: 'Find' })
    const found = eka.getByRole('option').filter({ hasText: /zzlampu/i })
    // The message is in the index a moment after it was said.
    await until(
      async () => {
        await box.fill('')
        await box.fill('zzlampu')
        await eka.getByRole('option', { name: 'Zzlampu lamps' }).waitFor()
        return (await found.filter({ hasText: 'who has the key' }).count()) === 1
      },
      { what: 'all four', timeoutMs: 30_000, everyMs: 500 },
    )
    const names = await found.allInnerTexts()
    for (const name of ['Zzlampu broken', 'Zzlampu practice', 'Zzlampu lamps', 'who has the key']) {
      expect(names.filter((text) => text.includes(name))).toHaveLength(1)
    }
    expect(names.join()).not.toContain('hidden')
    await found.filter({ hasText: 'Zzlampu lamps' }).click()
    await eka.getByRole('heading', { name: 'Zzlampu lamps' }).waitFor()
  },
  120_000,
)
