/** What is published about the doors, held against the specifications and against the doors themselves. */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { listsOf, queryInput } from '../../edge/http/query'
import { services } from '../../main/services'
import { testCluster, type TestCluster } from '../testing/cluster'
import { judgeAsyncapi, judgeOpenapi } from '../testing/documents'
import { Wire } from '../testing/wire'

type Json = Record<string, unknown>
interface ObjectSchema {
  properties?: Json
  anyOf?: ObjectSchema[]
}

let cluster: TestCluster
let openapi: Json
let asyncapi: Json

beforeAll(async () => {
  cluster = await testCluster({ nodes: 1 })
  openapi = (await (await fetch(`${cluster.url}/api/openapi.json`)).json()) as Json
  asyncapi = (await (await fetch(`${cluster.url}/api/asyncapi.json`)).json()) as Json
}, 60_000)
afterAll(() => cluster?.stop())

const methods = services.flatMap((service) => service.methods).filter(({ internal }) => !internal)

test('the OpenAPI document is one', () => {
  expect(judgeOpenapi(openapi).faults).toEqual([])
})

test('every method is an operation of its name, and every operation a method', () => {
  const queries = methods.filter(({ kind }) => kind === 'query').map(({ name }) => `${name}.get`)
  expect(judgeOpenapi(openapi).operations.sort()).toEqual([...methods.map(({ name }) => name), ...queries].sort())
})

test('every operation is where it says it is', async () => {
  for (const [path, operations] of Object.entries(openapi['paths'] as Record<string, Json>)) {
    for (const method of Object.keys(operations)) {
      // Nobody in particular: what is there asks who one is, and what is not there is not found.
      const response = await fetch(cluster.url + path, { method: method.toUpperCase() })
      expect([path, method, response.status]).toEqual([path, method, 401])
    }
  }
})

type Schema = { type?: string; anyOf?: Schema[]; maximum?: number }
/** Values that a schema takes, of each kind that it names; none of texts, which are texts everywhere. */
function some({ type, anyOf, maximum = 7 }: Schema): unknown[] {
  if (anyOf) return anyOf.flatMap(some)
  if (type === 'boolean') return [true, false]
  if (type === 'array') return [1, 2].map((many) => Array.from({ length: many }, () => crypto.randomUUID()))
  return type === 'integer' || type === 'number' ? [maximum] : []
}

test('what is documented of an address is taken from there as from a body', () => {
  const queries = methods.filter(({ kind }) => kind === 'query')
  let tried = 0
  for (const method of queries) {
    const { get } = (openapi['paths'] as Record<string, { get: { parameters: { name: string; schema: Schema }[] } }>)[
      `/api/${method.name.replace('.', '/')}`
    ]!
    for (const { name, schema } of get.parameters) {
      const taken = (given: object): unknown => {
        const { data, error } = method.input.safeParse(given)
        const wrong = error?.issues.filter(({ path }) => path[0] === name)
        return data ? (data as Record<string, unknown>)[name] : wrong!.length > 0 ? wrong : 'as it should be'
      }
      for (const value of some(schema)) {
        const query = new URLSearchParams([value].flat().map((one) => [name, String(one)]))
        const written = queryInput(`${cluster.url}/?${query.toString()}`, listsOf(method))
        expect([method.name, name, taken(written)]).toEqual([method.name, name, taken({ [name]: value })])
        tried++
      }
    }
  }
  expect(tried).toBeGreaterThan(20)
})

test('the AsyncAPI document is one, and names every topic', () => {
  const { faults, messages } = judgeAsyncapi(asyncapi)
  expect(faults).toEqual([])
  expect(Object.keys(messages).sort()).toEqual(
    services.flatMap(({ topics }) => topics.map(({ prefix }) => prefix)).sort(),
  )
})

test('a topic’s address is one that can be subscribed', async () => {
  const channels = asyncapi['channels'] as Record<string, { address: string }>
  expect(channels['channels']!.address).toBe('channels')
  expect(channels['inbox']!.address).toBe('inbox:{id}')
  const one = await Wire.connected(cluster.port, await cluster.token('budi', 'admin'))
  for (const { address } of Object.values(channels)) {
    const { error } = await one.ask('subscribe', { channel: address.replace('{id}', 'budi') })
    expect([address, error?.code === 102]).toEqual([address, false])
  }
  one.close()
})

test('what an event says of itself never stands in the way of its frame', () => {
  for (const [topic, kinds] of Object.entries(judgeAsyncapi(asyncapi).messages)) {
    for (const [kind, { payload }] of Object.entries(kinds)) {
      const [frame, own] = payload['allOf'] as [ObjectSchema, ObjectSchema]
      const fields = [own, ...(own.anyOf ?? [])].flatMap(({ properties = {} }) => Object.keys(properties))
      expect([topic, kind, fields.filter((name) => name in frame.properties!)]).toEqual([topic, kind, []])
      expect([topic, kind, JSON.stringify(own)]).toEqual([
        topic,
        kind,
        expect.not.stringContaining('Properties":false'),
      ])
    }
  }
})

test('the page for people names every method, and runs no script but its own', async () => {
  const response = await fetch(`${cluster.url}/api/docs`)
  const page = await response.text()
  for (const { name } of methods) expect(page).toContain(`<code>${name}</code>`)
  expect(page.match(/<script[^>]*>/g)).toEqual(['<script src="/docs.js" defer>'])
  expect(response.headers.get('content-security-policy')).toStartWith("default-src 'none'")
  expect(response.headers.get('x-alun-node')).toBe('n1')
})

test('the judge sees what is wrong', () => {
  const broken = (change: (document: Json) => void, document = openapi): string => {
    const copy = structuredClone(document)
    change(copy)
    return (document === openapi ? judgeOpenapi(copy) : judgeAsyncapi(copy)).faults.join('\n')
  }
  const me = (document: Json): Record<string, Json> =>
    (document['paths'] as Record<string, Record<string, Json>>)['/api/people/me']!
  expect(broken((one) => (one['openapi'] = '3.0.0'))).toContain('version 3.0.0')
  expect(broken((one) => delete (one['info'] as Json)['title'])).toContain('info: no title')
  expect(broken((one) => delete me(one)['post']!['responses'])).toContain('no responses')
  expect(broken((one) => (me(one)['post']!['operationId'] = 'people.nodes'))).toContain('there twice')
  expect(broken((one) => (me(one)['post']!['responses'] = { ok: { description: '' } }))).toContain('no status')
  expect(broken((one) => delete (one['components'] as Json)['responses'])).toContain('leads nowhere')
  expect(
    broken(
      (one) => (me(one)['post']!['requestBody'] = { content: { 'application/json': { schema: { type: 'text' } } } }),
    ),
  ).toContain('"text" is not allowed')
  expect(broken((one) => (me(one)['get']!['parameters'] = [{ name: 'a', in: 'body', schema: {} }]))).toContain(
    'in body',
  )
  expect(broken((one) => delete (one['channels'] as Record<string, Json>)['inbox']!['parameters'], asyncapi)).toContain(
    'differ',
  )
  expect(broken((one) => delete (one['channels'] as Json)['inbox'], asyncapi)).toContain('leads nowhere')
})
