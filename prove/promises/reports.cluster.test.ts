/**
 * G8 and G2, S1.2, S1.8: reports, their photos and what people are told survive the deaths of those who serve and of
 * those who work. Some nodes serve people only, others only work.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { Db, type Lane } from '../../kernel/db'
import type { Role } from '../../protocol/roles'
import { PushService } from '../../services/inbox/push/testing/receiver'
import type { Report } from '../../services/reports/model'
import { testCluster, type TestCluster } from '../testing/cluster'
import { random } from '../testing/random'
import { until } from '../testing/until'

let cluster: TestCluster
let lane: Lane
let folder: string
let push: PushService
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alun-reports-'))
  const [serve, work] = [{ ALUN_ROLES: 'serve' }, { ALUN_ROLES: 'work' }]
  const nodeEnv = { n1: serve, n2: serve, n3: work, n4: work }
  push = new PushService()
  cluster = await testCluster({ nodes: 4, env: { ALUN_DATA: folder, ALUN_PUSH_HERE: '1' }, nodeEnv })
  lane = new Db(cluster.postgres.url, 'tests').lane('tests', { connections: 2 })
}, 60_000)
afterAll(async () => {
  await lane?.close()
  await cluster?.stop()
  await push?.stop()
  await rm(folder, { recursive: true, force: true })
}, 30_000)

const tokens = new Map<string, Promise<string>>()
async function headersOf(user: string, role: Role): Promise<Record<string, string>> {
  if (!tokens.has(user)) tokens.set(user, cluster.token(user, role))
  return { authorization: `Bearer ${await tokens.get(user)!}` }
}

interface Answer<T> {
  status: number
  body: T
}

/** Asks until it is answered, each time with the same key and on whichever node takes the connection. */
async function ask<T>(user: string, path: string, init: RequestInit, role: Role = 'student'): Promise<Answer<T>> {
  const headers = { ...(await headersOf(user, role)), ...(init.headers as Record<string, string>) }
  const send = async (): Promise<Answer<T> | false> => {
    const signal = AbortSignal.timeout(8000)
    const response = await fetch(`${cluster.url}${path}`, {
      ...init,
      method: 'POST',
      headers,
      keepalive: false,
      signal,
    })
    return response.status === 503 ? false : { status: response.status, body: (await response.json()) as T }
  }
  return until(send, { what: `${path} for ${user}`, timeoutMs: 40_000, everyMs: 30 })
}

const call = <T>(user: string, verb: string, input: object, role?: Role, service = 'reports'): Promise<Answer<T>> =>
  ask<T>(
    ...[user, `/api/${service}/${verb}`],
    { headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) },
    role,
  )

async function upload(user: string, bytes: Uint8Array<ArrayBuffer>, role?: Role): Promise<string> {
  const body = new FormData()
  body.set('file', new File([bytes], 'foto.jpg', { type: 'image/jpeg' }))
  const key = crypto.randomUUID()
  const { status, body: answer } = await ask<{ id: string }>(
    user,
    '/files',
    { headers: { 'idempotency-key': key }, body },
    role,
  )
  expect(status).toBe(201)
  return answer.id
}

const image = async (nth: number): Promise<Uint8Array<ArrayBuffer>> => {
  const background = { r: nth % 256, g: 100, b: 200 }
  const made = await sharp({ create: { width: 64, height: 48, channels: 3, background } })
    .jpeg()
    .toBuffer()
  return new Uint8Array(made)
}

/** So many at a time work through all of `items`. */
async function crowd<T>(items: readonly T[], atOnce: number, work: (item: T) => Promise<void>): Promise<void> {
  const left = items.values()
  const one = async (): Promise<void> => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: atOnce }, one))
}

interface Draft {
  nth: number
  user: string
  role: Role
  photo?: string
  id?: string
  number?: number
}

const technicians = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002']
const users = 40
/** Those who have a phone, on which pushes are read as a browser would. */
const withPhones = ['u1', 'u11', 'u21', 'u31', ...technicians]

/** Kills one after another, and starts each again, until it is told to stop. @param mostCommits of a life. */
function reaper(ids: readonly string[], seed: number, mostCommits: number): { stop(): Promise<number> } {
  const next = random(seed)
  let deaths = 0
  let over = false
  const live = async (): Promise<void> => {
    while (!over) {
      const node = cluster.node(next.pick(ids))
      const moment = next.pick(['before-commit', 'after-commit', 'after-publish'])
      await node.kill()
      // The next one dies by itself, in the middle of a commit: maybe before it has said that it is ready.
      await node.start({ ALUN_FAILPOINTS: `${moment}:${2 + next.int(mostCommits - 1)}` }).catch((error: unknown) => {
        if (node.running) throw error
      })
      deaths++
      await until(() => over || !node.running, { what: `${node.id} to die`, timeoutMs: 280_000 })
    }
    for (const id of ids) if (!cluster.node(id).running) await cluster.node(id).start()
  }
  const ended = live()
  return { stop: async () => ((over = true), await ended, deaths) }
}

