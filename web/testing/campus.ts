/**
 * What a campus of some weeks has: a class, a lesson, sales, reports, an invitation. So that every page of one thing has
 * something to show.
 */
import sharp from 'sharp'
import { admin, call, enter } from './company'

/** What stands for each part of an address, by the page's pattern. */
export type Examples = Record<string, Record<string, string>>

const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString()
const hourMs = 3600_000

/** After `populate`. @returns an address for every pattern that has parts. */
export async function furnish(url: string): Promise<Examples> {
  const boss = await enter(url, 'sign-in/email', admin)
  const guest = await enter(url, 'sign-in/anonymous', { name: 'Sari Wulandari' })
  const ask = async (path: string, input: object, cookie = boss): Promise<string> =>
    (await call(url, cookie, path, input))['id'] as string

  const course = await ask('people/class_create', { name: 'Fisika Dasar A', code: 'FIS101' })
  const session = await ask('attendance/open', {
    ...{ title: 'Fisika Dasar: Hukum Newton', closesAt: inMs(2 * hourMs), rules: { code: true, need: 'any' } },
    ...{ walkIns: 'accept', place: { lat: -1.6101, lng: 103.5201, radius: 80, name: 'Gedung B' } },
  })
  await call(url, guest, 'attendance/check', { session, direction: 'in' })
  const terms = { guests: true, waitlist: true, holdSeconds: 600 }
  const drop = await ask('drops/create', { ...terms, title: 'Kaos Dies Natalis', stock: 40, opensAt: inMs(-1000) })
  await call(url, guest, 'drops/claim', { drop })
  await ask('drops/create', { ...terms, title: 'Tiket konser alun-alun', stock: 200, opensAt: inMs(26 * hourMs) })
  const reported = await report(url, boss, guest)
  const { token } = (await call(url, boss, 'people/invite', { role: 'student', class: course })) as { token: string }
  return {
    c: { channel: 'general' },
    attendance: { id: session },
    drops: { id: drop },
    classes: { id: course },
    reports: { id: reported.id, secret: reported.receipt },
    r: { code: reported.code },
    join: { token },
    people: { token },
  }
}

/** With a photo, at a place with a sticker, taken up by the admin. */
async function report(url: string, boss: string, guest: string) {
  const building = await call(url, boss, 'reports/place_save', { kind: 'building', name: 'Gedung B' })
  const room = { kind: 'room', name: 'B2.04', parent: building['id'] }
  const { code } = (await call(url, boss, 'reports/place_save', room)) as { code: string }
  const made = (await call(url, guest, 'reports/submit', {
    ...{ title: 'AC menetes di atas meja dosen', details: 'Sejak Senin pagi, ember sudah penuh dua kali.' },
    ...{ place: code, priority: 'medium', photos: [await photo(url, guest)] },
  })) as { id: string; receipt: string }
  await call(url, boss, 'reports/claim', { report: made.id })
  await call(url, boss, 'reports/update', { report: made.id, note: 'Teknisi datang siang ini.' })
  return { ...made, code }
}

async function photo(url: string, cookie: string): Promise<string> {
  const background = { r: 96, g: 125, b: 139 }
  const bytes = await sharp({ create: { width: 320, height: 240, channels: 3, background } })
    .jpeg()
    .toBuffer()
  const { id } = await call(url, cookie, '../files', { name: 'ac.jpg', bytes: bytes.length })
  const answer = await fetch(`${url}/files/${id as string}`, {
    method: 'PATCH',
    headers: { cookie, 'upload-offset': '0', 'content-type': 'application/octet-stream' },
    body: new Uint8Array(bytes),
  })
  if (!answer.ok) throw new Error(`the photo was refused: ${await answer.text()}`)
  return id as string
}
