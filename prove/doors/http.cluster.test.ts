/** The HTTP door, on two nodes: what is answered, refused and said about it. */
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { mintToken } from '../../main/token'
import type { Role } from '../../protocol/roles'
import { testCluster, type TestCluster } from '../testing/cluster'
import { errorOf, until } from '../testing/until'

const secret = 'a-secret-of-the-tests-that-is-long-enough'
let cluster: TestCluster

beforeAll(async () => {
  cluster = await testCluster({ nodes: 2 })
}, 60_000)
afterAll(() => cluster?.stop())

interface Asked {
  method?: string
  body?: unknown
  headers?: Record<string, string>
  user?: string | undefined
  role?: Role
}

/** On a new connection each time, so that any node may answer. Every answer says which one did. */
async function ask(path: string, { method = 'POST', body, headers = {}, user, role }: Asked = {}): Promise<Response> {
  const response = await fetch(cluster.url + path, {
    method,
    headers: { ...(user ? { authorization: `Bearer ${await cluster.token(user, role)}` } : {}), ...headers },
    redirect: 'manual',
    keepalive: false,
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' || body instanceof ReadableStream ? body : JSON.stringify(body) }),
  } as RequestInit)
  expect([path, response.headers.get('x-alun-node')]).toEqual([path, expect.stringMatching(/^n[12]$/) as string])
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  return response
}

const post = (body: unknown, more: Asked = {}): Promise<Response> =>
  ask('/api/discussion/post', { user: 'budi', body, ...more })
const words = (more: object = {}): object => ({ channel: 'general', text: 'Halo', key: crypto.randomUUID(), ...more })

async function problemOf(
  response: Response,
): Promise<{ status: number; code: string; detail: string; type: string; title: string }> {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  const problem = (await response.json()) as Awaited<ReturnType<typeof problemOf>>
  expect(problem).toMatchObject({ status: response.status, title: problem.code, type: `/api/docs#${problem.code}` })
  return problem
}

