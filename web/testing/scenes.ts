/**
 * Every page of the app, in the states that people meet, with a small company of guests in it. `faces.e2e.test.ts` opens
 * each, judges it and takes its picture.
 */
import type { Browser, BrowserContext, Page } from '@playwright/test'

export const sizes = { phone: [360, 740], tablet: [768, 1024], wide: [1440, 900] } as const
export type Size = keyof typeof sizes

export interface Scene {
  name: string
  /** Absent: signed out. */
  as?: string
  path: string
  sizes?: readonly Size[]
  lang?: 'en' | 'id'
  act?(page: Page): Promise<void>
}

const talk = '/c/general'
const settled = async (page: Page): Promise<void> => {
  await page.getByTestId('message').first().waitFor()
  await page.getByTestId('here').waitFor()
}

export const scenes: Scene[] = [
  { name: 'sign-in', path: '/' },
  { name: 'sign-in-id', path: '/', lang: 'id', sizes: ['phone'] },
  {
    name: 'sign-in-wrong',
    path: '/',
    sizes: ['phone'],
    act: async (page) => {
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByLabel('E-mail').fill('nobody@campus.example')
      await page.getByLabel('Password').fill('wrong password')
      await page.getByRole('form', { name: 'Sign in' }).getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('alert').waitFor()
    },
  },
  { name: 'talk', as: 'Dewi Lestari', path: talk, act: settled },
  { name: 'talk-id', as: 'Dewi Lestari', path: talk, lang: 'id', sizes: ['phone'], act: settled },
  { name: 'list', as: 'Dewi Lestari', path: '/', sizes: ['phone'], act: list },
  {
    name: 'node',
    as: 'Dewi Lestari',
    path: talk,
    act: async (page) => {
      await settled(page)
      await page
        .getByRole('button', { name: /^Node / })
        .last()
        .click()
      await page.getByText('All nodes').waitFor()
    },
  },
  {
    name: 'here',
    as: 'Dewi Lestari',
    path: talk,
    act: async (page) => {
      await settled(page)
      await page.getByTestId('here').click()
      await page.getByRole('dialog').waitFor()
    },
  },
  {
    name: 'account',
    as: 'Dewi Lestari',
    path: talk,
    sizes: ['wide'],
    act: async (page) => {
      await settled(page)
      await page.getByRole('button', { name: /^Account/ }).click()
    },
  },
  { name: 'offline', as: 'Dewi Lestari', path: talk, act: offline },
  {
    name: 'too-long',
    as: 'Dewi Lestari',
    path: talk,
    sizes: ['phone'],
    act: async (page) => {
      await settled(page)
      await page.getByRole('textbox').fill('panjang '.repeat(1010))
      await page.getByRole('alert').waitFor()
    },
  },
  {
    name: 'no-channel',
    as: 'Dewi Lestari',
    path: '/c/nowhere',
    sizes: ['phone', 'wide'],
    act: (page) => page.getByRole('alert').waitFor(),
  },
  { name: 'missing', path: '/no/such/page' },
  { name: 'trust', path: '/trust', act: (page) => page.getByRole('heading', { level: 1 }).waitFor() },
  {
    name: 'setup',
    path: '/setup?token=abc',
    sizes: ['phone', 'wide'],
    act: (page) => page.getByRole('textbox').first().waitFor(),
  },
]

async function list(page: Page): Promise<void> {
  await page.waitForURL(/\/c\//)
  await page.getByRole('link', { name: 'Back' }).click()
  await page.getByRole('navigation').waitFor()
}

async function offline(page: Page): Promise<void> {
  await settled(page)
  await page.context().setOffline(true)
  await page.evaluate(() => dispatchEvent(new Event('offline')))
  await page.getByRole('textbox').fill('Saya di lift, sinyal hilang. Pesan ini menunggu.')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('You can go on writing').waitFor({ timeout: 60_000 })
}

const said: [string, string][] = [
  ['Budi Santoso', 'Selamat pagi! Kuliah Fisika Dasar pindah ke ruang B2.04, mulai jam 09.15.'],
  ['Budi Santoso', 'Slide ada di https://campus.example/fisika/minggu-3.pdf'],
  ['Sari Wulandari', 'Terima kasih, Pak. Apakah praktikum tetap hari Kamis?'],
  ['Agus', 'Setahu saya iya'],
  [
    'Budi Santoso',
    'Betul, Kamis 13.00. Bawa jas lab dan modul 2. Yang belum punya kelompok, tulis nama di bawah pesan ini.',
  ],
  ['Made Ariani', 'Saya belum punya kelompok 🙋'],
  [
    'Sari Wulandari',
    'Made, gabung dengan kami saja. Kelompok 4: Sari, Agus, Made.\n\nKita bertemu di alun-alun jam 12.30?',
  ],
  ['Made Ariani', 'Siap!'],
]

/** Somebody who is there too. */
export async function visit(browser: Browser, url: string, name: string): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: url })
  await signIn(context, name)
  const page = await context.newPage()
  await page.goto(talk)
  await settled(page)
  return context
}

export async function signIn(context: BrowserContext, name: string): Promise<void> {
  const answer = await context.request.post('/api/auth/sign-in/anonymous', { data: { name } })
  if (!answer.ok()) throw new Error(`${name} was not let in: ${await answer.text()}`)
}

export async function populate(url: string): Promise<void> {
  const cookies = new Map<string, string>()
  for (const [name, text] of said) {
    const cookie = cookies.get(name) ?? (await guest(url, name))
    cookies.set(name, cookie)
    const body = JSON.stringify({ channel: 'general', text, key: crypto.randomUUID() })
    const headers = { cookie, 'content-type': 'application/json' }
    const answer = await fetch(`${url}/api/discussion/post`, { method: 'POST', headers, body })
    if (!answer.ok) throw new Error(await answer.text())
  }
}

async function guest(url: string, name: string): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${url}/api/auth/sign-in/anonymous`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ name }),
  })
  if (!answer.ok) throw new Error(await answer.text())
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}
