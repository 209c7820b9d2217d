/** Nonsense by a seed: what no client of ours would send, and what one might if it were slightly wrong. */
import type { Random } from './random'

/** Text that breaks parsers, databases and terminals. */
const nasty = [
  '',
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\udfff\ud800',
  '\u2028\u2029',
  '\u202e',
  '\n',
  '\r\n{}',
  '"',
  '\\',
  '\\u0000',
  "'; DROP TABLE kernel.events; --",
  '$1',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '%00',
  '😀',
  'ｆｕｌｌ',
  'general',
  'discussion:general',
  'x'.repeat(300),
  '一'.repeat(1000),
  '2026-01-01T00:00:00Z',
  'NaN',
  'null',
  '00000000-0000-0000-0000-000000000000',
]

const numbers = [
  0,
  -0,
  1,
  -1,
  0.5,
  1e300,
  -1e300,
  5e-324,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  2 ** 53 + 2,
  -(2 ** 63),
  1e21,
  300,
  10_000,
]

export function anyValue(random: Random, depth = 3): unknown {
  const kind = random.int(depth > 0 ? 8 : 5)
  if (kind === 0) return random.pick([null, true, false])
  if (kind === 1) return random.pick(numbers)
  if (kind <= 4) return random.pick(nasty)
  if (kind === 5) return nested(random, random.int(200))
  const many = random.int(4)
  if (kind === 6) return Array.from({ length: many }, () => anyValue(random, depth - 1))
  return Object.fromEntries(Array.from({ length: many }, () => [random.pick(nasty), anyValue(random, depth - 1)]))
}

function nested(random: Random, depth: number): unknown {
  let value: unknown = random.pick(numbers)
  for (let n = 0; n < depth; n++) value = random.chance(0.5) ? [value] : { a: value }
  return value
}

/** A JSON text that is deeper than any stack, made without one. */
export function abyss(depth: number, random: Random): string {
  return random.chance(0.5)
    ? '['.repeat(depth) + ']'.repeat(depth)
    : '{"a":'.repeat(Math.floor(depth / 3)) + '1' + '}'.repeat(Math.floor(depth / 3))
}

/** The same text with a few things added, left out, doubled or changed. */
export function mutated(text: string, random: Random): string {
  let result = text
  for (let n = 1 + random.int(4); n > 0 && result.length > 0; n--) {
    const at = random.int(result.length)
    const length = 1 + random.int(8)
    const change = random.int(4)
    if (change === 0) result = result.slice(0, at) + result.slice(at + length)
    else if (change === 1)
      result =
        result.slice(0, at) +
        random.pick(['"', '{', '}', '[', ',', ':', '\n', '\u0000', '9', '-', 'e', '\\']) +
        result.slice(at)
    else if (change === 2)
      result = result.slice(0, at) + result.slice(at, at + length).repeat(2) + result.slice(at + length)
    else result = result.slice(0, at) + String.fromCharCode(random.int(0x10000)) + result.slice(at + 1)
  }
  return result
}

export function anyBytes(random: Random, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, () => random.int(256))
}