describe('a command', () => {
  test('is answered with what it did and the node that did it', async () => {
    const response = await post(words())
    expect(response.status).toBe(200)
    const answer = (await response.json()) as { id: string; offset: number; node: string }
    expect(answer).toMatchObject({ id: `general.${answer.offset}`, node: response.headers.get('x-alun-node')! })
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('takes its key from the header or the body: the same thing', async () => {
    const key = crypto.randomUUID()
    const first = (await (
      await post(words({ key: undefined }), { headers: { 'idempotency-key': key } })
    ).json()) as object
    const again = (await (await post(words({ key }))).json()) as object
    expect({ ...again, node: '' }).toEqual({ ...first, node: '' })
    expect((await post(words({ key, text: 'Something else' }))).status).toBe(409)
    expect((await problemOf(await post(words({ key: undefined })))).detail).toStartWith('key: ')
    expect((await post(words({ key: undefined }), { headers: { 'idempotency-key': 'with blanks' } })).status).toBe(400)
    expect((await post(words({ key: 'x'.repeat(129) }))).status).toBe(400)
    const quoted = await post(words({ key: undefined }), { headers: { 'idempotency-key': `"${key}"` } })
    expect({ ...((await quoted.json()) as object), node: '' }).toEqual({ ...first, node: '' })
    expect((await post(words({ key }), { headers: { 'idempotency-key': 'another' } })).status).toBe(400)
  })

  test('is a POST', async () => {
    for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const response = await ask('/api/discussion/post', { method, user: 'budi' })
      expect([method, response.status, response.headers.get('allow')]).toEqual([method, 405, 'POST'])
    }
  })
})

describe('a query', () => {
  test('is a POST with JSON or a GET with parameters', async () => {
    for (let n = 0; n < 3; n++) await post(words({ text: `message ${n}` }))
    const asked = await ask('/api/discussion/history', { user: 'budi', body: { channel: 'general', limit: 2 } })
    const { node: _, ...posted } = (await asked.json()) as { node: string; messages: unknown[] }
    const got = await ask('/api/discussion/history?channel=general&limit=2', { method: 'GET', user: 'budi' })
    expect(await got.json()).toMatchObject(posted)
    expect(posted.messages).toHaveLength(2)
    const head = await ask('/api/discussion/history?channel=general', { method: 'HEAD', user: 'budi' })
    expect([head.status, await head.text()]).toEqual([200, ''])
    expect(
      (await ask('/api/discussion/history?channel=general&limit=many', { method: 'GET', user: 'budi' })).status,
    ).toBe(400)
    const put = await ask('/api/discussion/history', { method: 'PUT', user: 'budi' })
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, POST'])
  })
})

describe('what is refused', () => {
  test('has the status and code of the contract and a sentence in the language asked for', async () => {
    const key = crypto.randomUUID()
    await post(words({ key }))
    const setRole = { user: crypto.randomUUID(), role: 'admin', key }
    type Case = [code: string, status: number, tried: (more: Asked) => Promise<Response>, en: string, id: string]
    const cases: Case[] = [
      ['invalid', 400, (more) => post(words({ text: '' }), more), 'text: ', 'text: isian tidak sesuai'],
      [
        'unauthenticated',
        401,
        (more) => ask('/api/people/me', { body: {}, ...more }),
        'Please sign in',
        'Silakan masuk',
      ],
      [
        'forbidden',
        403,
        (more) => ask('/api/people/set_role', { user: 'budi', body: setRole, ...more }),
        'Your role',
        'Peran Anda',
      ],
      ['not_found', 404, (more) => post(words({ channel: 'nowhere' }), more), 'no such channel', 'Kanal itu tidak ada'],
      [
        'not_found',
        404,
        (more) => ask('/api/discussion/nope', more),
        'There is nothing here',
        'Tidak ada yang bernama',
      ],
      [
        'conflict',
        409,
        (more) => post(words({ key, text: 'Other' }), more),
        'This key was used',
        'Kunci ini sudah dipakai',
      ],
    ]
    for (const [code, status, tried, en, id] of cases) {
      for (const [language, sentence] of [
        ['en', en],
        ['id', id],
      ] as const) {
        const problem = await problemOf(await tried({ headers: { 'accept-language': `${language}, fr;q=0.5` } }))
        expect([problem.code, problem.status]).toEqual([code, status])
        expect(problem.detail).toContain(sentence)
      }
    }
  })

  test('for what no database can hold is refused before anybody is signed in, too', async () => {
    const signIn = { body: { email: 'a\u0000', password: 'long enough' } }
    const headers = { 'content-type': 'application/json' }
    for (const answer of [
      ask('/api/auth/sign-in/email', { headers, ...signIn }),
      fetch(`${cluster.url}/api/auth/invite?token=%00`),
    ])
      expect((await problemOf(await answer)).code).toBe('invalid')
  })

  test('for coming too often says when to come back', async () => {
    const guess = (): Promise<Response> =>
      ask('/api/auth/sign-in/email', {
        headers: { 'content-type': 'application/json' },
        body: { email: 'nobody@campus.test', password: 'wrong-password' },
      })
    const limited = await until(
      async () => {
        const response = await guess()
        return response.status === 429 ? response : undefined
      },
      { what: 'guessing to be slowed' },
    )
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0)
    expect((await problemOf(limited)).code).toBe('limited')
  })

  test('without a database is refused as unknown, soon, and can be asked again with the same key', async () => {
    const key = crypto.randomUUID()
    await post(words())
    cluster.postgres.server.freeze()
    try {
      const begun = performance.now()
      const response = await post(words({ key }))
      expect(performance.now() - begun).toBeLessThan(8000)
      expect(response.status).toBe(503)
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await problemOf(response)).code).toBe('unavailable')
      await until(
        async () =>
          ((await (await cluster.nodes[0]!.health('readyz'))!.json()) as { database: string }).database === 'down',
      )
      expect((await cluster.nodes[0]!.health('readyz'))!.status).toBe(200)
    } finally {
      cluster.postgres.server.thaw()
    }
    await until(async () => (await post(words({ key }))).status === 200, { what: 'the database to be back' })
  }, 30_000)
})

