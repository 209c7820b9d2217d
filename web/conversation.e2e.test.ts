/** Conversations as people have them: in browsers, on a cluster that loses a node in the middle of a sentence. */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { launchBrowser, noBrowser } from '../prove/browser'
import { until } from '../prove/testing/until'
import { Installation } from './testing/installation'

let alun: Installation
let browser: Browser
const contexts: BrowserContext[] = []
/** What the pages complained of in a way that nobody sees. */
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

/** High enough for all that is said in a test: only what is seen is on the page. */
const tall = { width: 1280, height: 4000 }

async function visitor(locale = 'en-GB', viewport = tall): Promise<Page> {
  const context = await browser.newContext({ baseURL: alun.url, locale, viewport })
  contexts.push(context)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && /content security policy/i.test(message.text())) complaints.push(message.text())
  })
  return page
}

async function guest(name: string, viewport = tall): Promise<Page> {
  const page = await visitor('en-GB', viewport)
  await page.goto('/c/general')
  await page.getByLabel('Your name').fill(name)
  await page.getByRole('button', { name: 'Join as a guest' }).click()
  await live(page)
  return page
}

const nodeOf = (page: Page): Promise<string> => page.getByTestId('node').last().innerText()
const live = async (page: Page): Promise<void> => {
  await page
    .getByRole('button', { name: /^Node .*Live/ })
    .last()
    .waitFor()
  await page.getByRole('textbox', { name: 'Message to General' }).waitFor()
}

async function say(page: Page, text: string): Promise<void> {
  const area = page.getByRole('textbox', { name: 'Message to General' })
  await area.fill(text)
  await area.press('Enter')
}

/** Everything on the screen that begins with `prefix`, from the top. */
const shown = (page: Page, prefix: string): Promise<string[]> =>
  page
    .getByTestId('message')
    .evaluateAll(
      (lines, start) =>
        lines
          .map((line) => line.querySelector<HTMLElement>('[data-testid=said] p')?.innerText ?? '')
          .filter((text) => text.startsWith(start)),
      prefix,
    )

/** Another node than `other`: which one a connection meets is chance, so it is made anew until it fits. */
async function moveAwayFrom(page: Page, other: string): Promise<void> {
  await until(
    async () => {
      await page.reload()
      await live(page)
      return (await nodeOf(page)) !== other
    },
    { what: `a node other than ${other}`, timeoutMs: 60_000, everyMs: 0 },
  )
}

withBrowser(
  'two people on two nodes talk on while the node of one is killed: nothing is lost, doubled or out of order',
  async () => {
    const [ani, bayu] = [await guest('Ani'), await guest('Bayu')]
    await moveAwayFrom(bayu, await nodeOf(ani))
    for (const page of [ani, bayu]) await page.getByRole('button', { name: '2 people here' }).waitFor()
    const before = await nodeOf(ani)
    // Gone if anything loads the page anew.
    await ani.evaluate(() => Object.assign(window, { sameDocument: true }))

    const expected: string[] = []
    for (let n = 0; n < 30; n++) {
      if (n === 10) await alun.killNode(before)
      const [page, name] = n % 2 === 0 ? [ani, 'Ani'] : [bayu, 'Bayu']
      await say(page, `talk ${n} ${name}`)
      expected.push(`talk ${n} ${name}`)
    }
    for (const page of [ani, bayu]) {
      await until(async () => (await shown(page, 'talk')).length >= 30, { what: 'all messages', timeoutMs: 15_000 })
      await page.locator('[data-tick=sending], [data-tick=waiting]').first().waitFor({ state: 'detached' })
    }
    const [seenByAni, seenByBayu] = [await shown(ani, 'talk'), await shown(bayu, 'talk')]
    expect(seenByAni).toEqual(seenByBayu)
    expect(seenByAni.toSorted()).toEqual(expected.toSorted())
    for (const name of ['Ani', 'Bayu']) {
      const own = (text: string): boolean => text.endsWith(name)
      expect(seenByAni.filter(own)).toEqual(expected.filter(own))
    }
    expect(await nodeOf(ani)).not.toBe(before)
    expect(await ani.evaluate(() => 'sameDocument' in window)).toBe(true)
    for (const page of [ani, bayu]) await page.getByRole('button', { name: '2 people here' }).waitFor()

    await ani.reload()
    await live(ani)
    await until(async () => (await shown(ani, 'talk')).length >= 30, { what: 'all messages after a reload' })
    expect(await shown(ani, 'talk')).toEqual(seenByBayu)
  },
  120_000,
)

