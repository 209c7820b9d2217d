/** A query's input out of an address, as the document says that it stands there (`form`, exploded): a list is its name over and over. */
import { z } from 'zod'
import type { Method } from '../../kernel/service'

type Json = Record<string, unknown>

/** The names of a method's input that are lists. */
export function listsOf({ input }: Method): ReadonlySet<string> {
  const { properties = {} } = z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })
  const names = Object.entries(properties).flatMap(([name, schema]) =>
    (schema as Json)['type'] === 'array' ? [name] : [],
  )
  return new Set(names)
}

/** Of what is no list and is said twice, the last counts. */
export function queryInput(url: string, lists: ReadonlySet<string> | undefined): Json {
  const given = new URL(url).searchParams
  return Object.fromEntries([...given].map(([name, value]) => [name, lists?.has(name) ? given.getAll(name) : value]))
}

/** As OpenAPI tells it. What only a body can hold (an object) is left out: a name alone says no less here. */
export function parametersOf(input: Json): Json[] {
  const required = new Set((input['required'] as string[] | undefined) ?? [])
  return Object.entries((input['properties'] as Record<string, Json> | undefined) ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.has(name),
    schema: plain(schema),
  }))
}

function plain(schema: Json): Json {
  const either = schema['anyOf'] as Json[] | undefined
  return either ? { ...schema, anyOf: either.filter(({ type }) => type !== 'object') } : schema
}
