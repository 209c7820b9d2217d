/** A channel with 100,000 messages, scrolled through: nothing is skipped, nothing jumps, and the page stays quick. */
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import type { Browser, Page } from '@playwright/test'
import { launchBrowser, noBrowser } from '../../prove/browser'
import { testCluster, type TestCluster } from '../../prove/testing/cluster'
import { statementRows } from '../../prove/testing/database'
import { until } from '../../prove/testing/until'
import { buildIfStale } from '../build'

const count = 100_000
let cluster: TestCluster
let browser: Browser

// tidy: skip: needs a browser
const withBrowser = test.skipIf(noBrowser !== undefined)

beforeAll(async () => {
  if (noBrowser) return
  await buildIfStale(join(import.meta.dir, '../../dist/web'))
  ;[cluster, browser] = await Promise.all([testCluster({ nodes: 1 }), launchBrowser()])
  await statementRows(
    cluster.postgres.url,
    `WITH said AS (
       INSERT INTO discussion.message (channel, "offset", author, author_name, text, at, key)
       SELECT 'general', n, 'u' || (n / 7 % 5), 'Person ' || (n / 7 % 5),
         'message ' || n || repeat(' and so on', (n * 7919 % 23)::int), now() - make_interval(secs => ${count} - n), 'k' || n
       FROM generate_series(1, ${count}) AS n RETURNING 1)
     INSERT INTO kernel.topics (topic, head, at, changed) SELECT 'discussion:general', count(*), now(), pg_current_xact_id()
     FROM said`,
  )
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await cluster?.stop()
}, 30_000)

async function open(at: number): Promise<Page> {
  const context = await browser.newContext({
    baseURL: cluster.url,
    locale: 'en-GB',
    viewport: { width: 400, height: 800 },
  })
  const page = await context.newPage()
  page.setDefaultTimeout(30_000)
  await page.goto('/c/general')
  await page.getByLabel('Your name').fill('Reader')
  await page.getByRole('button', { name: 'Join as a guest' }).click()
  await page.getByText(`message ${count}`, { exact: false }).waitFor()
  await page.goto(`/c/general?at=${at}`)
  await page.locator(`[data-offset="${at}"]`).waitFor()
  return page
}

/** What is on the page, and where it stands. */
const rows = (page: Page): Promise<{ offset: number; top: number }[]> =>
  page.getByTestId('message').evaluateAll((lines) =>
    lines.map((line) => ({
      offset: Number((line as HTMLElement).dataset['offset']),
      top: line.getBoundingClientRect().top,
    })),
  )

/** Scrolls as a finger does, so many frames, and tells the largest jump of what was on the page beside the scroll itself. */
const glide = (page: Page, step: number, frames: number): Promise<{ jump: number; seen: number[] }> =>
  page.getByRole('region', { name: 'Messages in General' }).evaluate(
    async (box, { by, times }) => {
      const frame = (): Promise<void> => new Promise((resolve) => requestAnimationFrame(() => resolve()))
      const lines = (): HTMLElement[] => [...box.querySelectorAll<HTMLElement>('[data-offset]')]
      const inside = ({ top, bottom }: DOMRect): boolean => bottom > 100 && top < 700
      const seen = new Set<number>()
      let jump = 0
      for (let n = 0; n < times; n++) {
        const before = lines().filter((line) => inside(line.getBoundingClientRect()))
        const anchor = before[Math.floor(before.length / 2)]
        const top = anchor?.getBoundingClientRect().top ?? 0
        const from = box.scrollTop
        box.scrollBy(0, by)
        const moved = box.scrollTop - from
        await frame()
        await frame()
        if (anchor?.isConnected) jump = Math.max(jump, Math.abs(anchor.getBoundingClientRect().top - top + moved))
        for (const line of lines()) seen.add(Number(line.dataset['offset']))
      }
      return { jump, seen: [...seen].sort((a, b) => a - b) }
    },
    { by: step, times: frames },
  )

interface TraceEvent {
  name: string
  tid: number
  pid: number
  ts: number
  tdur?: number
  args: { name?: string }
}

/**
 * The longest task of the page's main thread, and its work between one frame and the next, in milliseconds of its own work:
 * a busy machine doesn't count.
 */
function workOf(trace: Buffer): { longest: number; frames: number[] } {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] }
  const mains = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const isMain = ({ tid, pid }: TraceEvent): boolean => mains.some((main) => main.tid === tid && main.pid === pid)
  const tasks = traceEvents.filter((event) => event.name.endsWith('RunTask') && isMain(event))
  expect(tasks.length).toBeGreaterThan(100)
  const longest = Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000
  const begins = traceEvents.filter((event) => event.name === 'FireAnimationFrame' && isMain(event)).map(({ ts }) => ts)
  begins.sort((one, other) => one - other)
  const frames = begins.slice(1).map(() => 0)
  for (const { ts, tdur = 0 } of tasks) {
    const nth = begins.findLastIndex((begin) => begin <= ts)
    if (nth >= 0 && nth < frames.length) frames[nth]! += tdur / 1000
  }
  return { longest, frames }
}

withBrowser(
  'scrolling up and down through 100,000 messages skips none, moves nothing under the reader, and holds a page’s worth',
  async () => {
    const page = await open(count / 2)
    const up = await glide(page, -120, 160)
    const [first, last] = [up.seen[0]!, up.seen.at(-1)!]
    expect(last - first).toBeGreaterThan(150)
    expect(up.seen).toEqual(Array.from({ length: last - first + 1 }, (_, n) => first + n))
    expect(up.jump).toBeLessThan(2)

    await browser.startTracing(page, {
      categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
    })
    const down = await glide(page, 120, 320)
    const { longest, frames } = workOf(await browser.stopTracing())
    expect(down.seen.at(-1)! - down.seen[0]!).toBeGreaterThan(300)
    expect(down.seen).toEqual(Array.from({ length: down.seen.length }, (_, n) => down.seen[0]! + n))
    expect(down.jump).toBeLessThan(2)
    expect(longest).toBeLessThan(50)
    // Sixty frames a second can be drawn: a frame's work, this test's measuring with it, fits into the time of one. It is
    // told by the mean: on a busy machine frames come late, and one then holds the work of several.
    expect(frames.length).toBeGreaterThan(300)
    expect(frames.reduce((sum, ms) => sum + ms, 0) / frames.length).toBeLessThan(1000 / 60)
    expect((await rows(page)).length).toBeLessThan(120)

    await page.getByRole('button', { name: 'Jump to the newest' }).click()
    await until(async () => (await rows(page)).some(({ offset }) => offset === count), { what: 'the newest' })
    await page.context().close()
  },
  180_000,
)
