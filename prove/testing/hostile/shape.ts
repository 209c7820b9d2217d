/** As much of JSON Schema as the documents use. */
export interface Shape {
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Shape>
  required?: string[]
  items?: Shape
  additionalProperties?: Shape | boolean
  propertyNames?: Shape
  anyOf?: Shape[]
  oneOf?: Shape[]
  allOf?: Shape[]
  pattern?: string
  format?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
}

/** Whether a schema lets a text through. */
export function fits(shape: Shape, text: string): boolean {
  const { pattern, format, minLength = 0, maxLength = Infinity, allOf = [] } = shape
  if (text.length < minLength || text.length > maxLength) return false
  if (pattern !== undefined && !compiled(pattern).test(text)) return false
  if (format === 'uuid' && pattern === undefined && !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text))
    return false
  return allOf.every((one) => fits(one, text))
}

const patterns = new Map<string, RegExp>()
function compiled(pattern: string): RegExp {
  const known = patterns.get(pattern) ?? new RegExp(pattern, 'u')
  patterns.set(pattern, known)
  return known
}