withBrowser(
  'people see who is here and who is writing, on whatever node',
  async () => {
    const [citra, dodi] = [await guest('Citra'), await guest('Dodi')]
    await moveAwayFrom(dodi, await nodeOf(citra))
    await citra.getByRole('button', { name: '2 people here' }).click()
    const list = citra.getByRole('dialog', { name: 'Who is here' })
    for (const name of ['Citra', 'Dodi']) await list.getByText(name).waitFor()
    await citra.keyboard.press('Escape')
    await dodi.getByRole('textbox').pressSequentially('Hal')
    await citra.getByText('Dodi is typing…').waitFor()
    await dodi.getByRole('textbox').press('Enter')
    await citra.getByText('Dodi is typing…').waitFor({ state: 'detached' })
    await dodi.context().close()
    await citra.getByRole('button', { name: '1 person here' }).waitFor()
  },
  60_000,
)

withBrowser(
  'what is written without a connection is kept, also when the page is left, and sent once when it is back',
  async () => {
    const [eka, fajar] = [await guest('Eka'), await guest('Fajar')]
    await eka.context().setOffline(true)
    for (const n of [1, 2, 3]) await say(eka, `lift ${n}`)
    await eka.getByText('You can go on writing').waitFor()
    expect(await eka.locator('[data-tick=sending], [data-tick=waiting]').count()).toBe(3)
    expect(await shown(fajar, 'lift')).toEqual([])
    await eka.goto('about:blank')
    await eka.context().setOffline(false)
    await eka.goto('/c/general')
    const all = ['lift 1', 'lift 2', 'lift 3']
    await until(async () => (await shown(fajar, 'lift')).length >= 3, { what: 'the messages', timeoutMs: 15_000 })
    expect(await shown(fajar, 'lift')).toEqual(all)
    await eka.locator('[data-tick=sent]').nth(2).waitFor()
    expect(await shown(eka, 'lift')).toEqual(all)
  },
  60_000,
)

withBrowser(
  'what was said while one was away stands below a line, and only that',
  async () => {
    const [kiki, lala] = [await guest('Kiki'), await guest('Lala')]
    await say(lala, 'before')
    await kiki.getByText('before', { exact: true }).waitFor()
    await kiki.goto('about:blank')
    await say(lala, 'meanwhile')
    await lala.locator('[data-tick=sent]').nth(1).waitFor()
    await kiki.goto('/c/general')
    await kiki.getByRole('separator').getByText('New').waitFor()
    const text = await kiki.getByRole('region', { name: 'Messages in General' }).innerText()
    expect(text.split('New').map((part) => ['before', 'meanwhile'].filter((word) => part.includes(word)))).toEqual([
      ['before'],
      ['meanwhile'],
    ])
    await kiki.reload()
    await live(kiki)
    await kiki.getByText('meanwhile', { exact: true }).waitFor()
    expect(await kiki.getByRole('separator').count()).toBe(0)
  },
  60_000,
)

