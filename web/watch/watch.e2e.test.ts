/** The cluster's page in a demonstration: a guest breaks nodes and the bus, and sees that nothing gets lost. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, Page } from '@playwright/test'
import { launchBrowser, noBrowser } from '../../prove/browser'
import { until } from '../../prove/testing/until'
import { call, enter, signIn } from '../testing/company'
import { Installation } from '../testing/installation'

let alun: Installation
let browser: Browser

// tidy: skip: needs a browser
const withBrowser = test.skipIf(noBrowser !== undefined)

beforeAll(async () => {
  if (noBrowser) return
  ;[alun, browser] = await Promise.all([Installation.start({ demo: true }), launchBrowser()])
}, 120_000)

afterAll(async () => {
  await browser?.close()
  await alun?.stop()
}, 30_000)

async function visitor(path = '/cluster'): Promise<Page> {
  const context = await browser.newContext({ baseURL: alun.url, locale: 'en-GB' })
  await signIn(context, 'Dewi')
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  await page.goto(path)
  if (path === '/cluster') await page.getByRole('row', { name: /^n3/ }).waitFor()
  return page
}

async function count(page: Page, name: string): Promise<number> {
  const text = await page.locator('dl > div', { hasText: name }).locator('dd').first().innerText()
  return Number(text.replace(/\D/g, ''))
}

/** What the cluster's page says of each node, of the slowest one. */
const worstLagMs = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { nodes } = (await (await fetch('/api/watch/nodes')).json()) as { nodes: { lagMs?: number }[] }
    return Math.max(...nodes.map(({ lagMs = 0 }) => lagMs))
  })

async function act(page: Page, node: string, what: string): Promise<void> {
  await page.getByRole('button', { name: `Break node ${node}` }).click()
  await page.getByRole('menuitem', { name: what }).click()
}

/** Its process is another one, and it serves. */
async function replaced(node: string, before: number | undefined): Promise<void> {
  await until(async () => ![before, undefined].includes(await alun.pidOf(node)), {
    what: `${node} to be replaced`,
    timeoutMs: 30_000,
  })
}

withBrowser(
  'the badge says the node, how far away and how far behind it is, more so without a bus, and leads a guest to a proof made on the spot',
  async () => {
    const page = await visitor('/')
    const badge = page.getByRole('button', { name: /^Node n\d/ }).last()
    await page.getByTestId('lag').waitFor()
    expect(await badge.innerText()).toMatch(/\d+ ms · (up to date|\d+ ms behind)$/)
    const node = await page.getByTestId('node').innerText()
    expect(await badge.getAttribute('title')).toMatch(
      new RegExp(`^To ${node} and back takes \\d+ ms\\.\n.*(within \\d+ ms|nothing came late)`),
    )
    await badge.click()
    await page.getByRole('link', { name: 'Watch the cluster live' }).waitFor()
    await page.getByRole('link', { name: 'Have its promises proven' }).click()
    await page.getByRole('button', { name: 'Stop the bus' }).click()
    // What the bus brings within milliseconds is then found by looking, once a second.
    const guest = await enter(alun.url, 'sign-in/anonymous', { name: 'Elsewhere' })
    const fallsBehind = async (): Promise<boolean> => {
      await Promise.all([1, 2, 3].map((n) => call(alun.url, guest, 'watch/probe', { n })))
      return (await worstLagMs(page)) > 250
    }
    await until(fallsBehind, { what: 'nodes to fall behind without a bus', timeoutMs: 15_000, everyMs: 500 })
    await page.getByLabel('What is played').selectOption('A conversation')
    await page.getByRole('button', { name: 'Prove it' }).click()
    await page.getByText('A conversation: it is running.').waitFor({ timeout: 30_000 })
    await page.getByText('A conversation: every promise that was tried held.').waitFor({ timeout: 120_000 })
    await page
      .getByRole('listitem')
      .filter({ hasText: /^G1held; [\d,]+ looked at$/ })
      .waitFor()
  },
  180_000,
)

withBrowser(
  'a guest sells to 500 bots, kills a node, makes one hang and stops the bus: the cluster mends itself, and nothing is lost or doubled',
  async () => {
    const page = await visitor()
    await page.getByRole('button', { name: 'Start sending' }).click()
    await until(async () => (await count(page, 'Seen in the stream')) > 5, { what: 'the first marks' })
    await page.getByRole('button', { name: 'Sell to 500 bots' }).click()
    await page.getByText(/^Over after/).waitFor({ timeout: 60_000 })
    const sold = ['Bots that asked', 'Told: yours', 'Told: sold out', 'Confirmed and lost', 'Sold twice', 'Oversold']
    expect(await Promise.all(sold.map((name) => count(page, name)))).toEqual([500, 100, 400, 0, 0, 0])
    const [killed, hung] = await Promise.all([alun.pidOf('n1'), alun.pidOf('n2')])
    await act(page, 'n1', 'Kill')
    await page.getByText('n1 was killed').waitFor()
    await replaced('n1', killed)
    await act(page, 'n2', 'Make it hang')
    await replaced('n2', hung)
    await page.getByRole('button', { name: 'Stop the bus' }).click()
    await page.getByRole('cell', { name: 'up, down' }).first().waitFor()
    const before = await count(page, 'Seen in the stream')
    await until(async () => (await count(page, 'Seen in the stream')) > before + 5, {
      what: 'marks while the bus is down',
    })
    await page.getByRole('button', { name: 'Stop sending' }).click()
    await until(async () => (await count(page, 'Confirmed')) === (await count(page, 'Sent')), { what: 'all answers' })
    await until(async () => (await count(page, 'Seen in the stream')) === (await count(page, 'Sent')), {
      what: 'all marks to be seen',
    })
    expect([await count(page, 'Lost'), await count(page, 'Doubled')]).toEqual([0, 0])
  },
  120_000,
)

withBrowser(
  'the jobs are for admins, who see that none has failed; others are told that they may not',
  async () => {
    const page = await visitor()
    await page.goto('/jobs')
    await page.getByRole('alert').waitFor()
    const admin = await (await browser.newContext({ baseURL: alun.url, locale: 'en-GB' })).newPage()
    await admin.goto(await alun.setupPath())
    await admin.getByLabel('Name').fill('Pak Admin')
    await admin.getByLabel('E-mail').fill('admin@campus.example')
    await admin.getByLabel('Password').fill('a long password')
    await admin.getByRole('button', { name: 'Create the admin' }).click()
    await admin.getByRole('button', { name: 'Empty: with my own people' }).click()
    await admin.getByRole('link', { name: 'Jobs' }).click()
    await admin.getByText('No job has failed for good.').waitFor()
    await admin.getByRole('table', { name: 'Queues' }).waitFor()
  },
  60_000,
)
