/** What Open311 tells of a report while it lives: open or closed, and in words how it stands. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { othersThan } from '../../prove/testing/others'
import { testDatabase, type TestDatabase } from '../../prove/testing/database'
import type { Actor } from '../../protocol/roles'
import type { Open311Request } from './open311/requests'
import { Node } from './testing'

let database: TestDatabase
let n1: Node
let ani: Actor, tini: Actor
beforeAll(async () => {
  database = await testDatabase()
  n1 = new Node(database.url, othersThan('reports'))
  ani = await n1.person('Ani')
  tini = await n1.person('Tini', 'technician')
}, 60_000)
afterAll(async () => {
  await n1?.db.close()
  await database?.stop()
})

async function told(input: object): Promise<Open311Request[]> {
  const answer = await n1.registry.perform('reports.open311', { lang: 'en', full: false, key: 'x', ...input })
  return answer['requests'] as Open311Request[]
}

test('each step of a report is told: open or closed, and in words', async () => {
  const report = await n1.submit(ani, { category: 'water' })
  const { number } = (await n1.get(ani, report)).report
  const first = await n1.submit(ani)
  const steps: string[] = []
  const look = async (): Promise<void> => {
    const [one] = await told({ ids: [number] })
    const found = async (open: boolean): Promise<boolean> =>
      (await told({ open })).some(({ service_request_id }) => service_request_id === String(number))
    expect([await found(true), await found(false)]).toEqual(one!.status === 'open' ? [true, false] : [false, true])
    expect(one!.updated_datetime >= one!.requested_datetime).toBe(true)
    expect(one!.expected_datetime !== null).toBe(one!.status === 'open' && !one!.status_notes.includes('waiting'))
    steps.push(`${one!.status}: ${one!.status_notes}`)
  }
  const photos = [await n1.photo(tini)]
  const acts: [Actor, string, object][] = [
    [tini, 'claim', {}],
    [tini, 'update', { state: 'waiting' }],
    [tini, 'finish', { note: 'Beres', photos }],
    [ani, 'confirm', {}],
    [ani, 'reopen', {}],
    [tini, 'merge', { into: first }],
    [tini, 'unmerge', {}],
    [tini, 'reject', { reason: 'Bukan milik kampus' }],
  ]
  await look()
  for (const [who, verb, input] of acts) {
    await n1.call(who, verb, { report, ...input })
    await look()
  }
  expect(steps).toEqual([
    'open: Reported; nobody has taken it yet.',
    'open: In progress.',
    'open: In progress; waiting for something.',
    'closed: Done.',
    'closed: Done, and confirmed by the reporter.',
    'open: Opened again: it was not fixed.',
    'closed: Duplicate request.',
    'open: Opened again: it was not fixed.',
    'closed: Closed without a fix.',
  ])
  expect((await told({ ids: [number], lang: 'id' }))[0]).toMatchObject({
    ...{ status_notes: 'Ditutup tanpa perbaikan.', service_name: 'Air dan toilet', agency_responsible: 'plumbing' },
  })
})

test('details and photos are for who has a key, and a photo that was taken away is for nobody', async () => {
  const [hidden, shown] = [await n1.photo(ani), await n1.photo(ani)]
  const report = await n1.submit(ani, { details: 'Di dekat pintu', photos: [hidden, shown] })
  await n1.work({ later: true })
  const { number } = (await n1.get(ani, report)).report
  const seen = async (full: boolean): Promise<object> => {
    const [{ description, photo }] = (await told({ ids: [number], full })) as [Open311Request]
    return { description, photo }
  }
  expect(await seen(false)).toEqual({ description: 'Lampu mati', photo: null })
  expect(await seen(true)).toEqual({ description: 'Lampu mati\n\nDi dekat pintu', photo: hidden })
  await n1.call(tini, 'hide_photo', { report, photo: hidden })
  expect(await seen(true)).toMatchObject({ photo: shown })
})
