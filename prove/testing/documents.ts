/**
 * Whether an OpenAPI 3.1 or AsyncAPI 3.0 document is one: what the specifications require of the parts that we use, and
 * that every reference leads somewhere. Unknown fields are faults, so that a part we begin to use is added here.
 */
type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

class Check {
  readonly faults: string[] = []

  constructor(private readonly document: Json) {}

  fault(at: string, what: string): void {
    this.faults.push(`${at}: ${what}`)
  }

  /** An object that has these fields, and no others. `x-…` may always be there. */
  object(value: unknown, at: string, required: readonly string[], optional: readonly string[]): Json {
    if (!isObject(value)) {
      this.fault(at, 'not an object')
      return {}
    }
    for (const name of required) if (value[name] === undefined) this.fault(at, `no ${name}`)
    for (const name of Object.keys(value)) {
      if (!required.includes(name) && !optional.includes(name) && !name.startsWith('x-'))
        this.fault(at, `what is ${name}?`)
    }
    return value
  }

  text(value: unknown, at: string): void {
    if (typeof value !== 'string' || value === '') this.fault(at, 'not a text')
  }

  map(value: unknown, at: string, each: (value: unknown, at: string, name: string) => void): void {
    if (!isObject(value)) return this.fault(at, 'not an object')
    for (const [name, one] of Object.entries(value)) each(one, `${at}.${name}`, name)
  }

  /** What a reference leads to, or the thing itself. */
  resolved(value: unknown, at: string): unknown {
    if (!isObject(value) || value['$ref'] === undefined) return value
    const ref = value['$ref'] as string
    if (Object.keys(value).length > 1) this.fault(at, 'fields beside a reference')
    const found = ref.startsWith('#/')
      ? ref
          .slice(2)
          .split('/')
          .reduce<unknown>((part, name) => (isObject(part) ? part[name] : undefined), this.document)
      : undefined
    if (found === undefined) this.fault(at, `${ref} leads nowhere`)
    return found
  }

  /** JSON Schema, draft 2020-12, as far as ours go. */
  schema(value: unknown, at: string): void {
    const schema = this.resolved(value, at)
    if (schema === undefined || typeof schema === 'boolean') return
    if (!isObject(schema)) return this.fault(at, 'not a schema')
    for (const [name, one] of Object.entries(schema)) this.keyword(name, one, `${at}.${name}`, schema)
  }

  private keyword(name: string, value: unknown, at: string, schema: Json): void {
    if (name === 'properties' || name === '$defs') return this.map(value, at, (one, where) => this.schema(one, where))
    if (['items', 'additionalProperties', 'propertyNames', 'not', 'contains'].includes(name))
      return this.schema(value, at)
    if (['anyOf', 'oneOf', 'allOf', 'prefixItems'].includes(name)) {
      if (!Array.isArray(value) || value.length === 0) return this.fault(at, 'not a list of schemas')
      return value.forEach((one, n) => this.schema(one, `${at}[${n}]`))
    }
    const holds = keywords[name]
    if (!holds) return this.fault(at, 'no keyword of JSON Schema')
    if (!holds(value)) this.fault(at, `${JSON.stringify(value)} is not allowed`)
    if (name === 'required') for (const one of value as string[]) this.isProperty(one, schema, at)
  }

