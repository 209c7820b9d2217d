import { expect, test } from 'bun:test'
import { z } from 'zod'
import type { Method } from '../../kernel/service'
import { services } from '../../main/services'
import { listsOf, parametersOf, queryInput } from './query'

const queries = services.flatMap(({ methods }) => methods.filter(({ kind, internal }) => kind === 'query' && !internal))
const read = (method: Method, query: string): Record<string, unknown> =>
  queryInput(`http://campus.test/api/x?${query}`, listsOf(method))
const named = (name: string): Method => queries.find((method) => method.name === name)!

test('a list is its name over and over, also when it is one', () => {
  const ids = [crypto.randomUUID(), crypto.randomUUID()]
  expect(read(named('files.links'), `files=${ids[0]}&files=${ids[1]}`)).toEqual({ files: ids })
  expect(read(named('people.find'), `q=a&ids=${ids[0]}`)).toEqual({ q: 'a', ids: [ids[0]] })
  expect(read(named('people.find'), 'q=a&q=b&__proto__=c')).toEqual({ q: 'b', ['__proto__']: 'c' })
})

/** Values that a schema takes, one of each kind that it names. */
function some(schema: z.core.JSONSchema.BaseSchema): unknown[] {
  if (schema.anyOf) return schema.anyOf.flatMap((one) => some(one as z.core.JSONSchema.BaseSchema))
  if (schema.type === 'boolean') return [true, false]
  if (schema.type === 'array') return [[crypto.randomUUID()], [crypto.randomUUID(), crypto.randomUUID()]]
  if (schema.type === 'integer' || schema.type === 'number') return [schema.maximum ?? 7]
  return []
}

const cases = queries.flatMap((method) =>
  parametersOf(z.toJSONSchema(method.input, { io: 'input', unrepresentable: 'any' })).flatMap(({ name, schema }) =>
    some(schema as z.core.JSONSchema.BaseSchema).map((value) => [method.name, name as string, value] as const),
  ),
)

test.each(cases)('%s takes %s from an address as from a body', (method, name, value) => {
  const { input } = named(method)
  const query = [value].flat().map((one) => [name, String(one)])
  const about = (given: object): unknown => {
    const { success, data, error } = input.safeParse(given)
    const wrong = error?.issues.filter(({ path }) => path[0] === name)
    return success ? (data as Record<string, unknown>)[name] : wrong!.length > 0 ? wrong : 'fine'
  }
  const written = read(named(method), new URLSearchParams(query as [string, string][]).toString())
  expect(about(written)).toEqual(about({ [name]: value }))
})
