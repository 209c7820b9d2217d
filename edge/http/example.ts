/** An input that a schema would take, as far as its shape goes: what somebody who tries a method begins with. */
import { z } from 'zod'

interface Shape {
  type?: string
  enum?: unknown[]
  const?: unknown
  default?: unknown
  format?: string
  minimum?: number
  minItems?: number
  items?: Shape
  anyOf?: Shape[]
  oneOf?: Shape[]
  allOf?: Shape[]
  properties?: Record<string, Shape>
  required?: string[]
}

/** With every field that is required, and no other. */
export function exampleOf(schema: z.ZodType): unknown {
  return valueOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape)
}

function valueOf(shape: Shape): unknown {
  const { enum: choices, anyOf, oneOf, allOf } = shape
  if (shape.const !== undefined) return shape.const
  if (shape.default !== undefined) return shape.default
  if (choices) return choices[0]
  const [first] = anyOf ?? oneOf ?? allOf ?? []
  if (first && !shape.properties) return valueOf(first)
  if (shape.type === 'object' || shape.properties) return objectOf(shape)
  return plainOf(shape)
}

function objectOf({ properties = {}, required = [] }: Shape): Record<string, unknown> {
  return Object.fromEntries(required.map((name) => [name, valueOf(properties[name] ?? {})]))
}

function plainOf({ type, format, minimum, items, minItems = 0 }: Shape): unknown {
  if (type === 'array') return minItems > 0 ? [valueOf(items ?? {})] : []
  if (type === 'integer' || type === 'number') return minimum ?? 1
  if (type === 'boolean') return false
  if (format === 'date-time') return '2030-01-01T08:00:00.000Z'
  return type === 'string' ? 'text' : null
}