  private isProperty(name: string, schema: Json, at: string): void {
    if (isObject(schema['properties']) && !(name in schema['properties'])) this.fault(at, `${name} is no property`)
  }
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0
const isNumber = (value: unknown): boolean => typeof value === 'number'
const isText = (value: unknown): boolean => typeof value === 'string'
const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every(isText) && new Set(value).size === value.length
const types = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']
const isType = (value: unknown): boolean => types.includes(value as string)

const keywords: Record<string, (value: unknown) => boolean> = {
  type: (value) => isType(value) || (isTexts(value) && (value as string[]).every(isType)),
  enum: (value) => Array.isArray(value) && value.length > 0,
  const: () => true,
  default: () => true,
  readOnly: (value) => typeof value === 'boolean',
  required: isTexts,
  pattern: (value) => isText(value) && Boolean(new RegExp(value as string, 'u')),
  format: isText,
  title: isText,
  description: isText,
  minLength: isCount,
  maxLength: isCount,
  minItems: isCount,
  maxItems: isCount,
  minProperties: isCount,
  maxProperties: isCount,
  uniqueItems: (value) => typeof value === 'boolean',
  minimum: isNumber,
  maximum: isNumber,
  exclusiveMinimum: isNumber,
  exclusiveMaximum: isNumber,
  multipleOf: isNumber,
  contentEncoding: isText,
  contentMediaType: isText,
}

export interface Judged {
  faults: string[]
  /** Of every operation, in order. */
  operations: string[]
}

export function judgeOpenapi(document: unknown): Judged {
  const check = new Check(document as Json)
  const operations: string[] = []
  const root = check.object(
    document,
    'openapi',
    ['openapi', 'info', 'paths'],
    ['servers', 'security', 'components', 'tags'],
  )
  if (!/^3\.1\.\d+$/.test(String(root['openapi']))) check.fault('openapi', `version ${String(root['openapi'])}`)
  const info = check.object(
    root['info'],
    'info',
    ['title', 'version'],
    ['description', 'summary', 'license', 'contact'],
  )
  for (const field of ['title', 'version']) check.text(info[field], `info.${field}`)
  const components = check.object(
    root['components'] ?? {},
    'components',
    [],
    ['schemas', 'responses', 'securitySchemes', 'parameters'],
  )
  check.map(components['schemas'] ?? {}, 'schemas', (one, at) => check.schema(one, at))
  check.map(components['responses'] ?? {}, 'responses', (one, at) => response(check, one, at))
  for (const [n, need] of ((root['security'] as Json[] | undefined) ?? []).entries()) {
    for (const name of Object.keys(need)) {
      if (!isObject(components['securitySchemes']) || !(name in components['securitySchemes']))
        check.fault(`security[${n}]`, `no scheme ${name}`)
    }
  }
  check.map(root['paths'], 'paths', (item, at, path) => {
    if (!path.startsWith('/')) check.fault(at, 'a path begins with /')
    check.map(item, at, (one, where, method) => {
      if (!['get', 'post', 'put', 'delete', 'patch', 'head', 'options'].includes(method))
        check.fault(where, 'no method of HTTP')
      operations.push(operation(check, one, where, method))
    })
  })
  if (new Set(operations).size < operations.length) check.fault('paths', 'an operationId is there twice')
  return { faults: check.faults, operations }
}

function operation(check: Check, value: unknown, at: string, method: string): string {
  const optional = ['summary', 'description', 'tags', 'parameters', 'requestBody', 'security', 'deprecated']
  const one = check.object(value, at, ['operationId', 'responses'], optional)
  check.text(one['operationId'], `${at}.operationId`)
  for (const [n, parameter] of ((one['parameters'] as unknown[] | undefined) ?? []).entries()) {
    const where = `${at}.parameters[${n}]`
    const {
      schema,
      in: place,
      required,
    } = check.object(check.resolved(parameter, where), where, ['name', 'in', 'schema'], ['required', 'description'])
    if (!['query', 'header', 'path', 'cookie'].includes(String(place))) check.fault(where, `in ${String(place)}`)
    if (place === 'path' && required !== true) check.fault(where, 'a parameter of the path is required')
    check.schema(schema, `${where}.schema`)
  }
  if (one['requestBody'] !== undefined) {
    if (method === 'get') check.fault(at, 'a GET with a body')
    const body = check.object(one['requestBody'], `${at}.requestBody`, ['content'], ['required', 'description'])
    content(check, body['content'], `${at}.requestBody`)
  }
  check.map(one['responses'], `${at}.responses`, (answer, where, status) => {
    if (!/^([1-5](\d\d|XX)|default)$/.test(status)) check.fault(where, 'no status')
    response(check, answer, where)
  })
  return String(one['operationId'])
}

function response(check: Check, value: unknown, at: string): void {
  const one = check.object(check.resolved(value, at), at, ['description'], ['content', 'headers'])
  check.text(one['description'], `${at}.description`)
  if (one['content'] !== undefined) content(check, one['content'], at)
}

function content(check: Check, value: unknown, at: string): void {
  check.map(value, at, (media, where, type) => {
    if (!/^[\w.+-]+\/[\w.+*-]+$/.test(type)) check.fault(where, 'no media type')
    check.schema(check.object(media, where, ['schema'], ['example', 'examples'])['schema'], `${where}.schema`)
  })
}

export interface JudgedTopics {
  faults: string[]
  /** The messages of every channel, by their names. */
  messages: Record<string, Record<string, { payload: Json }>>
}

export function judgeAsyncapi(document: unknown): JudgedTopics {
  const check = new Check(document as Json)
  const messages: JudgedTopics['messages'] = {}
  const root = check.object(
    document,
    'asyncapi',
    ['asyncapi', 'info'],
    ['servers', 'channels', 'operations', 'components'],
  )
  if (root['asyncapi'] !== '3.0.0') check.fault('asyncapi', `version ${String(root['asyncapi'])}`)
  const info = check.object(root['info'], 'info', ['title', 'version'], ['description'])
  for (const field of ['title', 'version']) check.text(info[field], `info.${field}`)
  check.map(root['servers'], 'servers', (one, at) =>
    check.object(one, at, ['host', 'protocol'], ['pathname', 'description', 'protocolVersion']),
  )
  check.map(root['channels'], 'channels', (value, at, name) => {
    const one = check.object(value, at, ['address', 'messages'], ['parameters', 'description', 'title', 'summary'])
    const used = [...String(one['address']).matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter!)
    const known = Object.keys((one['parameters'] as Json | undefined) ?? {})
    if (used.join() !== known.join())
      check.fault(at, `address and parameters differ: ${used.join()} and ${known.join()}`)
    messages[name] = {}
    check.map(one['messages'], `${at}.messages`, (message, where, kind) => {
      const { payload } = check.object(message, where, ['payload'], ['summary', 'description'])
      check.schema(payload, `${where}.payload`)
      messages[name]![kind] = { payload: payload as Json }
    })
  })
  check.map(root['operations'], 'operations', (value, at) => {
    const one = check.object(value, at, ['action', 'channel'], ['summary', 'messages'])
    if (!['send', 'receive'].includes(String(one['action']))) check.fault(at, `action ${String(one['action'])}`)
    check.resolved(one['channel'], `${at}.channel`)
  })
  return { faults: check.faults, messages }
}
