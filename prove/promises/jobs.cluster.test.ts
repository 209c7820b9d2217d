/** G8: work that was promised is done, though every node that works is killed in the middle of it. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { PushService } from '../../services/inbox/push/testing/receiver'
import type { FileLink } from '../../services/files/model'
import { geotagged, tellsWhere } from '../../services/files/testing/samples'
import { statementRows } from '../testing/database'
import { testCluster, type TestCluster } from '../testing/cluster'
import { quietNode, type QuietNode } from '../testing/quiet-node'
import { until } from '../testing/until'

let cluster: TestCluster
let data: string
let push: PushService
let teller: QuietNode
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'alun-data-'))
  push = new PushService()
  const env = { ALUN_DATA: data, ALUN_PUSH_HERE: '1' }
  cluster = await testCluster({ nodes: 2, env })
  // A third one only serves, in this process, and lives.
  teller = await quietNode(cluster, env)
}, 60_000)
afterAll(async () => {
  await teller?.stop()
  await cluster?.stop()
  await push?.stop()
  await rm(data, { recursive: true, force: true })
})

const people = ['ani', 'budi', 'citra', 'dewi']
const devices = people.flatMap((user) => [`${user}-phone`, `${user}-tablet`])
const photos = 12
const changes = 30

/** Sent until it was answered, as our own client does. */
async function surely(send: () => Promise<Response>): Promise<Record<string, unknown>> {
  const answer = await until(
    async () => {
      const response = await send()
      return response.ok ? response : undefined
    },
    { what: 'an answer', timeoutMs: 30_000, everyMs: 50 },
  )
  return (await answer.json()) as Record<string, unknown>
}

async function upload(user: string, nth: number, bytes: Uint8Array): Promise<string> {
  const authorization = `Bearer ${await cluster.token(user)}`
  const headers = { authorization, 'idempotency-key': `photo-${nth}` }
  return surely(() => {
    const form = new FormData()
    form.append('file', new File([bytes as Uint8Array<ArrayBuffer>], `photo-${nth}.jpg`))
    return fetch(`${cluster.url}/files`, { method: 'POST', body: form, headers, keepalive: false })
  }).then(({ id }) => id as string)
}

async function ready(user: string, files: readonly string[]): Promise<FileLink[] | undefined> {
  const { links } = (await (await cluster.call(user, 'files.links', { files })).json()) as { links: FileLink[] }
  return links.length === files.length && links.every(({ status }) => status === 'ready') ? links : undefined
}

test('every photo is cleaned and every device told of every change, though each worker is killed at work', async () => {
  for (const name of devices) {
    const user = name.split('-')[0]!
    await surely(() => cluster.call(user, 'inbox.subscribe_push', { ...push.subscribe(name), label: name }))
    // First tries fail, as they do in life; not for all, or the longest pauses decide how long this takes.
    if (name.endsWith('-tablet')) push.answers.set(name, [503, 500])
  }
  await surely(() => cluster.call('ani', 'inbox.push_key', {}))
  const photo = await geotagged(2400, 1600)
  const uploads = Array.from({ length: photos }, (_, nth) => upload('ani', nth, photo))
  const telling = tellAll()
  for (const { id } of cluster.nodes) {
    await until(() => isAtWork(), { what: 'work under way', timeoutMs: 30_000 })
    await cluster.node(id).kill()
    await cluster.node(id).start()
  }
  await telling
  const files = await Promise.all(uploads)
  const links = await until(() => ready('ani', files), { what: 'every photo', timeoutMs: 60_000, everyMs: 200 })
  for (const address of links.flatMap(({ url, thumb }) => [url!, thumb!])) {
    const answer = await fetch(cluster.url + address)
    expect(await tellsWhere(new Uint8Array(await answer.arrayBuffer()))).toBe(false)
  }
  const originals = async (): Promise<number> => (await readdir(join(data, 'files/parts'))).length
  await until(async () => (await originals()) === 0, { what: 'the originals to be gone', timeoutMs: 30_000 })
  const tags = Array.from({ length: changes }, (_, nth) => `change-${nth}`).sort()
  const heard = (name: string): string[] => [...new Set(push.of(name).map(({ payload }) => payload.tag))].sort()
  await until(() => devices.every((name) => heard(name).length === changes), { what: 'every push', timeoutMs: 60_000 })
  for (const name of devices) expect(heard(name)).toEqual(tags)
  // Sent twice only where a worker died between sending and noting it; then the tag makes it shown once.
  const sent = devices.flatMap((name) => push.of(name)).length
  console.info(`${devices.length * changes} pushes to be sent, ${sent} sent`)
  expect(sent).toBeLessThan(devices.length * changes * 2)
}, 300_000)

/** One change after another, each told to everybody, by a node that only serves. */
async function tellAll(): Promise<void> {
  for (let nth = 0; nth < changes; nth++) {
    const told = { en: `Change ${nth}`, id: `Perubahan ${nth}` }
    const notice = { to: people, kind: 'report.done', tag: `change-${nth}`, title: told, body: told, url: '/' }
    await teller.perform('inbox.notify', { ...notice, key: `tell-${nth}` })
    // Spread over the time in which workers die. Each death costs a job a heartbeat's patience and a pause.
    await until(() => devices.some((name) => push.of(name).length > nth / 2), { what: 'some push', timeoutMs: 90_000 })
  }
}

/** A job is in somebody's hands at this moment. */
async function isAtWork(): Promise<boolean> {
  const rows = await statementRows<{ n: number }>(
    cluster.postgres.url,
    `SELECT count(*)::int AS n FROM jobs.job WHERE name IN ('files-process', 'inbox-push') AND state = 'active'`,
  )
  return rows[0]!.n > 0
}
