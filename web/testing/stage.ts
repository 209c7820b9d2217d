/**
 * What a browser test stands on: one installation and one browser for the file, people in contexts of their own that are
 * gone after each test, and the complaints that nobody would see.
 */
import { afterAll, afterEach, beforeAll, expect, test } from 'bun:test'
import type { Browser, BrowserContext, BrowserContextOptions, Page } from '@playwright/test'
import { launchBrowser, noBrowser } from '../../prove/browser'
import { populate, signIn } from './company'
import { Installation } from './installation'

export const phone = { width: 360, height: 740 }
export const desk = { width: 1280, height: 800 }

export interface StageOptions {
  demo?: boolean
  /** With the company of `company.ts`; else nobody is there, not even an admin. */
  populated?: boolean
  /** How long a page waits for what it is asked for. */
  patienceMs?: number
}

export class Stage {
  alun!: Installation
  browser!: Browser
  private readonly contexts: BrowserContext[] = []
  /** What pages threw, and what their policy kept them from. */
  readonly complaints: string[] = []

  constructor(private readonly options: StageOptions) {}

  async set(): Promise<void> {
    const { demo = false, populated = false } = this.options
    ;[this.alun, this.browser] = await Promise.all([Installation.start({ demo }), launchBrowser()])
    if (populated) await populate(this.alun.url, await this.alun.setupPath())
  }

  async clear(): Promise<void> {
    await Promise.all(this.contexts.splice(0).map((context) => context.close()))
    expect(this.complaints.splice(0)).toEqual([])
  }

  async strike(): Promise<void> {
    await this.browser?.close()
    await this.alun?.stop()
  }

  /** A device of its own: a small phone, in English. */
  async device(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.browser.newContext({
      ...{ baseURL: this.alun.url, locale: 'en-GB', viewport: phone, reducedMotion: 'reduce' as const },
      ...options,
    })
    this.contexts.push(context)
    return context
  }

  async pageOf(context: BrowserContext): Promise<Page> {
    const page = await context.newPage()
    page.setDefaultTimeout(this.options.patienceMs ?? 20_000)
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => {
      const isRefused = message.type() === 'error' && /content security policy/i.test(message.text())
      if (isRefused) this.complaints.push(message.text())
    })
    return page
  }

  /** A page of somebody who is signed in: the admin by name, anybody else as a guest. */
  async person(name: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.device(options)
    await signIn(context, name)
    return this.pageOf(context)
  }
}

/** For the head of a test file: set before its tests, cleared after each of them, struck after the last. */
export function setStage(options: StageOptions = {}): Stage {
  const stage = new Stage(options)
  beforeAll(async () => {
    if (noBrowser === undefined) await stage.set()
  }, 120_000)
  afterEach(() => stage.clear(), 30_000)
  afterAll(() => stage.strike(), 30_000)
  return stage
}

/** A test for which there must be a browser. */
// tidy: skip: needs a browser
export const withBrowser = test.skipIf(noBrowser !== undefined)
