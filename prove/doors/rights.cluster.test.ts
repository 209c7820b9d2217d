/** Who may what, as the doors have it, against the table in `prove/testing/rights.ts`: every method, topic and path. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { routes, services } from '../../main/services'
import { mintToken } from '../../main/token'
import { roles, type Role } from '../../protocol/roles'
import { testCluster, type TestCluster } from '../testing/cluster'
import { Finds, Hostile, type Shape } from '../testing/hostile'
import { callables } from '../testing/fuzz'
import { random } from '../testing/random'
import { methodRights, pathsWithoutName, topicRights } from '../testing/rights'
import { Wire } from '../testing/wire'

// As the test cluster's nodes are given it.
const secret = 'a-secret-of-the-tests-that-is-long-enough'
const open = services.flatMap(({ methods }) => methods).filter(({ internal }) => !internal)
const may = (right: string | readonly Role[], role: Role): boolean => typeof right === 'string' || right.includes(role)

let cluster: TestCluster
let shapes: Map<string, Shape>
const tokens = {} as Record<Role | 'other' | 'owner' | 'disabled', string>
/** Things of somebody else, by the names of the fields that name them. */
let theirs: Record<string, unknown>

beforeAll(async () => {
  cluster = await testCluster({ nodes: 1, env: { ALUN_ACCOUNT_RATE: '1000000' } })
  const real = { databaseUrl: cluster.postgres.url, secret, ttlSeconds: 600 }
  for (const role of roles) tokens[role] = await mintToken({ ...real, user: `the ${role}`, role })
  tokens.other = await mintToken({ ...real, user: 'another teacher', role: 'teacher' })
  tokens.owner = await mintToken({ ...real, user: 'who owns it', role: 'teacher' })
  tokens.disabled = await mintToken({ ...real, user: 'who was here' })
  const gone = (await asked('disabled', 'people.me')).body['id']
  expect((await asked('admin', 'people.disable', { user: gone })).status).toBe(200)
  shapes = new Map((await callables(cluster.url)).map(({ name, input }) => [name, input as Shape]))
  theirs = await world()
}, 60_000)
afterAll(() => cluster?.stop(), 60_000)

interface Asked {
  status: number
  // What a method answers is the business of who asked.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any
}

async function asked(who: keyof typeof tokens | undefined, method: string, input: object = {}): Promise<Asked> {
  const isCommand = open.find(({ name }) => name === method)?.kind === 'command'
  const response = await fetch(`${cluster.url}/api/${method.replace('.', '/')}`, {
    method: 'POST',
    headers: who ? { authorization: `Bearer ${tokens[who]}` } : {},
    body: JSON.stringify({ ...(isCommand ? { key: crypto.randomUUID() } : {}), ...input }),
  })
  return { status: response.status, body: await response.json() }
}

/** What a teacher, and a student of no importance here, have made. */
async function world(): Promise<Record<string, unknown>> {
  const made = async (method: string, input: object): Promise<Record<string, string>> => {
    const { status, body } = await asked('owner', method, input)
    if (status !== 200) throw new Error(`${method}: ${JSON.stringify(body)}`)
    return body as Record<string, string>
  }
  const { id: user } = await made('people.me', {})
  const { id: room } = await made('people.class_create', { name: 'Theirs' })
  const { id: channel } = await made('discussion.create', { name: 'Theirs', kind: 'private' })
  const { id: message } = await made('discussion.post', { channel, text: 'among us' })
  const opensAt = new Date(Date.now() + 3_600_000).toISOString()
  const { id: drop } = await made('drops.create', { title: 'Theirs', stock: 5, opensAt })
  const expected = { title: 'Theirs', roster: [{ id: user, name: 'who owns it' }] }
  const session = (await made('attendance.open', expected))['id']
  const { id: report } = await made('reports.submit', { title: 'Theirs', place: 'here', private: true }).catch(() =>
    made('reports.submit', { title: 'Theirs', place: 'here' }),
  )
  const { id: file } = await made('files.create', { name: 'theirs.txt', bytes: 9 })
  return { user, users: [user], class: room, channel, message, drop, session, report, file }
}

