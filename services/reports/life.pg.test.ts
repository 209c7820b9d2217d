/** A report from its submission to "fixed?", over two nodes that share a database. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import { errorOf } from '../../prove/testing/until'
import { othersThan } from '../../prove/testing/others'
import type { Refusal } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import { apply, type Report } from './model'
import { Node } from './testing'

const others = othersThan('reports')
let database: TestDatabase
let n1: Node
let n2: Node
let ani: Actor, budi: Actor, tini: Actor, tono: Actor, admin: Actor
beforeAll(async () => {
  database = await testDatabase()
  n1 = new Node(database.url, others)
  n2 = new Node(database.url, others, 'n2')
  ani = await n1.person('Ani')
  budi = await n1.person('Budi')
  tini = await n1.person('Tini', 'technician')
  tono = await n1.person('Tono', 'technician')
  admin = await n1.person('Adi', 'admin')
}, 60_000)
afterAll(async () => {
  await n1?.db.close()
  await n2?.db.close()
  await database?.stop()
})

const refusal = async (promise: Promise<unknown>): Promise<string> => ((await errorOf(promise)) as Refusal).code
const stateOf = async (report: string): Promise<string> => (await n1.get(admin, report)).report.state
const finish = async (report: string, who: Actor): Promise<unknown> =>
  n1.call(who, 'finish', { report, note: 'Diganti', photos: [await n1.photo(who)] })

describe('submitting', () => {
  test('gives dense numbers on all nodes, one report a key, and none to what is refused', async () => {
    const input = { title: 'Bocor', place: 'Toilet', priority: 'normal', details: '' }
    const many = Array.from({ length: 60 }, (_, nth) => ({ ...input, key: `many-${nth % 40}` }))
    const bad = { ...input, category: 'nothing', key: 'bad' }
    const all = await Promise.all([
      ...many.map((one, nth) => (nth % 2 ? n1 : n2).call<{ number: number }>(ani, 'submit', one)),
      refusal(n1.call(ani, 'submit', bad)),
    ])
    expect(all.pop()).toBe('invalid')
    const numbers = new Set(all.map((answer) => (answer as { number: number }).number))
    expect([...numbers].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, nth) => nth + 1))
  })

  test('takes from the category what is asked and how urgent it is, unless the reporter says so', async () => {
    const priorityOf = async (input: object): Promise<string> =>
      (await n1.get(ani, await n1.submit(ani, { priority: undefined, ...input }))).report.priority
    expect(await priorityOf({ category: 'water' })).toBe('medium')
    expect(await priorityOf({ category: 'water', priority: 'normal' })).toBe('normal')
    expect(await priorityOf({})).toBe('normal')
    expect(await refusal(n1.submit(ani, { category: 'lift' }))).toBe('invalid')
    expect(await priorityOf({ category: 'lift', answers: { inside: 'No' }, priority: 'normal' })).toBe('normal')
  })

  test('takes five photos, and not six', async () => {
    const photos = await Promise.all(Array.from({ length: 6 }, () => n1.photo(ani)))
    expect(await refusal(n1.submit(ani, { photos }))).toBe('invalid')
    const report = await n1.submit(ani, { photos: photos.slice(1) })
    expect((await n1.get(ani, report)).report.photos).toHaveLength(5)
  })

  test('knows a place by its code, and keeps any other words as they are', async () => {
    const lines = [{ names: ['Kampus A', 'Gedung B', 'Lantai 2', 'R. 201', ''], code: 'b201' }]
    await n1.call(admin, 'place_import', { lines })
    const known = await n1.submit(ani, { place: ' b201' })
    expect((await n1.get(ani, known)).report.place.text).toBe('Kampus A · Gedung B · Lantai 2 · R. 201')
    const named = await n1.submit(ani, { place: 'r. 201' })
    expect((await n1.get(ani, named)).report.place.text).toEndWith('R. 201')
    const words = await n1.submit(ani, { place: { text: 'dekat kantin', lat: -6.2, lng: 106.8 } })
    expect((await n1.get(ani, words)).report.place).toEqual({ text: 'dekat kantin', lat: -6.2, lng: 106.8 })
    const other = await n1.submit(ani, { title: 'Keran bocor', place: 'b201' })
    type Cards = { id: string }[]
    const idsOf = (cards: Cards): string[] => cards.map(({ id }) => id)
    const similar = async (): Promise<string[]> =>
      idsOf((await n1.call<{ cards: Cards }>(budi, 'similar', { place: 'B201', text: 'lampu' })).cards)
    const at = async (): Promise<string[][]> => {
      const { open, past } = await n1.call<{ open: Cards; past: Cards }>(budi, 'at', { code: 'B201' })
      return [idsOf(open), idsOf(past)]
    }
    expect(await similar()).toEqual([named, known, other])
    expect(await at()).toEqual([[other, named, known], []])
    await n1.call(admin, 'reject', { report: known, reason: 'Bukan lampu kampus' })
    expect(await similar()).toEqual([named, other])
    expect(await at()).toEqual([[other, named], [known]])
    expect(await refusal(n1.call(budi, 'me_too', { report: known }))).toBe('conflict')
  })

  test('keeps a pin where it was set, on the plan that was shown then, and drops one on no plan', async () => {
    await n1.call(admin, 'place_import', {
      lines: [{ names: ['Kampus A', 'Gedung D', 'Lantai 1', 'R. 101', ''], code: 'd101' }],
    })
    type Places = { places: { id: string; kind: string; name: string; plan?: object }[] }
    const floor = async (): Promise<Places['places'][number]> =>
      (await n1.call<Places>(ani, 'places', { q: 'Gedung D' })).places.find(({ kind }) => kind === 'floor')!
    const { id: place } = await floor()
    const [first, second] = [await n1.photo(admin), await n1.photo(admin)]
    expect(await refusal(n1.call(tini, 'place_plan', { place, file: first }))).toBe('forbidden')
    expect(await refusal(n1.call(admin, 'place_plan', { place: 'nowhere', file: first }))).toBe('not_found')
    expect(await refusal(n1.call(admin, 'place_plan', { place, file: await n1.photo(ani) }))).toBe('not_found')
    await n1.call(admin, 'place_plan', { place, file: first, metres: 40 })
    expect((await floor()).plan).toEqual({ file: first, metres: 40 })
    const { links } = (await n1.registry.execute(budi, 'files.links', { files: [first] })) as { links: object[] }
    expect(links).toHaveLength(1)
    const pin = { plan: first, x: 12.5, y: 3 }
    const report = await n1.submit(ani, { place: { id: 'D101', pin } })
    await n1.call(admin, 'place_plan', { place, file: second })
    await n1.call(tini, 'claim', { report })
    expect((await n1.get(tini, report)).report.place.pin).toEqual({ ...pin, metres: 40 })
    const made = await n1.submit(ani, { place: { id: 'D101', pin: { ...pin, plan: crypto.randomUUID() } } })
    expect((await n1.get(tini, made)).report.place).not.toHaveProperty('pin')
    await n1.call(admin, 'place_plan', { place, file: null })
    expect(await floor()).not.toHaveProperty('plan')
  })

  test('refuses photos of others and of other reports, and leaves nothing behind', async () => {
    const photo = await n1.photo(ani)
    await n1.submit(ani, { photos: [photo] })
    expect(await refusal(n1.submit(ani, { photos: [photo], title: 'lagi' }))).toBe('conflict')
    expect(await refusal(n1.submit(budi, { photos: [await n1.photo(ani)], title: 'milik orang' }))).toBe('not_found')
    const paper = await n1.photo(budi, 'ready', 'application/pdf')
    expect(await refusal(n1.submit(budi, { photos: [paper], title: 'bukan foto' }))).toBe('invalid')
    const { cards } = await n1.call<{ cards: { title: string }[] }>(budi, 'mine')
    expect(cards).toEqual([])
  })

  test('says in the timeline, once, when a photo can be shown or never will', async () => {
    const [good, bad] = [await n1.photo(ani, 'ready'), await n1.photo(ani, 'pending')]
    const report = await n1.submit(ani, { photos: [good, bad] })
    await n1.work({ later: true })
    const half = (await n1.get(ani, report)).report
    expect(half.photos.map(({ status }) => status)).toEqual(['ready', 'pending'])
    await n1.registry.reads.query(`UPDATE files.file SET state = 'failed' WHERE id = $1`, [bad])
    await n1.work({ later: true })
    await n1.work({ later: true })
    // Looked at again by a worker whose first look nobody heard of.
    const again = { report, photo: good, round: 0, status: 'ready', key: crypto.randomUUID() }
    await n1.registry.perform('reports.watch', again)
    const { photos, timeline } = (await n1.get(ani, report)).report
    expect(photos.map(({ status }) => status)).toEqual(['ready', 'failed'])
    expect(timeline.filter(({ kind }) => kind === 'photo').map(({ status }) => status)).toEqual(['ready', 'failed'])
  })

  test('waits two days for a photo and no longer; one that was taken away never comes back', async () => {
    const [slow, taken] = [await n1.photo(ani, 'pending'), await n1.photo(ani, 'pending')]
    const report = await n1.submit(ani, { photos: [slow, taken] })
    const look = (photo: string, round: number, status: string): Promise<unknown> =>
      n1.registry.perform('reports.watch', { report, photo, round, status, key: crypto.randomUUID() })
    const photos = async (): Promise<object[]> => [...(await n1.get(ani, report)).report.photos]
    await n1.call(tini, 'hide_photo', { report, photo: taken })
    await look(slow, 2900, 'pending')
    await look(taken, 1, 'ready')
    expect(await photos()).toMatchObject([{ status: 'pending' }, { status: 'pending', hidden: true }])
    await look(slow, 3000, 'pending')
    expect(await photos()).toMatchObject([{ status: 'failed' }, { hidden: true }])
    n1.jobs.length = 0
  })
})

describe('a technician', () => {
  test('has a report alone, however many claim it at once on two nodes; the others are told who', async () => {
    for (let round = 0; round < 8; round++) {
      const report = await n1.submit(ani)
      const tries = await Promise.allSettled([
        ...[n1.call(tini, 'claim', { report }), n2.call(tono, 'claim', { report })],
      ])
      const lost = tries.filter((one) => one.status === 'rejected').map((one) => one.reason as Refusal)
      const { technician } = (await n1.get(ani, report)).report
      expect(lost.map(({ code }) => code)).toEqual(['conflict'])
      expect(lost[0]!.text.en).toContain(technician!.name)
      const kinds = (await n1.reportEvents(report)).map(({ kind }) => kind)
      expect(kinds).toEqual(['submitted', 'claimed'])
    }
  })

  test('finishes with a note and a photo only; an admin may do without, with a reason', async () => {
    const report = await n1.submit(ani)
    await n1.call(tini, 'claim', { report })
    expect(await refusal(n1.call(tini, 'finish', { report, note: 'Beres' }))).toBe('invalid')
    expect(await refusal(n1.call(tini, 'finish', { report, note: 'Beres', override: 'malas' }))).toBe('invalid')
    expect(await refusal(finish(report, tono))).toBe('forbidden')
    expect(await refusal(n1.call(ani, 'claim', { report }))).toBe('forbidden')
    await n1.call(admin, 'finish', { report, note: 'Beres', override: 'Kamera rusak' })
    const { state, timeline } = (await n1.get(ani, report)).report
    expect([state, timeline.at(-1)!.reason]).toEqual(['done', 'Kamera rusak'])
  })

  test('is in nobody’s way when refused, not even in the same transaction', async () => {
    const report = await n1.submit(ani)
    await n1.call(tini, 'claim', { report })
    const foreign = { report, note: 'Beres', photos: [await n1.photo(ani)] }
    const [refused, done] = await Promise.allSettled([
      ...[n1.call(tini, 'finish', foreign), n1.call(admin, 'finish', { report, note: 'Beres', override: 'Gelap' })],
    ])
    expect([refused?.status, done?.status]).toEqual(['rejected', 'fulfilled'])
    expect((await n1.get(ani, report)).report).toMatchObject({ state: 'done', photos: [] })
  })

  test('is given many at once, all of them or none, and hears of each once, as those do who reported them', async () => {
    const [cici, toni] = [await n1.person('Cici'), await n1.person('Toni', 'technician')]
    const reports = await Promise.all(Array.from({ length: 4 }, () => n1.submit(cici)))
    const closed = await n1.submit(cici)
    await n1.call(tini, 'claim', { report: reports[0]! })
    await n1.call(tini, 'reject', { report: closed, reason: 'Bukan milik kampus' })
    const give = (who: Actor, to: Actor, list = reports): Promise<unknown> =>
      n1.call(who, 'assign', { reports: list, technician: to.id })
    const haveThem = async (): Promise<(string | undefined)[]> =>
      Promise.all(reports.map(async (report) => (await n1.get(admin, report)).report.technician?.name))
    expect(await refusal(give(cici, toni))).toBe('forbidden')
    expect(await refusal(give(admin, budi))).toBe('not_found')
    expect(await refusal(give(admin, toni, [...reports, closed]))).toBe('conflict')
    expect(await refusal(give(admin, toni, [...reports, '987654']))).toBe('not_found')
    expect(await haveThem()).toEqual(['Tini', undefined, undefined, undefined])
    const toldBefore = (await n1.told(cici)).length
    n1.jobs.length = 0
    await give(admin, toni, [...reports, reports[1]!])
    // Who reported and has no device is mailed; who is given work has the board.
    expect(n1.jobs.filter(({ queue }) => queue === 'inbox-mail')).toHaveLength(reports.length)
    expect(await haveThem()).toEqual(['Toni', 'Toni', 'Toni', 'Toni'])
    for (const report of reports) expect(await stateOf(report)).toBe('in_progress')
    expect(await n1.told(toni)).toEqual(reports.map(() => 'report.assigned'))
    expect((await n1.told(cici)).slice(toldBefore)).toEqual(reports.map(() => 'report.claimed'))
  })

  test('must say why nothing was mended', async () => {
    const report = await n1.submit(ani)
    expect(await refusal(n1.call(tini, 'reject', { report }))).toBe('invalid')
    await n1.call(tini, 'claim', { report })
    expect(await refusal(n1.call(tono, 'reject', { report, reason: 'Malas' }))).toBe('forbidden')
    expect(await refusal(n1.call(tono, 'release', { report }))).toBe('forbidden')
    await n1.call(tini, 'reject', { report, reason: 'Bukan milik kampus' })
    expect((await n1.get(ani, report)).report.timeline.at(-1)).toMatchObject({ reason: 'Bukan milik kampus' })
  })
})

describe('those whom it concerns', () => {
  test('hear of each change once, are asked whether it is fixed, and open it again with a word', async () => {
    const [cici, dodi] = [await n1.person('Cici'), await n1.person('Dodi')]
    const report = await n1.submit(cici)
    await n1.call(dodi, 'me_too', { report, photos: [await n1.photo(dodi)] })
    await n1.call(dodi, 'follow', { report })
    await n1.call(tini, 'claim', { report })
    await finish(report, tini)
    expect(await refusal(n1.call(budi, 'reopen', { report }))).toBe('forbidden')
    await n1.call(cici, 'reopen', { report, note: 'Masih mati' })
    expect(await stateOf(report)).toBe('reopened')
    expect((await n1.told(tini)).at(-1)).toBe('report.reopened')
    await n2.call(tono, 'claim', { report })
    await finish(report, tono)
    await n1.call(dodi, 'confirm', { report })
    expect(await stateOf(report)).toBe('confirmed')
    const heard = ['report.claimed', 'report.done', 'report.claimed', 'report.done']
    expect(await n1.told(cici)).toEqual(heard)
    expect(await n1.told(dodi)).toEqual(heard)
    expect((await n1.get(cici, report)).report).toMatchObject({ followers: 1, reopens: 1, status: 'done' })
  })

  test('of a duplicate hear of the other one’s news; parted again, both keep their histories', async () => {
    const [cici, dodi] = [await n1.person('Cici'), await n1.person('Dodi')]
    const [first, second] = [await n1.submit(cici), await n1.submit(dodi)]
    await n1.call(tini, 'claim', { report: second })
    await n1.call(tini, 'merge', { report: second, into: first })
    expect(await refusal(n1.call(tini, 'merge', { report: first, into: second }))).toBe('invalid')
    expect(await refusal(n1.call(tini, 'merge', { report: first, into: await n1.submit(ani) }))).toBe('invalid')
    await n1.call(tini, 'claim', { report: first })
    await finish(first, tini)
    expect(await n1.told(dodi)).toEqual(['report.claimed', 'report.merged', 'report.claimed', 'report.done'])
    expect((await n1.get(dodi, second)).viewer.into).toMatchObject({ id: first, status: 'done' })
    expect((await n1.get(dodi, first)).viewer.following).toBe(true)
    await n1.call(tini, 'unmerge', { report: second })
    const parted = (await n1.get(dodi, second)).report
    expect(parted).toMatchObject({ state: 'in_progress', mergedInto: null, technician: { name: 'Tini' } })
    expect(parted.timeline.map(({ kind }) => kind)).toEqual(['submitted', 'claimed', 'merged', 'unmerged'])
    const kept = (await n1.get(cici, first)).report
    expect(kept.followers).toBe(0)
    expect(kept.timeline.map(({ kind }) => kind)).toEqual(['submitted', 'absorbed', 'claimed', 'finished', 'parted'])
    await n1.call(cici, 'reopen', { report: first })
    await finish(first, tono)
    expect(await n1.told(dodi)).toHaveLength(4)
  })
})

test('a screen that folds the topic shows what the query does, whatever happened', async () => {
  const report = await n1.submit(ani, { photos: [await n1.photo(ani)], category: 'water' })
  const snapshot = (await n1.get(ani, report)).report
  await n1.work({ later: true })
  await n1.call(budi, 'follow', { report })
  await n1.call(tini, 'claim', { report })
  await n1.call(tini, 'update', { report, state: 'waiting', note: 'Menunggu suku cadang' })
  await n1.call(admin, 'assign', { reports: [report], technician: tono.id })
  await n1.call(tono, 'update', { report, priority: 'emergency', place: 'Ruang 102', category: 'electricity' })
  await n1.call(admin, 'hide_photo', { report, photo: snapshot.photos[0]!.id, reason: 'Wajah terlihat' })
  await finish(report, tono)
  await n1.call(ani, 'reopen', { report })
  await n1.call(admin, 'reject', { report, reason: 'Rusak total' })
  const folded = (await n1.reportEvents(report)).slice(1).reduce<Report>(apply, snapshot)
  expect(folded).toEqual((await n1.get(ani, report)).report)
  const board = await n1.call<{ cards: { id: string; state: string }[] }>(tini, 'board')
  const cards = (await n1.events('reports:board')).map(({ data }) => data['card'] as { id: string })
  expect(cards.findLast(({ id }) => id === report)).toEqual(board.cards.find(({ id }) => id === report)!)
})
