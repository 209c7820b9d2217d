import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { errorOf } from '../../prove/testing/until'
import type { Actor } from '../../protocol/roles'
import type { FileLink } from './model'
import { bench, who, type Bench } from './testing/bench'

let at: Bench
beforeAll(async () => {
  at = await bench({ limits: { looseFiles: 12, looseBytes: 60_000_000 } })
}, 60_000)
afterAll(() => at.stop())

const [ani, budi, guru] = [who('ani'), who('budi'), who('guru', 'teacher')]
const run = (actor: Actor, name: string, input: object): Promise<Record<string, unknown>> =>
  at.registry.execute(actor, name, { key: crypto.randomUUID(), ...input })
const refusal = async (promise: Promise<unknown>): Promise<unknown> =>
  ((await errorOf(promise)) as { code: string }).code
const links = async (actor: Actor, ...files: string[]): Promise<FileLink[]> =>
  (await at.registry.execute(actor, 'files.links', { files }))['links'] as FileLink[]

async function announced(actor: Actor, bytes = 10): Promise<string> {
  return (await run(actor, 'files.create', { name: 'a picture.jpg', bytes }))['id'] as string
}
const receive = (owner: Actor, file: string, offset: number, bytes: number): Promise<Record<string, unknown>> =>
  at.registry.perform('files.receive', { key: crypto.randomUUID(), owner: owner.id, file, offset, bytes, part: 'x' })
async function whole(actor: Actor): Promise<string> {
  const file = await announced(actor)
  await receive(actor, file, 0, 10)
  return file
}

describe('an upload', () => {
  test('is announced, comes in pieces in order, and is processed once all of it is there', async () => {
    const file = await announced(ani)
    expect(await receive(ani, file, 0, 4)).toEqual({ offset: 4, complete: false })
    expect(await run(ani, 'files.upload', { file })).toMatchObject({ offset: 4, bytes: 10, complete: false })
    expect(at.jobs).toEqual([])
    expect(await receive(ani, file, 4, 6)).toEqual({ offset: 10, complete: true })
    expect(at.jobs.splice(0)).toMatchObject([{ queue: 'files-process', data: { file } }])
    expect(await links(ani, file)).toMatchObject([{ id: file, name: 'a picture.jpg', bytes: 10, status: 'pending' }])
    expect((await links(ani, file))[0]).not.toHaveProperty('url')
  })

  test('takes a piece once, at its place, from its owner, and no more than was announced', async () => {
    const file = await announced(ani)
    const twice = await Promise.allSettled([receive(ani, file, 0, 4), receive(ani, file, 0, 4)])
    expect(twice.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await refusal(receive(ani, file, 8, 2))).toBe('conflict')
    expect(await refusal(receive(budi, file, 4, 6))).toBe('not_found')
    expect(await refusal(receive(ani, file, 4, 7))).toBe('invalid')
    expect(await refusal(run(budi, 'files.upload', { file }))).toBe('not_found')
    expect(await refusal(run(ani, 'files.receive', { file, owner: 'ani', offset: 4, bytes: 6, part: 'y' }))).toBe(
      'not_found',
    )
  })

  test('is refused when it is too large, and when too much lies about', async () => {
    const many = who('many')
    expect(await refusal(announced(many, 25 * 1024 * 1024 + 1))).toBe('invalid')
    await announced(many, 25_000_000)
    await announced(many, 25_000_000)
    expect(await refusal(announced(many, 25_000_000))).toBe('limited')
    for (let nth = 2; nth < 12; nth++) await announced(many, 1)
    expect(await refusal(announced(many, 1))).toBe('limited')
    const file = await whole(who('few'))
    await run(who('few'), 'files.discard', { file })
    expect(await links(who('few'), file)).toEqual([])
  })

  test('has a name that is a name', async () => {
    for (const name of ['', ' ', 'a/b', 'a\\b', 'a\nb', 'a\u2028b', 'x'.repeat(201)]) {
      expect(await refusal(run(ani, 'files.create', { name, bytes: 1 }))).toBe('invalid')
    }
  })
})

