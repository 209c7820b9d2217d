/**
 * States that people meet, and that no address alone leads to. `faces.e2e.test.ts` opens each, judges it and takes its
 * picture, as it does with every page of `shell/routes.ts`.
 */
import type { Page } from '@playwright/test'
import { admin } from './company'

export const sizes = { phone: [360, 740], tablet: [768, 1024], wide: [1440, 900] } as const
export type Size = keyof typeof sizes

export interface Scene {
  name: string
  /** Absent: signed out. */
  as?: string
  path: string
  sizes: readonly Size[]
  lang?: 'en' | 'id'
  /** As on plain HTTP from another machine. */
  insecure?: boolean
  /** On a device of its own: it leaves a draft or no network behind, or has to be the first that is opened there. */
  alone?: boolean
  act?(page: Page): Promise<void>
}

const talk = '/c/general'
const settled = async (page: Page): Promise<void> => {
  await page.getByTestId('message').first().waitFor()
  await page.getByTestId('here').waitFor()
}

export const scenes: Scene[] = [
  { name: 'sign-in', path: '/', sizes: ['phone', 'tablet', 'wide'] },
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
  { name: 'list', as: 'Dewi Lestari', path: '/c', sizes: ['phone'], act: list, alone: true },
  {
    name: 'node',
    as: 'Dewi Lestari',
    path: talk,
    sizes: ['phone', 'wide'],
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
    sizes: ['phone', 'wide'],
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
  {
    name: 'create',
    as: admin.name,
    path: talk,
    sizes: ['phone', 'wide'],
    act: async (page) => {
      await settled(page)
      if ((page.viewportSize()?.width ?? 0) < 768) await page.getByRole('link', { name: 'Back' }).click()
      await page.getByRole('button', { name: 'New channel' }).click()
      await page.getByRole('dialog').waitFor()
    },
  },
  { name: 'insecure', path: '/', insecure: true, sizes: ['phone'] },
  { name: 'offline', as: 'Dewi Lestari', path: talk, act: offline, sizes: ['phone', 'wide'], alone: true },
  {
    name: 'too-long',
    as: 'Dewi Lestari',
    path: talk,
    sizes: ['phone'],
    alone: true,
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
  {
    name: 'cluster',
    as: admin.name,
    path: '/cluster',
    sizes: ['phone', 'wide'],
    act: async (page) => {
      await page.getByRole('row', { name: /^n3/ }).waitFor()
      await page.locator('.uplot canvas').first().waitFor()
    },
  },
  {
    name: 'find',
    as: 'Dewi Lestari',
    path: '/',
    sizes: ['phone', 'wide'],
    act: async (page) => {
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('option', { name: /Fasilitas/ }).waitFor()
    },
  },
  { name: 'missing', path: '/no/such/page', sizes: ['phone'] },
  {
    name: 'setup',
    path: '/setup?token=abc',
    sizes: ['phone', 'wide'],
    act: (page) => page.getByRole('textbox').first().waitFor(),
  },
  {
    name: 'join-over',
    path: '/join/over',
    sizes: ['phone'],
    act: (page) => page.getByRole('alert').waitFor(),
  },
  {
    name: 'bell',
    as: 'Dewi Lestari',
    path: '/',
    sizes: ['phone'],
    act: async (page) => {
      await page.getByRole('button', { name: 'Notifications' }).click()
      await page.getByRole('link', { name: 'All notifications' }).waitFor()
    },
  },
]

async function list(page: Page): Promise<void> {
  await page.waitForURL(/\/c\//)
  await page.getByRole('link', { name: 'Back' }).click()
  await page.getByRole('navigation', { name: 'Channels' }).waitFor()
}

async function offline(page: Page): Promise<void> {
  await settled(page)
  await page.context().setOffline(true)
  await page.evaluate(() => dispatchEvent(new Event('offline')))
  await page.getByRole('textbox').fill('Saya di lift, sinyal hilang. Pesan ini menunggu.')
  await page.getByRole('button', { name: 'Send' }).click()
  await page.getByText('You can go on writing').waitFor({ timeout: 60_000 })
}
