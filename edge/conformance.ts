/**
 * The conformance profile: what the official SDKs' own suites expect of a server. Anybody may connect, subscribe to any
 * channel, publish and read; tokens are signed with a secret that everybody knows. It stands in for registry and sessions
 * only: log, hub and connections below are those of every other node. For tests, never for people.
 *
 * Channels and figures are those of the suites' own server configuration (centrifuge-js, centrifugo_test.json).
 */
import { errors as joseErrors, jwtVerify, type JWTPayload } from 'jose'
import { z } from 'zod'
import { done } from '../kernel/batch'
import { command, type Registry, type Service } from '../kernel/service'
import { refuse } from '../protocol/errors'
import { disconnects, errors } from '../protocol/frames'
import { limits } from '../protocol/limits'
import type { Actor } from '../protocol/roles'
import { readObject } from './http/body'
import type { Backend, ChannelRule } from './realtime'
import { Disconnected, Rejected } from './realtime/handlers'
import { TokenExpired, TokenInvalid, type Identity, type Sessions } from './sessions'

const tokenKey = new TextEncoder().encode('secret')
const apiKey = 'test-api-key'
/** How many events a channel keeps, by namespace. */
const namespaces = new Map([
  ['', 100],
  ['recovery', 100],
  ['smallhistory', 2],
])
const channelName = /^[\x21-\x7e]{1,255}$/

const publishInput = z.object({ channel: z.string(), data: z.unknown() })

const publish = command({
  name: 'conformance.publish',
  summary: 'Publish anything to an open channel.',
  input: publishInput,
  output: z.object({ offset: z.number().int() }),
  // Through the batch, as everything; without a kind, so that what was published is what arrives.
  runMany: async (tx, calls) =>
    calls.map(({ actor, input: { channel, data } }) => {
      const raw = (data ?? null) as Record<string, unknown>
      const ticket = tx.append({ topic: channel, kind: '', actor: actor.id, data: raw })
      return done(() => ({ offset: ticket.offset }))
    }),
})

/** Added to the services of a node under the profile. */
export const conformanceService: Service = { name: 'conformance', methods: [publish], topics: [] }

type OpenBackend = Omit<Backend, 'publish'> & {
  publish(actor: Actor, channel: string, data: unknown): Promise<{ offset: number }>
}

/** @param closed channels that belong to somebody else. */
export function conformance(registry: Registry, closed: (channel: string) => boolean) {
  const backend = openBackend(registry, closed)
  return { backend, sessions: openSessions, api: openApi(backend) }
}

function openBackend(registry: Registry, closed: (channel: string) => boolean): OpenBackend {
  const rule = (channel: string): ChannelRule | undefined => {
    const keeps = namespaces.get(channel.includes(':') ? channel.slice(0, channel.indexOf(':')) : '')
    if (keeps === undefined || !channelName.test(channel) || closed(channel)) return undefined
    return { roster: true, keeps }
  }
  return {
    rule,
    async authorize(actor, channel, token) {
      if (token) await checkSubscription(actor, channel, token)
      return rule(channel)!
    },
    ownTopic: () => undefined,
    async history(channel, { count, since, reverse }) {
      const { head } = await registry.history(channel, { count: 0, since: 0, reverse: false })
      const oldest = Math.max(0, head - rule(channel)!.keeps!)
      const range = reverse ? { count, since, reverse } : { count, since: Math.max(oldest, since ?? 0), reverse }
      const page = await registry.history(channel, range)
      return { ...page, events: page.events.filter(({ offset }) => offset > oldest) }
    },
    has: () => true,
    execute: () => Promise.reject(new Rejected(errors.notAvailable)),
    async publish(actor, channel, data) {
      const input = { channel, data, key: crypto.randomUUID() }
      return (await registry.execute(actor, publish.name, input)) as { offset: number }
    },
  }
}

/** Everybody is somebody: who shows no token is nobody in particular. */
const openSessions: Pick<Sessions, 'fromToken' | 'fromCookie'> = {
  fromCookie: () => Promise.resolve({ actor: anonymous('') }),
  async fromToken(token): Promise<Identity> {
    const { sub = '', exp } = await claimsOf(token)
    return exp === undefined ? { actor: anonymous(sub) } : { actor: anonymous(sub), expiresAt: exp * 1000 }
  },
}

const anonymous = (id: string): Actor => ({ id, name: '', role: 'guest' })

async function checkSubscription(actor: Actor, channel: string, token: string): Promise<void> {
  const claims = await claimsOf(token).catch((error: unknown) => {
    throw new Rejected(error instanceof TokenExpired ? errors.tokenExpired : errors.permissionDenied)
  })
  // A good token in the wrong hands is no mistake of the moment.
  if (claims['channel'] !== channel || (claims.sub ?? '') !== actor.id) throw new Disconnected(disconnects.invalidToken)
}

async function claimsOf(token: string): Promise<JWTPayload> {
  try {
    return (await jwtVerify(token, tokenKey, { algorithms: ['HS256'] })).payload
  } catch (error) {
    throw error instanceof joseErrors.JWTExpired ? new TokenExpired() : new TokenInvalid()
  }
}

const historyInput = z.object({
  channel: z.string(),
  limit: z.number().int().default(0),
  since: z.object({ offset: z.number().int().nonnegative(), epoch: z.string().default('') }).optional(),
  reverse: z.boolean().default(false),
})

/** `POST /api/publish` and `/api/history`, as the suites ask for them. */
function openApi(backend: OpenBackend) {
  const history = async (input: unknown): Promise<object> => {
    const { channel, limit, since, reverse } = historyInput.parse(input)
    if (!backend.rule(channel)) return { error: errors.unknownChannel }
    const count = limit < 0 ? limits.historyEvents : Math.min(limit, limits.historyEvents)
    const page = await backend.history(channel, { count, since: since?.offset, reverse })
    if (since?.epoch && since.epoch !== page.epoch) return { error: errors.unrecoverablePosition }
    const publications = page.events.map(({ offset, json }) => ({ offset, data: JSON.parse(json) as unknown }))
    return { result: { publications, epoch: page.epoch, offset: page.head } }
  }
  const publishOne = async (input: unknown): Promise<object> => {
    const { channel, data } = publishInput.parse(input)
    if (!backend.rule(channel)) return { error: errors.unknownChannel }
    const { offset } = await backend.publish(anonymous(''), channel, data)
    const { epoch } = await backend.history(channel, { count: 0, since: undefined, reverse: false })
    return { result: { offset, epoch } }
  }
  const calls = new Map([
    ['/api/publish', publishOne],
    ['/api/history', history],
  ])
  return async (request: Request, path: string): Promise<Response | undefined> => {
    const call = calls.get(path)
    if (!call || request.method !== 'POST') return undefined
    if (request.headers.get('x-api-key') !== apiKey) throw refuse.unauthenticated()
    const input = await readObject(request, limits.bodyBytes)
    const answer = await call(input).catch((error: unknown) => {
      if (error instanceof z.ZodError) return { error: errors.badRequest }
      throw error
    })
    return Response.json(answer)
  }
}
