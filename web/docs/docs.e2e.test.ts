/** The page of the API: a stranger comes in as a guest, calls a method, and sees one key give one answer. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser } from '@playwright/test'
import { launchBrowser, noBrowser } from '../../prove/browser'
import { Installation } from '../testing/installation'
import { forbidden, misfits } from '../testing/judges'

let alun: Installation
let browser: Browser
beforeAll(async () => {
  if (noBrowser) return
  ;[alun, browser] = await Promise.all([Installation.start(), launchBrowser()])
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await alun?.stop()
}, 30_000)

// tidy: skip: needs a browser
test.skipIf(noBrowser !== undefined)('every method can be tried on the page that tells of it', async () => {
  const page = await browser.newPage({ baseURL: alun.url })
  const blocked: string[] = []
  page.on('console', (message) => message.type() === 'error' && blocked.push(message.text()))
  page.setDefaultTimeout(15_000)
  await page.goto('/api/docs')
  await page.getByRole('button', { name: 'come in as a guest' }).click()
  await page.getByText('You call as API guest (guest).').waitFor()
  await page.getByLabel('Find a method').fill('discussion.post')
  const method = page.locator('details', { has: page.locator('code', { hasText: /^discussion\.post$/ }) })
  expect(await page.locator('details:visible').count()).toBeLessThan(4)
  await method.locator('summary').click()
  const input = method.getByLabel('Input')
  // What stands there already has the fields that are needed.
  expect(Object.keys(JSON.parse(await input.inputValue()) as object)).toEqual(['channel', 'text'])
  await input.fill('{"channel":"general","text":"Tried on the page"}')

  expect(await forbidden(page)).toEqual([])
  await page.setViewportSize({ width: 360, height: 740 })
  expect(await misfits(page)).toEqual([])

  const send = async (): Promise<{ id?: string }> => {
    const answered = page.waitForResponse('**/api/discussion/post')
    await method.getByRole('button', { name: 'Send' }).click()
    const answer = (await (await answered).json()) as { id?: string }
    await method.getByText(/^200 from n\d after \d+ ms/).waitFor()
    return answer
  }
  const first = await send()
  expect((await send()).id).toBe(first.id)
  await method.getByRole('button', { name: 'Another key' }).click()
  expect((await send()).id).not.toBe(first.id)

  await input.fill('{"channel":')
  await method.getByRole('button', { name: 'Send' }).click()
  await method.getByText(/^400 from n\d/).waitFor()
  // Only what the test itself did wrong is told in the console: 401 before signing in, 400 now.
  expect(blocked.filter((text) => !/status of 40[01]/.test(text))).toEqual([])
})
