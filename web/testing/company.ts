/** A small campus to look at: an admin, a few channels, and guests who talk. */
import type { Browser, BrowserContext } from '@playwright/test'

export const admin = { name: 'Ibu Ratna', email: 'ratna@campus.example', password: 'a long password' }

/** Who says what where. The channel is found by its name. */
const said: [name: string, channel: string, text: string][] = [
  [admin.name, 'Pengumuman', 'Perpustakaan buka sampai jam 22.00 selama pekan ujian.'],
  [admin.name, 'Fasilitas', 'Lift gedung B diperiksa Jumat pagi.'],
  ['Budi Santoso', 'General', 'Selamat pagi! Kuliah Fisika Dasar pindah ke ruang B2.04, mulai jam 09.15.'],
  ['Budi Santoso', 'General', 'Slide ada di https://campus.example/fisika/minggu-3.pdf'],
  ['Sari Wulandari', 'General', 'Terima kasih, Pak. Apakah praktikum tetap hari Kamis?'],
  ['Agus', 'General', 'Setahu saya iya'],
  [
    'Budi Santoso',
    'General',
    'Betul, Kamis 13.00. Bawa jas lab dan modul 2. Yang belum punya kelompok, tulis nama di bawah pesan ini.',
  ],
  ['Made Ariani', 'General', 'Saya belum punya kelompok.'],
  [
    'Sari Wulandari',
    'General',
    'Made, gabung dengan kami saja. Kelompok 4: Sari, Agus, Made.\n\nKita bertemu di alun-alun jam 12.30?',
  ],
  ['Made Ariani', 'General', 'Siap!'],
]

/** @param setupPath the one-time link, for the admin. */
export async function populate(url: string, setupPath: string): Promise<void> {
  const token = new URL(setupPath, url).searchParams.get('token')
  const cookies = new Map([[admin.name, await enter(url, 'setup', { token, ...admin })]])
  const channels = new Map([['General', 'general']])
  for (const [name, kind] of [
    ['Pengumuman', 'announcement'],
    ['Fasilitas', 'public'],
    ['Dosen', 'private'],
  ] as const) {
    const made = await call(url, cookies.get(admin.name)!, 'discussion/create', { name, kind })
    channels.set(name, made['id'] as string)
  }
  for (const [name, channel, text] of said) {
    const cookie = cookies.get(name) ?? (await enter(url, 'sign-in/anonymous', { name }))
    cookies.set(name, cookie)
    await call(url, cookie, 'discussion/post', { channel: channels.get(channel), text })
  }
}

/** Somebody who is there too, in a browser of their own. */
export async function visit(browser: Browser, url: string, name: string): Promise<BrowserContext> {
  const context = await browser.newContext({ baseURL: url })
  await signIn(context, name)
  const page = await context.newPage()
  await page.goto('/c/general')
  await page.getByTestId('here').waitFor()
  return context
}

/** The admin by the password, anybody else as a guest. */
export async function signIn(context: BrowserContext, name: string): Promise<void> {
  const path = name === admin.name ? 'sign-in/email' : 'sign-in/anonymous'
  const answer = await context.request.post(`/api/auth/${path}`, { data: name === admin.name ? admin : { name } })
  if (!answer.ok()) throw new Error(`${name} was not let in: ${await answer.text()}`)
}

/** @returns the cookie of who came in. */
export async function enter(url: string, path: string, body: object): Promise<string> {
  const answer = await post(url, `auth/${path}`, body)
  const pairs = answer.headers.getSetCookie().map((cookie) => cookie.split(';')[0])
  return pairs.join('; ')
}

/** A command or query of whoever has the cookie. */
export async function call(url: string, cookie: string, path: string, input: object): Promise<Record<string, unknown>> {
  const answer = await post(url, path, { ...input, key: crypto.randomUUID() }, { cookie })
  return (await answer.json()) as Record<string, unknown>
}

async function post(url: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(`${url}/api/${path}`, {
    method: 'POST',
    // Each on a connection of its own, so that any node may answer.
    headers: { 'content-type': 'application/json', connection: 'close', ...headers },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path} was refused: ${await answer.text()}`)
  return answer
}