withBrowser(
  'older messages come while scrolling up, and what is being read stays where it is',
  async () => {
    const gita = await guest('Gita', { width: 1280, height: 720 })
    const posted = Array.from({ length: 120 }, (_, n) => `page ${n}`)
    await gita.evaluate(async (texts) => {
      for (const text of texts) {
        const body = JSON.stringify({ channel: 'general', text, key: crypto.randomUUID() })
        const headers = { 'content-type': 'application/json' }
        await fetch('/api/discussion/post', { method: 'POST', headers, body })
      }
    }, posted)
    await gita.reload()
    await live(gita)
    await until(async () => (await shown(gita, 'page')).includes('page 119'), { what: 'the newest' })
    expect(await shown(gita, 'page')).not.toContain('page 0')
    const region = gita.getByRole('region', { name: 'Messages in General' })
    await until(
      async () => {
        await region.evaluate((box) => box.scrollBy(0, -300))
        return (await shown(gita, 'page')).includes('page 0')
      },
      { what: 'the oldest', timeoutMs: 15_000, everyMs: 50 },
    )
    const part = await shown(gita, 'page')
    expect(posted.slice(0, part.length)).toEqual(part)
    await gita.getByRole('button', { name: 'Jump to the newest' }).click()
    await gita.getByText('page 119', { exact: true }).waitFor()
    const left = await region.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)
    expect(left).toBeLessThan(2)
  },
  60_000,
)

withBrowser(
  'the first admin comes in by the setup link, makes a channel, and a guest sees it at once',
  async () => {
    const hana = await guest('Hana')
    expect(await hana.getByRole('button', { name: 'New channel' }).count()).toBe(0)
    const admin = await visitor()
    await admin.goto(await alun.setupPath())
    await admin.getByLabel('Name').fill('Pak Admin')
    await admin.getByLabel('E-mail').fill('admin@campus.example')
    await admin.getByLabel('Password').fill('a long password')
    await admin.getByRole('button', { name: 'Create the admin' }).click()
    await admin.getByRole('button', { name: 'Empty: with my own people' }).click()
    await admin.getByRole('heading', { name: 'Today', exact: true }).waitFor()
    expect(admin.url()).not.toContain('token')
    await admin.getByRole('link', { name: 'Discussion' }).click()
    await live(admin)
    await admin.getByRole('button', { name: 'New channel' }).click()
    await admin.getByLabel('Name').fill('Physics 101')
    await admin.getByRole('button', { name: 'Create' }).click()
    await admin.getByRole('textbox', { name: 'Message to Physics 101' }).fill('Welcome')
    await admin.keyboard.press('Enter')
    const line = hana.getByRole('link', { name: /Physics 101/ })
    await line.getByText('1 unread message').waitFor({ state: 'attached' })
    await line.click()
    await hana.getByTestId('message').getByText('Welcome').waitFor()
    await hana.getByRole('link', { name: /General/ }).click()
    await line.getByText('1 unread message').waitFor({ state: 'detached' })
  },
  60_000,
)

withBrowser(
  'a wrong password, an overlong message, a missing channel and an unknown page each say what is the matter',
  async () => {
    const page = await visitor()
    await page.goto('/')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail').fill('nobody@campus.example')
    await page.getByLabel('Password').fill('not the password')
    await page.getByRole('form', { name: 'Sign in' }).getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('alert').getByText('E-mail or password is wrong.').waitFor()

    const intan = await guest('Intan')
    await intan.getByRole('textbox').fill('x'.repeat(8003))
    await intan.getByRole('alert').getByText('3 characters too long').waitFor()
    await intan.getByRole('textbox').press('Enter')
    expect(await intan.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true)
    await intan.getByRole('textbox').fill('x'.repeat(7990))
    await intan.getByText('10 characters left').waitFor()

    await intan.goto('/c/nowhere')
    await intan.getByRole('alert').getByText('There is no such channel, or you are not in it.').waitFor()
    await intan.goto('/no/such/page')
    await intan.getByRole('heading', { name: 'There is no such page' }).waitFor()
  },
  60_000,
)

withBrowser(
  'the language is the device’s, can be changed, and the server speaks it too',
  async () => {
    const page = await visitor('id-ID')
    await page.goto('/trust')
    await page.getByRole('link', { name: 'Unduh sertifikat' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('id')
    await page.goto('/c/general')
    await page.getByLabel('Nama Anda').fill('Joko')
    await page.getByRole('button', { name: 'Masuk sebagai tamu' }).click()
    await page.getByRole('textbox', { name: 'Pesan ke General' }).waitFor()
    await page.getByRole('button', { name: /^Akun/ }).click()
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await page.getByRole('button', { name: 'Dark' }).click()
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Join as a guest' }).waitFor()
  },
  60_000,
)