async function submitAll(drafts: readonly Draft[]): Promise<void> {
  await crowd(drafts, 24, async (draft) => {
    const { nth, user, role } = draft
    const priority = nth % 50 === 0 ? 'emergency' : 'normal'
    const input = {
      title: `Laporan ${nth}`,
      place: `Ruang ${nth % 20}`,
      priority,
      photos: draft.photo ? [draft.photo] : [],
    }
    const answer = await call<{ id: string; number: number }>(user, 'submit', { ...input, key: `submit-${nth}` }, role)
    expect([nth, answer.status]).toEqual([nth, 200])
    Object.assign(draft, answer.body)
  })
}

/** Both technicians press "claim" on each at once. @returns the winners, by report. */
async function claimAll(drafts: readonly Draft[]): Promise<Map<string, string>> {
  const winners = new Map<string, string>()
  await crowd(drafts, 8, async ({ id }) => {
    const answers = await Promise.all(
      technicians.map((who) => call(who, 'claim', { report: id!, key: `claim-${who}-${id}` }, 'technician')),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]))
    winners.set(id!, technicians[answers.findIndex(({ status }) => status === 200)]!)
  })
  return winners
}

const jobsLeft = (): Promise<object[]> =>
  lane.query(
    `SELECT name, state, retry_count, data, output FROM jobs.job WHERE state IN ('created', 'retry', 'active') AND name NOT LIKE '%-failed'
       AND name NOT LIKE '\\_\\_%' AND (name LIKE 'files-%' OR name LIKE 'reports-%' OR name LIKE 'inbox-%')
       AND name NOT IN ('reports-alarm', 'inbox-mail') LIMIT 5`,
  )

test('500 reports, their photos and what people are told, while those who serve and those who work are killed', async () => {
  await lane.query(
    `INSERT INTO auth."user" (id, name, email, "emailVerified", role)
     SELECT id::uuid, 'T' || id, id || '@user.test', false, 'technician' FROM unnest($1::text[]) AS t(id)`,
    [technicians],
  )
  const drafts: Draft[] = Array.from({ length: 500 }, (_, nth) => ({
    nth,
    user: `u${nth % users}`,
    role: 'student' as const,
  }))
  for (const user of withPhones) await subscribe(user)
  // Nobody works yet: what is uploaded and reported waits.
  for (const id of ['n3', 'n4']) await cluster.node(id).kill()
  const illustrated = drafts.filter(({ nth }) => nth % 5 === 0)
  const poison = illustrated[7]!
  await crowd(illustrated, 8, async (draft) => {
    const whole = await image(draft.nth)
    draft.photo = await upload(draft.user, draft === poison ? whole.slice(0, 150) : whole)
  })
  const serving = reaper(['n1', 'n2'], 1, 7)
  const submitted = submitAll(drafts)
  await until(() => poison.id && drafts.filter(({ id }) => id).length > 200, { timeoutMs: 60_000, what: '200 reports' })
  // A job that dies with its worker again and again waits longer each time: some have to live for a while.
  const working = reaper(['n3', 'n4'], 2, 40)
  await submitted
  const emergencies = drafts.filter(({ nth }) => nth % 50 === 0)
  const winners = await claimAll(drafts.filter(({ nth }) => nth % 10 === 1))
  await until(async () => (await rung()).length === emergencies.length, {
    what: 'every alarm',
    timeoutMs: 120_000,
    everyMs: 200,
  })
  for (const [id, winner] of await claimAll(emergencies)) winners.set(id, winner)
  expect(await serving.stop()).toBeGreaterThan(0)
  expect(await working.stop()).toBeGreaterThan(0)

  await everyReportOnce(drafts)
  await everyPhotoOnce(illustrated, poison)
  await everyNoticeOnce(drafts, winners)
  await everyPushHeard()
  await until(async () => (await jobsLeft()).length === 0, {
    ...{ what: 'no job to be left', timeoutMs: 60_000, everyMs: 200 },
  }).catch(async () => expect(await jobsLeft()).toEqual([]))
  const failed = await lane.query(`SELECT name, data FROM jobs.job WHERE name LIKE '%-failed'`)
  expect(failed).toEqual([])
}, 300_000)