describe('a file that hangs on a topic', () => {
  test('is read by whoever may read that, before it was its owner alone', async () => {
    const file = await whole(ani)
    expect(await links(guru, file)).toEqual([])
    await run(ani, 'album.add', { files: [file], topic: 'album:budi' })
    expect(await links(budi, file)).toMatchObject([{ id: file }])
    expect(await links(guru, file)).toMatchObject([{ id: file }])
    expect(await links(who('citra'), file)).toEqual([])
    // It is in an album now that its owner may not open.
    expect(await links(ani, file)).toEqual([])
  })

  test('stays there: the same again is nothing new, elsewhere is refused, and nobody else can hang it', async () => {
    const file = await whole(ani)
    expect(await refusal(run(budi, 'album.add', { files: [file], topic: 'album:budi' }))).toBe('not_found')
    await run(ani, 'album.add', { files: [file], topic: 'album:ani' })
    await run(ani, 'album.add', { files: [file], topic: 'album:ani' })
    expect(await refusal(run(ani, 'album.add', { files: [file], topic: 'album:budi' }))).toBe('conflict')
    expect(await refusal(run(ani, 'files.attach', { files: [file], topic: 'album:ani' }))).toBe('not_found')
  })

  test('is told of there once, when it can be shown or never will, however often its job runs', async () => {
    const [shown, broken] = [await whole(ani), await whole(ani)]
    await run(ani, 'album.add', { files: [shown], topic: 'album:guru' })
    const blur = 'data:image/webp;base64,AAAA'
    const variants = { full: { type: 'image/webp', bytes: 5 } }
    for (const key of ['one', 'two']) {
      await at.registry.perform('files.processed', { file: shown, variants, width: 4, height: 3, blur, key })
      await at.registry.perform('files.processed', { file: broken, trouble: 'unreadable', key: `${key}-broken` })
    }
    const told = at.events
      .map(({ topic, json }) => ({ topic, ...(JSON.parse(json) as { kind: string; file: { id: string } }) }))
      .filter(({ kind, file }) => kind === 'file' && [shown, broken].includes(file.id))
    expect(told).toMatchObject([
      { topic: 'album:guru', file: { id: shown, status: 'ready', type: 'image/webp', bytes: 5, width: 4, blur } },
      { topic: 'inbox:ani', file: { id: broken, status: 'failed', trouble: 'unreadable' } },
    ])
    expect(await refusal(run(ani, 'album.add', { files: [broken], topic: 'album:guru' }))).toBe('conflict')
  })

  test('has to be there in full, and one that is not keeps all of them back', async () => {
    const [there, coming] = [await whole(ani), await announced(ani)]
    expect(await refusal(run(ani, 'album.add', { files: [there, coming], topic: 'album:guru' }))).toBe('conflict')
    expect(await refusal(run(ani, 'album.add', { files: [crypto.randomUUID()], topic: 'album:guru' }))).toBe(
      'not_found',
    )
    expect(await links(ani, there)).toHaveLength(1)
  })

  test('is gone for everybody once the service that has it takes it away, and its bytes follow', async () => {
    const file = await whole(ani)
    await run(ani, 'album.add', { files: [file], topic: 'album:budi' })
    at.jobs.length = 0
    await at.registry.perform('files.remove', { key: 'k1', files: [file], topic: 'album:other' })
    expect(await links(budi, file)).toHaveLength(1)
    await run(ani, 'files.discard', { file })
    expect(await links(budi, file)).toHaveLength(1)
    await at.registry.perform('files.remove', { key: 'k2', files: [file], topic: 'album:budi' })
    expect(await links(budi, file)).toEqual([])
    expect(at.jobs).toMatchObject([{ queue: 'files-remove', data: { file } }])
  })
})

describe('time', () => {
  const sweep = async (): Promise<unknown> => at.registry.duties.find(({ name }) => name === 'files.sweep')!.run()
  const older = (file: string, hours: number): Promise<unknown> =>
    at.db
      .lane('look', { connections: 1 })
      .query(
        'UPDATE files.file SET at = at - make_interval(hours => $2), tried_at = tried_at - make_interval(hours => $2) WHERE id = $1',
        [file, hours],
      )

  test('takes away what hangs on nothing after a day, and leaves what is used or young', async () => {
    const dian = who('dian')
    const [loose, young, used] = [await whole(dian), await whole(dian), await whole(dian)]
    await run(dian, 'album.add', { files: [used], topic: 'album:dian' })
    for (const file of [loose, used]) await older(file, 25)
    await older(young, 23)
    at.jobs.length = 0
    await sweep()
    expect((await links(dian, loose, young, used)).map(({ id }) => id)).toEqual([young, used])
    expect(at.jobs.filter(({ queue }) => queue === 'files-remove')).toMatchObject([{ data: { file: loose } }])
  })

  test('gives those another try that were never processed, and those that were never taken out', async () => {
    const elok = who('elok')
    const [stuck, gone] = [await whole(elok), await whole(elok)]
    await run(elok, 'files.discard', { file: gone })
    for (const file of [stuck, gone]) await older(file, 1)
    at.jobs.length = 0
    await sweep()
    const mine = at.jobs.filter(({ data }) => [stuck, gone].includes((data as { file: string }).file))
    expect(mine.map(({ queue }) => queue).sort()).toEqual(['files-process', 'files-remove'])
    at.jobs.length = 0
    await sweep()
    expect(at.jobs.filter(({ data }) => (data as { file: string }).file === stuck)).toEqual([])
  })
})