describe('a body', () => {
  test('that is no JSON object is refused', async () => {
    for (const body of ['{', '[]', 'null', '"text"', 'a=b', '{"a":1}}', '\u0000', `${'['.repeat(100_000)}`]) {
      expect((await problemOf(await ask('/api/discussion/post', { user: 'budi', body }))).code).toBe('invalid')
    }
  })

  test('that is too large is refused, whether its length is told or not, and nothing hangs', async () => {
    const large = JSON.stringify(words({ text: 'x'.repeat(300_000) }))
    for (const body of [large, JSON.stringify(words({ text: 'x'.repeat(3_000_000) }))]) {
      expect(await problemOf(await post(body))).toMatchObject({ status: 413, code: 'invalid' })
      expect(await problemOf(await post(inPieces(body)))).toMatchObject({ status: 413, code: 'invalid' })
      const signIn = await ask('/api/auth/sign-in/email', {
        body: inPieces(body),
        headers: { 'content-type': 'application/json' },
      })
      expect(signIn.status).toBe(413)
    }
    expect((await post(inPieces(JSON.stringify(words())))).status).toBe(200)
  })

  test('may hold anything that is text, and refuses what can’t be kept', async () => {
    for (const text of ['a\nb', '"\\', '<script>', 'é😀', 'a\u2028b', 'a\u202eb']) {
      const { offset } = (await (await post(words({ text }))).json()) as { offset: number }
      const page = await ask(`/api/discussion/history?channel=general&after=${offset - 1}&limit=1`, {
        method: 'GET',
        user: 'budi',
      })
      expect(((await page.json()) as { messages: { text: string }[] }).messages[0]!.text).toBe(text)
    }
    for (const text of ['a\u0000b', '\ud800', ' \n\t']) expect((await post(words({ text }))).status).toBe(400)
    expect((await post(words({ channel: 'a\u0000b' }))).status).toBe(400)
  })
})

function inPieces(text: string): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text)
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.slice(at, (at += 10_000)))
    },
  })
}