async function everyReportOnce(drafts: readonly Draft[]): Promise<void> {
  const rows = await lane.query<{ id: string; number: number; title: string }>(
    'SELECT id, number, title FROM reports.report ORDER BY number',
  )
  expect(rows.map(({ number }) => number)).toEqual(drafts.map((_, nth) => nth + 1))
  const told = new Map(drafts.map(({ id, number, nth }) => [id, `${number} Laporan ${nth}`]))
  expect(new Map(rows.map(({ id, number, title }) => [id, `${number} ${title}`]))).toEqual(told as Map<string, string>)
  const [board] = await lane.query<{ n: number }>(
    `SELECT count(DISTINCT data->'card'->>'id')::int AS n FROM kernel.events WHERE topic = 'reports:board'`,
  )
  expect(board!.n).toBe(drafts.length)
}

async function everyPhotoOnce(drafts: readonly Draft[], poison: Draft): Promise<void> {
  const statuses = async (): Promise<Map<number, Report['photos'][number]['status']>> => {
    const rows = await lane.query<{ title: string; photos: Report['photos'] }>(
      `SELECT title, photos FROM reports.report WHERE photos::text <> '[]'`,
    )
    return new Map(rows.map(({ title, photos }) => [Number(title.split(' ')[1]), photos[0]!.status]))
  }
  const isThrough = async (): Promise<boolean> => ![...(await statuses()).values()].includes('pending')
  await until(isThrough, { what: 'all photos to be through', timeoutMs: 120_000, everyMs: 200 })
  const found = await statuses()
  const others = drafts.filter(({ nth }) => found.get(nth) !== 'ready').map(({ nth }) => [nth, found.get(nth)])
  expect([found.size, others]).toEqual([drafts.length, [[poison.nth, 'failed']]])
  const entries = await lane.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM reports.entry WHERE kind = 'photo' GROUP BY report, entry->'photos'->>0`,
  )
  expect(entries.map(({ n }) => n)).toEqual(drafts.map(() => 1))
}

async function everyNoticeOnce(drafts: readonly Draft[], winners: ReadonlyMap<string, string>): Promise<void> {
  const claimed = await lane.query<{ user_id: string; url: string }>(
    `SELECT user_id, url FROM inbox.notification WHERE kind = 'report.claimed'`,
  )
  const expected = drafts.filter(({ id }) => winners.has(id!)).map(({ user, id }) => `${user} /reports/${id}`)
  expect(claimed.map(({ user_id, url }) => `${user_id} ${url}`).sort()).toEqual(expected.sort())
  const entries = await lane.query<{ report: string; by: string }>(
    `SELECT report, entry->'by'->>'id' AS by FROM reports.entry WHERE kind = 'claimed'`,
  )
  expect(new Map(entries.map(({ report, by }) => [report, by]))).toEqual(new Map(winners))
  expect(entries).toHaveLength(winners.size)
  for (const { report, alerted, told } of await rung()) expect([report, told]).toEqual([report, alerted])
}

async function subscribe(user: string): Promise<void> {
  const role = technicians.includes(user) ? 'technician' : 'student'
  await call(user, 'push_key', { key: `key-${user}` }, role, 'inbox')
  const input = { ...push.subscribe(user), label: 'phone', lang: 'id', key: `phone-${user}` }
  expect((await call(user, 'subscribe_push', input, role, 'inbox')).status).toBe(200)
}

/** Each phone hears of each change that its owner was told of; sent twice, the change's own tag makes it shown once. */
async function everyPushHeard(): Promise<void> {
  const rows = await lane.query<{ user_id: string; tag: string }>(
    'SELECT user_id, tag FROM inbox.notification WHERE user_id = ANY ($1::text[])',
    [withPhones],
  )
  const told = withPhones.map((user) => rows.filter(({ user_id }) => user_id === user).map(({ tag }) => tag))
  expect(Math.min(...told.map(({ length }) => length))).toBeGreaterThan(0)
  const heard = (): string[][] => withPhones.map((user) => push.of(user).map(({ payload }) => payload.tag))
  const shown = (): string[][] => heard().map((tags) => [...new Set(tags)].sort())
  await until(() => shown().flat().length >= told.flat().length, { what: 'every push', timeoutMs: 60_000 })
  expect(shown()).toEqual(told.map((tags) => tags.sort()))
  console.info(`${told.flat().length} pushes to be shown, ${heard().flat().length} sent`)
}

/** Emergencies that rang: with how many people in all rounds together, and how many notices there are. */
const rung = (): Promise<{ report: string; alerted: number; told: number }[]> =>
  lane.query(
    `SELECT e.report, sum((e.entry->>'alerted')::int)::int AS alerted,
       (SELECT count(*)::int FROM inbox.notification n WHERE n.kind = 'report.emergency' AND n.url = '/reports/' || e.report) AS told
     FROM reports.entry e WHERE e.kind = 'alerted' GROUP BY e.report`,
  )
