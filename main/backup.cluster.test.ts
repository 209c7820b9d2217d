/** `alun backup` while people write, and `alun restore` into an empty folder: everything is there, and a new life begins. */
import { afterAll, expect, test } from 'bun:test'
import { existsSync, readdirSync, statSync, truncateSync, copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { geotagged } from '../services/files/testing/samples'
import { until } from '../prove/testing/until'
import { installation } from './testing/installation'

const [before, after, other] = [await installation(), await installation(), await installation()]
afterAll(() => [before, after, other].forEach(({ remove }) => remove()))

type Json = Record<string, unknown>

/** Asks an installation in the name of one person. */
const asker = (port: number, token: string) => {
  const authorization = `Bearer ${token}`
  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const headers = { authorization, ...(init.headers as Record<string, string>) }
    return fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers, keepalive: false })
  }
  return {
    send,
    call: async (method: string, input: Json): Promise<Json> => {
      const init = { method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json' } }
      const response = await send(`/api/${method.replace('.', '/')}`, init)
      if (!response.ok) throw new Error(`${method}: ${await response.text()}`)
      const { node: _, ...answer } = (await response.json()) as Json
      return answer
    },
  }
}

interface History {
  messages: { id: string; offset: number; text: string }[]
  position: { epoch: string; offset: number }
}

async function upload({ send }: ReturnType<typeof asker>, bytes: Uint8Array): Promise<string> {
  const form = new FormData()
  form.append('file', new File([bytes as Uint8Array<ArrayBuffer>], 'foto.jpg'))
  return ((await (await send('/files', { method: 'POST', body: form })).json()) as { id: string }).id
}

async function bytesOf({ call, send }: ReturnType<typeof asker>, file: string): Promise<Uint8Array> {
  const link = await until(
    async () => {
      const { links } = (await call('files.links', { files: [file] })) as { links: { status: string; url: string }[] }
      return links[0]?.status === 'ready' ? links[0] : undefined
    },
    { what: 'the photo', timeoutMs: 20_000 },
  )
  return new Uint8Array(await (await send(link.url, {})).arrayBuffer())
}

test('what was there when a backup began is there after its restore, keys, files and sign-ins too', async () => {
  const first = await before.up('--nodes', '1')
  const token = before.alun(['token', '--user', 'ana']).out.trim()
  const ana = asker(before.port, token)
  const file = await upload(ana, await geotagged(800, 600))
  const photo = await bytesOf(ana, file)
  const post = { channel: 'general', text: 'Halo "dunia" \\. \t🎓', key: 'first', files: [file] }
  const answer = await ana.call('discussion.post', post)
  let isDone = false
  let written = 0
  const writing = (async () => {
    for (; !isDone; written++)
      await ana.call('discussion.post', { channel: 'general', text: `${written}`, key: `${written}` })
  })()
  await until(() => written > 20)
  const sureOf = written
  const archive = join(other.dataDir, 'alun.tar.gz')
  const child = Bun.spawn([process.execPath, `${import.meta.dir}/cli.ts`, 'backup', archive, '--data', before.dataDir])
  expect(await child.exited).toBe(0)
  isDone = true
  await writing
  const { position } = (await ana.call('discussion.history', { channel: 'general' })) as unknown as History
  first.child.kill('SIGINT')
  await first.child.exited
  expect(statSync(archive).mode & 0o777).toBe(0o600)
  expect(Bun.spawnSync(['tar', '-tzf', archive]).stdout.toString().split('\n')[0]).toBe('alun-backup.json')

  expect(after.alun(['restore', archive])).toMatchObject({ exitCode: 0 })
  expect(after.alun(['restore', archive]).out).toContain('holds an installation already')
  const second = await after.up('--nodes', '1')
  const again = asker(after.port, token)
  expect(await again.call('discussion.post', post)).toEqual(answer)
  const page = async (before?: number): Promise<History> =>
    (await again.call('discussion.history', { channel: 'general', limit: 100, before })) as unknown as History
  const history = await page()
  const texts = new Set<string>()
  for (let { messages } = history; messages.length > 0; { messages } = await page(messages[0]!.offset))
    for (const { text } of messages) texts.add(text)
  for (let nth = 0; nth < sureOf; nth++) expect(texts).toContain(String(nth))
  expect(history.position.epoch).not.toBe(position.epoch)
  expect(await bytesOf(again, file)).toEqual(photo)
  // New rows go on where the old ones end.
  const next = (await again.call('discussion.post', { channel: 'general', text: 'baru', key: 'new' })) as {
    offset: number
  }
  expect(next.offset).toBe(history.position.offset + 1)
  second.child.kill('SIGINT')
  expect(await second.child.exited).toBe(0)

  // Cut anywhere, it is refused, and nothing stays.
  const cut = join(other.dataDir, 'cut.tar.gz')
  for (const part of [0.02, 0.5, 0.999]) {
    copyFileSync(archive, cut)
    truncateSync(cut, Math.floor(statSync(archive).size * part))
    const { exitCode, out } = other.alun(['restore', cut])
    expect(exitCode).toBe(1)
    expect(out).toMatch(/^alun: .*(damaged|no backup)/)
    expect(['postgres', 'files', 'secret'].filter((name) => existsSync(join(other.dataDir, name)))).toEqual([])
  }
  expect(readdirSync(other.dataDir).some((name) => name.endsWith('.partial'))).toBe(false)
}, 120_000)