describe('a cookie', () => {
  let cookie: string
  beforeAll(async () => {
    const response = await ask('/api/auth/sign-in/anonymous', {
      body: { name: 'Tamu' },
      headers: { 'content-type': 'application/json' },
    })
    cookie = response.headers
      .getSetCookie()
      .map((one) => one.split(';')[0]!)
      .join('; ')
    expect(response.headers.getSetCookie().join()).toMatch(/HttpOnly/i)
    expect(response.headers.getSetCookie().join()).toMatch(/SameSite=Lax/i)
  })
  const byCookie = (headers: Record<string, string>, more: Asked = {}): Promise<Response> =>
    ask('/api/discussion/post', { body: words(), headers: { cookie, ...headers }, ...more })

  test('speaks for its owner from our own pages, and where no browser is involved', async () => {
    expect((await byCookie({})).status).toBe(200)
    expect((await byCookie({ origin: cluster.url })).status).toBe(200)
    expect((await byCookie({ 'sec-fetch-site': 'same-origin', origin: cluster.url })).status).toBe(200)
    const me = await ask('/api/people/me', { method: 'GET', headers: { cookie } })
    expect(await me.json()).toMatchObject({ name: 'Tamu', role: 'guest' })
  })

  test('does nothing for another site', async () => {
    for (const headers of [
      { origin: 'http://elsewhere.test' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site', origin: 'http://127.0.0.1:1' },
    ]) {
      expect(await problemOf(await byCookie(headers as Record<string, string>))).toMatchObject({
        status: 403,
        code: 'forbidden',
      })
    }
  })

  test('is not needed by who brings a token, wherever they come from', async () => {
    expect(
      (await byCookie({ origin: 'http://elsewhere.test', authorization: `Bearer ${await cluster.token('budi')}` }))
        .status,
    ).toBe(200)
    expect((await byCookie({ authorization: 'Bearer garbage' })).status).toBe(401)
  })

  test('is exchanged for a token that opens every door', async () => {
    const { token } = (await (await ask('/api/auth/token', { method: 'GET', headers: { cookie } })).json()) as {
      token: string
    }
    const me = await ask('/api/people/me', { method: 'GET', headers: { authorization: `Bearer ${token}` } })
    expect(await me.json()).toMatchObject({ name: 'Tamu', role: 'guest' })
  })
})

test('every path answers, as itself or with a sentence, and says which node it was', async () => {
  for (const path of [
    '/',
    '/discussion/general',
    '/nowhere.js',
    '/assets/nowhere.js',
    '/api',
    '/api/',
    '/api/x',
    '/api/x/y',
    '/api/x/y/z',
    '/api/discussion/post/',
    '/api/__proto__/constructor',
    '/%00',
    '/..%2f..%2fetc%2fpasswd',
    '/api/auth/nowhere',
    '/connection/websocket',
  ]) {
    for (const method of ['GET', 'POST']) {
      const response = await ask(path, { method })
      expect(response.status).toBeLessThan(500)
      if (response.status >= 400) await problemOf(response)
      else expect(response.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    }
  }
})

test('a Host that is no address is refused, and is no fault of ours', async () => {
  for (const host of ['', 'a b', 'x:y:z', '[::', 'x:99999', '<script>', 'ex^ample']) {
    const answer = await raw(`GET /api/people/me HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
    expect([host, answer.split('\r\n')[0]]).toEqual([host, expect.stringMatching(/^HTTP\/1.1 4\d\d /) as string])
  }
})

function raw(request: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(cluster.port, '127.0.0.1', () => socket.write(request))
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()))
    socket.on('close', () => resolve(answer))
  })
}

describe('whoever operates a node', () => {
  test('learns whether it lives, serves, and how database and bus are', async () => {
    for (const get of [
      (path: string) => ask(`/${path}`, { method: 'GET' }),
      (path: string) => cluster.nodes[0]!.health(path as 'healthz'),
    ]) {
      expect(await (await get('healthz'))!.json()).toMatchObject({
        status: 'alive',
        version: expect.any(String) as string,
      })
      expect(await (await get('readyz'))!.json()).toMatchObject({ status: 'running', database: 'up', bus: 'up' })
    }
    const other = await fetch(`http://127.0.0.1:${cluster.nodes[0]!.privatePort}/api/people/me`)
    expect([other.status, other.headers.get('x-alun-node')]).toEqual([404, 'n1'])
  })

  test('reads metrics that parse, whose names are bounded whatever clients ask for', async () => {
    for (let n = 0; n < 20; n++) await ask(`/api/made-up/${crypto.randomUUID().slice(0, 8)}`, { user: 'budi' })
    for (const node of cluster.nodes) {
      const response = (await node.health('metrics'))!
      expect(response.headers.get('content-type')).toStartWith('text/plain; version=0.0.4')
      const { samples, types } = parseMetrics(await response.text())
      for (const name of ['alun_realtime_connections', 'alun_database_up', 'alun_bus_up', 'alun_http_request_seconds'])
        expect(types.has(name)).toBe(true)
      expect(samples.every(({ labels }) => labels['node'] === node.id)).toBe(true)
      expect(samples.filter(({ labels }) => labels['route']?.includes('made-up'))).toEqual([])
      expect(new Set(samples.flatMap(({ labels }) => labels['route'] ?? [])).size).toBeLessThan(30)
    }
  })
})

/** The Prometheus text format, version 0.0.4. @throws on the first line that is none. */
function parseMetrics(text: string): {
  samples: { name: string; labels: Record<string, string> }[]
  types: Map<string, string>
} {
  const types = new Map<string, string>()
  const samples: { name: string; labels: Record<string, string> }[] = []
  const line =
    /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*",?)*)\})? (?:[+-]?Inf|NaN|[+-]?[\d.]+(?:e[+-]?\d+)?)$/
  for (const one of text.split('\n').filter(Boolean)) {
    const type = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(one)
    if (type) types.set(type[1]!, type[2]!)
    if (one.startsWith('#')) continue
    const sample = line.exec(one)
    if (!sample) throw new Error(`not a sample: ${one}`)
    const labels = Object.fromEntries(
      [...(sample[2] ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name!, value!]),
    )
    samples.push({ name: sample[1]!, labels })
  }
  return { samples, types }
}

test('a real person’s token works on every node, and for as long as it says', async () => {
  const token = await mintToken({ databaseUrl: cluster.postgres.url, secret, user: 'Wayan', ttlSeconds: 600 })
  const headers = { authorization: `bearer ${token}` }
  const nodes = new Set<string>()
  const id = await until(async () => {
    const response = await ask('/api/people/me', { method: 'GET', headers })
    const me = (await response.json()) as { id: string }
    expect(me).toMatchObject({ name: 'Wayan', role: 'student' })
    return nodes.add(response.headers.get('x-alun-node')!).size === 2 && me.id
  })
  const found = await ask(`/api/people/find?ids=${crypto.randomUUID()}&ids=${id}`, { method: 'GET', headers })
  expect(await found.json()).toMatchObject({ people: [{ id, name: 'Wayan' }] })
  expect(
    await errorOf(mintToken({ databaseUrl: cluster.postgres.url, secret, user: '', ttlSeconds: 1 })),
  ).toMatchObject({ code: 'invalid' })
})

test('no node has a fault to report after all this', () => {
  for (const node of cluster.nodes) expect(node.log).not.toMatch(/"level":"error"| ended: /)
})