interface Schema {
  type?: string
  enum?: unknown[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  pattern?: string
  format?: string
}

/** A value that a schema asks for, more or less: mostly what it says, now and then anything. */
export function nearly(schema: Schema, random: Random, name = ''): unknown {
  if (random.chance(0.06)) return anyValue(random)
  if (schema.anyOf) return nearly(random.pick(schema.anyOf), random, name)
  if (schema.enum) return random.pick(schema.enum)
  if (schema.type === 'object') {
    const fields = Object.entries(schema.properties ?? {})
    const kept = fields.filter(([field]) => random.chance(schema.required?.includes(field) ? 0.97 : 0.4))
    return Object.fromEntries(kept.map(([field, one]) => [field, nearly(one, random, field)]))
  }
  if (schema.type === 'array')
    return Array.from({ length: random.int(4) }, () => nearly(schema.items ?? {}, random, name))
  if (schema.type === 'boolean') return random.chance(0.5)
  if (schema.type === 'integer' || schema.type === 'number')
    return random.chance(0.8) ? random.int(400) : random.pick(numbers)
  return likelyText(schema, random, name)
}

function likelyText({ format }: Schema, random: Random, name: string): unknown {
  if (name === 'key') return random.chance(0.9) ? `k${random.int(1e9)}` : random.pick(nasty)
  if (name === 'channel') return random.chance(0.7) ? 'general' : random.pick(nasty)
  if (name === 'replyTo') return random.pick(['general.1', 'general.99999999', 'nowhere.1', 'general.0', ...nasty])
  if (format === 'uuid') return random.chance(0.7) ? '0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000' : random.pick(nasty)
  if (format === 'date-time')
    return random.pick(['2026-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '-271821-04-20T00:00:00Z', ...nasty])
  return random.chance(0.6) ? 'words' : random.pick(nasty)
}

export interface Callable {
  name: string
  path: string
  input: Schema
}

/** Every method that the node says it has. */
export async function callables(url: string): Promise<Callable[]> {
  const document = (await (await fetch(`${url}/api/openapi.json`)).json()) as {
    paths: Record<
      string,
      { post: { operationId: string; requestBody: { content: { 'application/json': { schema: Schema } } } } }
    >
  }
  return Object.entries(document.paths).map(([path, { post }]) => ({
    name: post.operationId,
    path,
    input: post.requestBody.content['application/json'].schema,
  }))
}

const channels = [
  'discussion:general',
  'channels',
  'inbox:fuzz',
  'cluster',
  'inbox:someone',
  'discussion:nowhere',
  'nowhere:1',
]

/** A command that a client may send, with something wrong in it more often than not. Its answer is one, or an error. */
export function anyCommand(random: Random, methods: readonly Callable[]): Record<string, unknown> {
  const odds = [
    () => random.pick(channels),
    () => random.pick(channels),
    () => anyValue(random, 1),
    () => `discussion:${random.pick(nasty)}`,
  ]
  const channel = random.pick(odds)()
  const odd = (): unknown => anyValue(random)
  const position = { offset: random.chance(0.5) ? random.int(400) : odd(), epoch: random.pick(['', 'e', odd()]) }
  const unknown = random.chance(0.2) ? { [String(random.pick(nasty))]: odd(), tf: odd() } : {}
  const method = random.pick(methods)
  const commands: (() => Record<string, unknown>)[] = [
    () => ({
      subscribe: {
        channel,
        ...unknown,
        ...(random.chance(0.5) ? { recover: true, ...position } : {}),
        flag: random.pick([0, 1, 2, 3, odd()]),
      },
    }),
    () => ({ subscribe: { channel, join_leave: random.pick([true, odd()]) } }),
    () => ({ unsubscribe: { channel } }),
    () => ({ unsubscribe: { channel: random.pick(channels) } }),
    () => ({ publish: { channel, data: odd() } }),
    () => ({ presence: { channel, ...unknown } }),
    () => ({ presence_stats: { channel } }),
    () => ({
      history: {
        channel,
        limit: random.pick([0, -1, 10, odd()]),
        since: random.pick([undefined, position, odd()]),
        reverse: random.pick([true, false, odd()]),
      },
    }),
    () => ({ rpc: { method: method.name, data: nearly(method.input, random) } }),
    () => ({ rpc: { method: method.name, data: nearly(method.input, random) } }),
    () => ({ rpc: { method: random.pick([...nasty, `${method.name}x`, odd()]), data: odd() } }),
    () => ({ ping: random.pick([{}, odd()]) }),
    () => ({ sub_refresh: { channel, token: odd() } }),
    () => ({ [random.pick(['shared_poll', 'map_publish', 'frob', 'connectt', 'Rpc'])]: odd() }),
    () => ({ [random.pick(['rpc', 'subscribe', 'history', 'presence', 'ping', 'publish'])]: odd() }),
  ]
  return random.pick(commands)()
}
