/**
 * The frames of the realtime door: the Centrifuge client protocol, version 2, independent of how a dialect writes them.
 * Source: the public definitions of github.com/centrifugal/protocol (client.proto).
 */
import { z } from 'zod'

const anything = z.unknown().optional()
const epoch = z.string().max(64)
const offset = z.number().int().nonnegative()
const channel = z.string().min(1).max(255)

const recovery = {
  recover: z.boolean().optional(),
  offset: offset.optional(),
  epoch: epoch.optional(),
}

/** What a client may ask, by method. Unknown fields are tolerated: newer clients offer more than we take up. */
export const commandParams = {
  connect: z.object({
    token: z.string().max(8192).optional(),
    data: anything,
    name: z.string().max(64).optional(),
    version: z.string().max(64).optional(),
    subs: z.record(z.string(), z.object(recovery)).optional(),
  }),
  subscribe: z.object({
    channel,
    token: z.string().max(8192).optional(),
    data: anything,
    join_leave: z.boolean().optional(),
    flag: z.number().int().optional(),
    delta: z.string().max(32).optional(),
    ...recovery,
  }),
  unsubscribe: z.object({ channel }),
  publish: z.object({ channel, data: anything }),
  presence: z.object({ channel }),
  presence_stats: z.object({ channel }),
  history: z.object({
    channel,
    limit: z.number().int().optional(),
    since: z.object({ offset: offset.optional(), epoch: epoch.optional() }).optional(),
    reverse: z.boolean().optional(),
  }),
  ping: z.object({}),
  send: z.object({ data: anything }),
  rpc: z.object({ method: z.string().max(255).optional(), data: anything }),
  refresh: z.object({ token: z.string().max(8192).optional() }),
  sub_refresh: z.object({ channel, token: z.string().max(8192).optional() }),
} as const

export type MethodName = keyof typeof commandParams
export type Params<M extends MethodName> = z.infer<(typeof commandParams)[M]>

/** In the order in which the first field set wins. */
export const methodNames = Object.keys(commandParams) as MethodName[]

/** One command of a frame. `method` is absent in a pong, which is an empty command. */
export interface CommandFrame {
  id: number
  method?: MethodName | undefined
  params?: unknown
}

export interface ClientInfo {
  user: string
  client: string
  conn_info?: unknown
  chan_info?: unknown
}

/** `json` is passed on as it is. */
export interface Publication {
  json: string
  offset?: number | undefined
}

export interface SubscribeResult {
  epoch: string
  offset: number
  recoverable: boolean
  positioned: boolean
  was_recovering?: boolean
  recovered?: boolean
  publications: Publication[]
}

export interface ErrorFrame {
  code: number
  message: string
  temporary?: boolean
}

/** A reply's body, by method. */
export interface Results {
  connect: {
    client: string
    version: string
    expires?: boolean
    ttl?: number
    data?: unknown
    subs?: Record<string, SubscribeResult>
    ping: number
    pong: boolean
  }
  subscribe: SubscribeResult
  unsubscribe: object
  publish: object
  presence: { presence: Record<string, ClientInfo> }
  presence_stats: { num_clients: number; num_users: number }
  history: { publications: Publication[]; epoch: string; offset: number }
  ping: object
  rpc: { data: unknown }
  refresh: { client: string; version: string; expires?: boolean; ttl?: number }
  sub_refresh: { expires?: boolean; ttl?: number }
}

/** Errors of the protocol itself, with its numbers. */
export const errors = {
  internal: { code: 100, message: 'internal server error', temporary: true },
  unauthorized: { code: 101, message: 'unauthorized' },
  unknownChannel: { code: 102, message: 'unknown channel' },
  permissionDenied: { code: 103, message: 'permission denied' },
  methodNotFound: { code: 104, message: 'method not found' },
  alreadySubscribed: { code: 105, message: 'already subscribed' },
  limitExceeded: { code: 106, message: 'limit exceeded' },
  badRequest: { code: 107, message: 'bad request' },
  notAvailable: { code: 108, message: 'not available' },
  tokenExpired: { code: 109, message: 'token expired' },
  unrecoverablePosition: { code: 112, message: 'unrecoverable position' },
} as const satisfies Record<string, ErrorFrame>

/**
 * Why a connection is closed. 3000–3499: come back. 3500–3999: do not. The reason is plain text, never empty and never
 * JSON: the official client acts on terminal codes only then.
 */
export const disconnects = {
  shutdown: { code: 3001, reason: 'shutdown' },
  internal: { code: 3004, reason: 'internal server error' },
  expired: { code: 3005, reason: 'connection expired' },
  slow: { code: 3008, reason: 'slow' },
  insufficientState: { code: 3010, reason: 'insufficient state' },
  forceReconnect: { code: 3011, reason: 'force reconnect' },
  noPong: { code: 3012, reason: 'no pong' },
  tooManyRequests: { code: 3013, reason: 'too many requests' },
  invalidToken: { code: 3500, reason: 'invalid token' },
  badRequest: { code: 3501, reason: 'bad request' },
  stale: { code: 3502, reason: 'stale' },
  forceDisconnect: { code: 3503, reason: 'force disconnect' },
  permissionDenied: { code: 3507, reason: 'permission denied' },
} as const satisfies Record<string, Disconnect>

export interface Disconnect {
  code: number
  reason: string
}

/** 2500 and above: subscribe again with what you know. Below: the subscription is over. */
export const unsubscribes = {
  server: { code: 2000, reason: 'you may no longer read this' },
  insufficientState: { code: 2500, reason: 'insufficient state' },
} as const
