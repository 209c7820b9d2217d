/** What is asked of a page that is open: does it fit, can everything be hit, has it a name, does WCAG allow it. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'

const axe = await Bun.file(join(import.meta.dir, '../../node_modules/axe-core/axe.min.js')).text()
const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
/** The rules that look at colours. No other can judge otherwise in the dark than in the light. */
const colourRules = ['color-contrast', 'link-in-text-block']

export type Scheme = 'light' | 'dark'
export const schemes: readonly Scheme[] = ['light', 'dark']

/** Its heading is there, nothing is loading any more, and nothing has changed for a moment: within a bound, since some pages never rest. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1:visible, h2:visible, [role=alert]:visible').first().waitFor()
  await page.evaluate(
    ({ quietMs, boundMs }) =>
      new Promise<void>((resolve) => {
        const begun = performance.now()
        let changed = begun
        const observer = new MutationObserver(() => (changed = performance.now()))
        observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
        const timer = setInterval(() => {
          const now = performance.now()
          const isBusy = document.querySelector('.animate-pulse, .animate-spin') !== null
          if (now - begun < boundMs && (isBusy || now - changed < quietMs)) return
          clearInterval(timer)
          observer.disconnect()
          resolve()
        }, 20)
      }),
    { quietMs: 100, boundMs: 1500 },
  )
}

const worn = new WeakMap<Page, Scheme>()

/** In these colours, painted. */
export async function wear(page: Page, colorScheme: Scheme): Promise<void> {
  if (worn.get(page) === colorScheme) return
  worn.set(page, colorScheme)
  await page.emulateMedia({ colorScheme })
  await painted(page)
}

export const painted = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))))

/**
 * What WCAG 2.2 forbids at the levels A and AA, in these colours: each fault a line that says where. It begins with the
 * colours that the page wears, since painting it in others takes longer than asking.
 */
export async function forbidden(page: Page, colours: readonly Scheme[] = schemes): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe)
  const faults: string[] = []
  const now = worn.get(page)
  const inTurn = colours.toSorted((one, other) => Number(other === now) - Number(one === now))
  for (const scheme of inTurn) {
    await wear(page, scheme)
    const only = scheme === inTurn[0] ? { type: 'tag', values: levels } : { type: 'rule', values: colourRules }
    faults.push(...(await page.evaluate(runAxe, only)).map((fault) => `(${scheme}) ${fault}`))
  }
  return faults
}

/** Runs in the page. */
async function runAxe(runOnly: { type: string; values: string[] }): Promise<string[]> {
  interface Found {
    violations: { id: string; help: string; nodes: { target: string[] }[] }[]
  }
  const { axe: tool } = globalThis as unknown as { axe: { run(options: object): Promise<Found> } }
  // By itself it fetches every style sheet again each time, for a rule that is not asked for.
  const preload = { assets: ['media'] }
  const { violations } = await tool.run({ runOnly, resultTypes: ['violations'], preload })
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`,
  )
}

/** Whether all of it is on the screen, and all that can be pressed can be hit and has a name. */
export const misfits = (page: Page): Promise<string[]> => page.evaluate(measure, page.viewportSize()!.width)

/** Runs in the page. A phone's own idea of its width grows with what is on it. */
function measure(width: number): string[] {
  const faults: string[] = []
  const { scrollWidth } = document.documentElement
  if (scrollWidth > width) faults.push(`is ${scrollWidth - width} px too wide`)
  // In the frame it is this that scrolls, and would do so sideways.
  const main = document.querySelector('main')
  if (main && main.scrollWidth > main.clientWidth + 1) {
    faults.push(`is ${main.scrollWidth - main.clientWidth} px too wide for its frame`)
  }
  const modal = document.querySelector('dialog[open]')
  for (const element of document.querySelectorAll<HTMLElement>('a, button, input, textarea, summary')) {
    const box = element.getBoundingClientRect()
    if (box.width === 0 || (modal && !modal.contains(element))) continue
    const labels = 'labels' in element ? [...((element as HTMLInputElement).labels ?? [])] : []
    const pictures = [...element.querySelectorAll('img')].map(({ alt }) => alt)
    const name =
      element.ariaLabel ?? [element, ...labels].map(({ textContent }) => textContent).join('') + pictures.join(' ')
    const what = `${element.tagName.toLowerCase()} “${name}”`
    if (name.trim() === '') faults.push(`${element.outerHTML.slice(0, 80)} has no name`)
    // A link in a sentence is as high as its line (WCAG 2.5.8), a small control is as large as its label.
    const inSentence = element.tagName === 'A' && element.closest('p') !== null
    const small =
      Math.min(box.width, box.height) < 24 && labels.every((label) => label.getBoundingClientRect().height < 24)
    if (small && !inSentence) faults.push(`${what} is ${Math.round(box.width)} by ${Math.round(box.height)} px`)
  }
  return faults
}
