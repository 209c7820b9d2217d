/** OpenAPI and AsyncAPI, made from the same schemas that the doors check with. */
import { z } from 'zod'
import type { Method, Registry, TopicRule } from '../../kernel/service'
import { codes } from '../../protocol/errors'
import { eventData } from '../../protocol/event'
import { key } from '../../protocol/ids'
import { wireVersion } from '../../protocol/version'
import { parametersOf } from './query'

type Json = Record<string, unknown>

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any', override: leaveOpen }) as Json
  return rest
}

/** What we send may grow new fields; who reads it by an old document must not stumble over them. */
function leaveOpen({ jsonSchema }: { jsonSchema: { additionalProperties?: unknown } }): void {
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
}

/** OpenAPI 3.1. The `operationId` of each operation is the method's name in the contract. */
export function openapi(registry: Registry, version: string): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Alun',
      version,
      description:
        'Every command takes a key, in the header `Idempotency-Key` or the field `key`: the same key always gets the same answer.',
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { cookie: [] }],
    paths: Object.fromEntries(registry.methods.map((method) => [pathOf(method), operationsOf(method)])),
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
        cookie: { type: 'apiKey', in: 'cookie', name: 'alun.session_token' },
      },
      schemas: { Problem: problemSchema },
      responses: { Problem: problemResponse },
    },
  }
}

const pathOf = (method: Method): string => `/api/${method.name.replace('.', '/')}`

function operationsOf(method: Method): Json {
  const input = schemaOf(method.input, 'input')
  const common = {
    operationId: method.name,
    summary: method.summary,
    tags: [method.name.split('.')[0]],
    responses: {
      200: {
        description: 'Done. `node` names the node that answered.',
        content: { 'application/json': { schema: outputOf(method) } },
      },
      default: { $ref: '#/components/responses/Problem' },
    },
  }
  const post = {
    ...common,
    ...(method.kind === 'command' ? { parameters: [keyHeader] } : {}),
    requestBody: {
      // Nothing at all is an empty object; a key may stand in the header.
      required: ((input['required'] as string[] | undefined) ?? []).length > 0,
      content: { 'application/json': { schema: method.kind === 'command' ? withKey(input) : input } },
    },
  }
  if (method.kind !== 'query') return { post }
  return { post, get: { ...common, operationId: `${method.name}.get`, parameters: parametersOf(input) } }
}

function outputOf(method: Method): Json {
  const node = { type: 'string', description: 'The node that answered.' }
  const output = method.kind === 'whisper' ? { type: 'object', properties: {} } : schemaOf(method.output, 'output')
  // Some methods tell of their node themselves.
  const required = [...new Set([...((output['required'] as string[] | undefined) ?? []), 'node'])]
  return { ...output, properties: { ...(output['properties'] as Json), node }, required }
}

function withKey(input: Json): Json {
  return { ...input, properties: { ...(input['properties'] as Json), key: schemaOf(key, 'input') } }
}

const keyHeader = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The key of this intent, unless it stands in the body.',
  schema: { type: 'string', maxLength: 128 },
}

const problemSchema = {
  type: 'object',
  required: ['status', 'code', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', enum: [...Object.keys(codes), 'internal'] },
    detail: { type: 'string', description: 'A sentence a person can act on, in the language of Accept-Language.' },
  },
}

const problemResponse = {
  description: 'Refused. `Retry-After` is set where trying again makes sense.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

/** AsyncAPI 3.0: the topics and their events, as the realtime door carries them. */
export function asyncapi(registry: Registry, version: string): Json {
  const rules = registry.topicRules
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Alun, realtime',
      version,
      description: 'Over the Centrifuge client protocol at /connection/websocket. Offsets are dense for each topic.',
      'x-wire-version': wireVersion,
    },
    servers: { node: { host: 'localhost', pathname: '/connection/websocket', protocol: 'ws' } },
    channels: Object.fromEntries(rules.map((rule) => [rule.prefix, channelOf(rule)])),
    operations: Object.fromEntries(
      rules.map(({ prefix }) => [prefix, { action: 'send', channel: { $ref: `#/channels/${prefix}` } }]),
    ),
  }
}

function channelOf(rule: TopicRule): Json {
  return {
    ...(rule.single ? { address: rule.prefix } : { address: `${rule.prefix}:{id}`, parameters: { id: {} } }),
    description: rule.summary,
    messages: Object.fromEntries(
      Object.entries(rule.events).map(([kind, schema]) => [
        kind,
        { payload: { allOf: [schemaOf(eventData, 'output'), schemaOf(schema, 'output')] } },
      ]),
    ),
  }
}
