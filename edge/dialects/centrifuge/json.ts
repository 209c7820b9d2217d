/**
 * The Centrifuge protocol as JSON: commands of one message are parted by line feeds, and so are replies. Payloads are
 * JSON inside JSON, written as they are; ours come from `JSON.stringify`, which leaves no raw line feed.
 */
import {
  methodNames,
  type CommandFrame,
  type MethodName,
  type Publication,
  type Results,
  type SubscribeResult,
} from '../../../protocol/frames'
import { Malformed, type Dialect } from './dialect'

export const json: Dialect = {
  name: 'json',
  ping: '{}',

  decode(message) {
    const text = typeof message === 'string' ? message : decoder.decode(message)
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    if (lines.length === 0) throw new Malformed('empty frame')
    return lines.map(decodeOne)
  },

  reply: (id, method, result) => `{"id":${id},"${method}":${body(method, result)}}`,
  error: (id, error) => JSON.stringify({ id, error }),
  publications(channel, publications) {
    const head = `{"push":{"channel":${JSON.stringify(channel)},"pub":`
    const frames: string[] = []
    let frame = ''
    for (const publication of publications) {
      const push = `${head}${publicationJson(publication)}}}`
      if (frame !== '' && frame.length + push.length > frameCharacters) {
        frames.push(frame)
        frame = ''
      }
      frame = frame === '' ? push : `${frame}\n${push}`
    }
    return frame === '' ? frames : [...frames, frame]
  },
  joined: (channel, info) => JSON.stringify({ push: { channel, join: { info } } }),
  left: (channel, info) => JSON.stringify({ push: { channel, leave: { info } } }),
  unsubscribed: (channel, why) => JSON.stringify({ push: { channel, unsubscribe: why } }),
}

/** Pushes are joined up to here: larger frames save nothing more and keep a slow reader waiting for their end. */
const frameCharacters = 16 * 1024

const decoder = new TextDecoder('utf-8')

function decodeOne(line: string): CommandFrame {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    throw new Malformed('not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed('not an object')
  const command = value as Record<string, unknown>
  const id = command['id'] ?? 0
  if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || id > 0xffffffff) throw new Malformed('bad id')
  const method = methodNames.find((name) => command[name] !== undefined && command[name] !== null)
  return { id, method, params: method && command[method] }
}

/** Bodies that hold publications are put together from their texts; the others are plain objects. */
function body<M extends MethodName & keyof Results>(method: M, result: Results[M]): string {
  if (method === 'subscribe') return subscribeJson(result as Results['subscribe'])
  if (method === 'history') {
    const { publications, ...rest } = result as Results['history']
    return withPublications(rest, publications)
  }
  if (method === 'connect') {
    const { subs, ...rest } = result as Results['connect']
    if (!subs) return JSON.stringify(rest)
    const entries = Object.entries(subs).map(([name, sub]) => `${JSON.stringify(name)}:${subscribeJson(sub)}`)
    return `${JSON.stringify(rest).slice(0, -1)},"subs":{${entries.join(',')}}}`
  }
  return JSON.stringify(result)
}

function subscribeJson({ publications, ...rest }: SubscribeResult): string {
  return publications.length > 0 ? withPublications(rest, publications) : JSON.stringify(rest)
}

function withPublications(rest: object, publications: readonly Publication[]): string {
  return `${JSON.stringify(rest).slice(0, -1)},"publications":[${publications.map(publicationJson).join(',')}]}`
}

function publicationJson({ json: data, offset }: Publication): string {
  return offset === undefined ? `{"data":${data}}` : `{"data":${data},"offset":${offset}}`
}