describe('every method', () => {
  test('stands in the table of rights, and nothing else does', () => {
    expect([...methodRights.keys()].toSorted()).toEqual(open.map(({ name }) => name).toSorted())
  })

  test('is refused to who is nobody, and to who was disabled', async () => {
    const let_in: string[] = []
    for (const { name } of open) {
      for (const who of [undefined, 'disabled'] as const) {
        const { status } = await asked(who, name, { key: 5 })
        if (status !== 401) let_in.push(`${name} ${who ?? 'nobody'} ${status}`)
      }
    }
    expect(let_in).toEqual([])
  }, 60_000)

  test.each([...roles])(
    'may be called by a %s if the table says so',
    async (role) => {
      const wrong: string[] = []
      for (const { name, kind } of open) {
        const right = methodRights.get(name)
        if (right === undefined || right === 'theirs') continue
        // A key that is none is refused after the role was looked at, and before anything happens.
        const { status } = await asked(role, name, kind === 'command' ? { key: 5 } : {})
        if ((status !== 403) !== may(right, role)) wrong.push(`${name} ${status}`)
      }
      expect(wrong).toEqual([])
    },
    60_000,
  )

  test.each(['student', 'guest', 'other'] as const)(
    'that is about things of others is refused to a %s',
    async (who) => {
      const chance = random(7)
      const wrong: string[] = []
      for (const [name, right] of methodRights) {
        if (right !== 'theirs') continue
        const hostile = new Hostile(chance, new Finds(), name.split('.')[0]!)
        const answers = new Set<number>()
        for (let n = 0; n < 30 && answers.size < 2; n++) {
          const input = { ...(hostile.sound(shapes.get(name)!) as object) }
          for (const field of Object.keys(shapes.get(name)!.properties ?? {})) {
            if (field in theirs) Object.assign(input, { [field]: theirs[field] })
          }
          const { status } = await asked(who, name, { ...input, key: crypto.randomUUID() })
          if (status !== 400) answers.add(status)
        }
        if (answers.size === 0 || [...answers].some((status) => status !== 403 && status !== 404))
          wrong.push(`${name} ${[...answers].join()}`)
      }
      expect(wrong).toEqual([])
      await asked(who, 'files.discard', { file: theirs['file'] })
      expect((await asked(who, 'files.links', { files: [theirs['file']] })).body.links).toEqual([])
      expect((await asked('owner', 'files.upload', { file: theirs['file'] })).status).toBe(200)
    },
    60_000,
  )
})

describe('every topic', () => {
  const rules = services.flatMap(({ topics }) => topics)

  test('stands in the table of rights, and nothing else does', () => {
    expect(Object.keys(topicRights).toSorted()).toEqual(rules.map(({ prefix }) => prefix).toSorted())
  })

  test.each([...roles])('is heard by a %s if the table says so', async (role) => {
    const wire = await Wire.connected(cluster.port, tokens[role])
    const { body } = await asked(role, 'people.me')
    const heard = async (channel: string): Promise<boolean> => !(await wire.ask('subscribe', { channel })).error
    for (const { prefix, single, own } of rules) {
      const right = topicRights[prefix]!
      if (right === 'own') {
        expect([own, await heard(`${prefix}:${theirs['user'] as string}`)]).toEqual([true, false])
        expect(await heard(`${prefix}:nobody-${body.id as string}`)).toBeFalse()
      } else if (right === 'theirs') {
        const id = { discussion: 'channel', attendance: 'session', reports: 'report' }[prefix]!
        const handles = (role === 'technician' || role === 'admin') && prefix === 'reports'
        const isAdmins = role === 'admin' && prefix === 'attendance'
        expect([prefix, await heard(`${prefix}:${theirs[id] as string}`)]).toEqual([prefix, handles || isAdmins])
      } else
        expect([prefix, await heard(single ? prefix : `${prefix}:${theirs['drop'] as string}`)]).toEqual([
          prefix,
          may(right, role),
        ])
    }
    wire.close()
  })
})

describe('every path', () => {
  const named = ({ method, path }: { method: string; path: string }): string => `${method} ${path}`

  test('stands in the table of rights, and nothing else does', () => {
    expect(Object.keys(pathsWithoutName).toSorted()).toEqual(routes.map(named).toSorted())
  })

  test.each([...routes])('$method $path answers who has no name as the table says', async (route) => {
    const { method, path } = route
    const ids: Record<string, string> = {
      ...{ id: crypto.randomUUID(), drop: String(theirs['drop']), session: String(theirs['session']), format: 'csv' },
      ...{ variant: 'full', file: path.startsWith('/open311') ? 'requests.json' : 'x.ics' },
    }
    const filled = path
      .replace('/open311/:file', '/open311/discovery.json')
      .replace(/:(\w+)/g, (_, name: string) => ids[name]!)
    const body = method === 'GET' ? {} : { body: '{}' }
    const response = await fetch(cluster.url + filled, { method, ...body })
    expect(pathsWithoutName[named(route)]).toContain(response.status)
  })
})
