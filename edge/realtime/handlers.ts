/** What each command of the protocol does. A handler answers by itself, or throws a refusal that becomes the answer. */
import { Refusal, refuse, type Lang } from '../../protocol/errors'
import {
  disconnects,
  errors,
  type Disconnect,
  type ErrorFrame,
  type MethodName,
  type Params,
  type SubscribeResult,
} from '../../protocol/frames'
import { limits } from '../../protocol/limits'
import type { Joined } from '../../kernel/hub'
import type { ChannelRule } from '../realtime'
import { TokenExpired, TokenInvalid, type Identity } from '../sessions'
import type { Connection } from './connection'
import { Subscription } from './subscription'

/** Answered with an error of the protocol. */
export class Rejected extends Error {
  constructor(readonly frame: ErrorFrame) {
    super(frame.message)
  }
}

/** Answered by closing the connection. */
export class Disconnected extends Error {
  constructor(readonly why: Disconnect) {
    super(why.reason)
  }
}

type Handler<M extends MethodName> = (connection: Connection, id: number, params: Params<M>) => Promise<void> | void

export const handlers: { [M in MethodName]: Handler<M> } = {
  connect: async (connection, id, params) => {
    // Before anything can be refused.
    connection.lang = langOf(params.data)
    const identity = await identify(connection, params.token)
    // It may have been closed meanwhile, and must not come to life again.
    if (!connection.isOpen) return
    // The cookie was needed once.
    connection.cookie = null
    connection.connected(identity)
    await welcome(connection, id, params, identity)
  },

  subscribe: async (connection, id, params) => {
    const { channel, token, recover, offset = 0, epoch = '', flag = 0 } = params
    if (connection.subscriptions.has(channel)) throw new Rejected(errors.alreadySubscribed)
    if (connection.ownSubscriptions >= limits.channelsPerClient) throw new Rejected(errors.limitExceeded)
    const from = recover ? { offset, epoch } : undefined
    const mustRecover = (flag & 2) !== 0
    const options = {
      token,
      joinLeave: params.join_leave === true,
      isPresent: !isQuiet(params.data),
      serverSide: false,
    }
    await subscribe(connection, channel, from, options, (joined) => {
      if (from && mustRecover && !joined.recovered) {
        connection.fail(id, errors.unrecoverablePosition)
        return false
      }
      connection.reply(id, 'subscribe', subscribeResult(joined, from))
      return true
    })
  },

  unsubscribe: (connection, id, { channel }) => {
    connection.subscriptions.get(channel)?.leave()
    connection.subscriptions.delete(channel)
    connection.reply(id, 'unsubscribe', {})
  },

  publish: async (connection, id, { channel, data }) => {
    const { backend } = connection.context
    if (!backend.publish) throw new Rejected({ ...errors.permissionDenied, message: callInstead })
    await authorize(connection, channel)
    await backend.publish(connection.actor!, channel, data)
    connection.reply(id, 'publish', {})
  },

  presence: async (connection, id, { channel }) => {
    await withRoster(connection, channel)
    // Of a crowd a part: everybody's list of everybody would grow with the square of it. `presence_stats` has the number.
    const here = connection.context.presence().list(channel, limits.rosterShown)
    const presence = Object.fromEntries(
      here.map(({ client, user, info }) => [client, { user, client, conn_info: info }]),
    )
    connection.reply(id, 'presence', { presence })
  },

  presence_stats: async (connection, id, { channel }) => {
    await withRoster(connection, channel)
    const { clients, users } = connection.context.presence().stats(channel)
    connection.reply(id, 'presence_stats', { num_clients: clients, num_users: users })
  },

  history: async (connection, id, { channel, limit = 0, since, reverse = false }) => {
    await authorize(connection, channel)
    const count = limit < 0 ? limits.historyEvents : Math.min(limit, limits.historyEvents)
    const page = await connection.context.backend.history(channel, { count, since: since?.offset, reverse })
    if (since?.epoch && since.epoch !== page.epoch) throw new Rejected(errors.unrecoverablePosition)
    connection.reply(id, 'history', { publications: page.events, epoch: page.epoch, offset: page.head })
  },

  ping: (connection, id) => connection.reply(id, 'ping', {}),

  send: () => undefined,

  rpc: async (connection, id, { method = '', data }) => {
    const { backend, node } = connection.context
    if (!backend.has(method)) throw new Rejected(errors.methodNotFound)
    const output = await backend.execute(connection.actor, method, data ?? {})
    connection.reply(id, 'rpc', { data: { ...output, node } })
  },

  refresh: async (connection, id, { token }) => {
    const identity = await verify(connection, token ?? '')
    if (identity.actor.id !== connection.actor!.id) throw new Disconnected(disconnects.invalidToken)
    connection.identified(identity)
    const { version } = connection.context
    connection.reply(id, 'refresh', { client: connection.id, version, ...expiry(connection, identity) })
  },

  // Subscriptions carry no tokens of their own here: the right to read is looked up, not carried.
  sub_refresh: (connection, id, { channel }) => {
    if (!connection.subscriptions.has(channel)) throw new Rejected(errors.permissionDenied)
    connection.reply(id, 'sub_refresh', { expires: false })
  },
}

async function identify(connection: Connection, token: string | undefined): Promise<Identity> {
  if (token) return verify(connection, token)
  const identity = await connection.context.sessions.fromCookie(connection.cookie)
  if (!identity) throw refuse.unauthenticated()
  return identity
}

async function verify(connection: Connection, token: string): Promise<Identity> {
  try {
    return await connection.context.sessions.fromToken(token)
  } catch (error) {
    if (error instanceof TokenExpired) throw new Rejected(errors.tokenExpired)
    if (error instanceof TokenInvalid) throw new Disconnected(disconnects.invalidToken)
    throw error
  }
}

/** The reply to connect, with the user's own topic already joined: one synchronous step with it. */
async function welcome(
  connection: Connection,
  id: number,
  params: Params<'connect'>,
  identity: Identity,
): Promise<void> {
  const { node, version, demo, backend, now } = connection.context
  const answer = (subs: Record<string, SubscribeResult>): void =>
    connection.reply(id, 'connect', {
      client: connection.id,
      version,
      ...expiry(connection, identity),
      data: {
        node,
        version,
        user: identity.actor,
        ...(demo ? { demo } : {}),
        serverTime: new Date(now()).toISOString(),
      },
      subs,
      ping: connection.context.times.pingMs / 1000,
      pong: true,
    })
  const own = backend.ownTopic(identity.actor)
  if (!own) return answer({})
  const known = params.subs?.[own]
  const from = known?.recover ? { offset: known.offset ?? 0, epoch: known.epoch ?? '' } : undefined
  await subscribe(connection, own, from, { joinLeave: false, isPresent: true, serverSide: true }, (joined) => {
    answer({ [own]: subscribeResult(joined, from) })
    return true
  })
}

/** @param answer writes the reply; false: the client doesn't want to be joined after all. */
async function subscribe(
  connection: Connection,
  channel: string,
  from: { offset: number; epoch: string } | undefined,
  options: { joinLeave: boolean; isPresent: boolean; serverSide: boolean; token?: string | undefined },
  answer: (joined: Joined) => boolean,
): Promise<void> {
  let rule = ruleOf(connection, channel)
  const subscription = new Subscription(connection, channel, { ...options, roster: rule.roster && options.isPresent })
  connection.subscriptions.set(channel, subscription)
  let joined = false
  try {
    await connection.context.hub().subscribe({
      topic: channel,
      subscriber: subscription,
      from,
      authorize: async () => {
        rule = await authorize(connection, channel, options.token)
      },
      joined: (result) => {
        if (subscription.isLeft || !answer(withinKept(result, rule))) return
        joined = true
        subscription.join()
      },
    })
  } finally {
    if (!joined) {
      subscription.leave()
      if (connection.subscriptions.get(channel) === subscription) connection.subscriptions.delete(channel)
    }
  }
}

/** Who follows a topic only to count what is new there asks not to be shown as somebody who is there. */
const isQuiet = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && (data as { roster?: unknown }).roster === false

/** What a channel doesn't keep that long can't be given back, though it may still be here. */
function withinKept(joined: Joined, { keeps = Number.POSITIVE_INFINITY }: ChannelRule): Joined {
  return joined.events.length > keeps ? { ...joined, recovered: false, events: [] } : joined
}

function ruleOf(connection: Connection, channel: string): ChannelRule {
  const rule = connection.context.backend.rule(channel)
  if (!rule) throw new Rejected(errors.unknownChannel)
  return rule
}

/** What one may not see and what is not there look alike. */
async function authorize(connection: Connection, channel: string, token?: string): Promise<ChannelRule> {
  ruleOf(connection, channel)
  try {
    return await connection.context.backend.authorize(connection.actor!, channel, token)
  } catch (error) {
    if (!(error instanceof Refusal) || (error.code !== 'forbidden' && error.code !== 'not_found')) throw error
    throw new Rejected({ ...errors.permissionDenied, message: `permission denied: ${error.say(connection.lang)}` })
  }
}

async function withRoster(connection: Connection, channel: string): Promise<void> {
  const rule = await authorize(connection, channel)
  if (!rule.roster) throw new Rejected(errors.notAvailable)
}

/** Where all was recovered, the offset is the client's own and the publications carry the rest. */
function subscribeResult(joined: Joined, from: { offset: number } | undefined): SubscribeResult {
  return {
    recoverable: true,
    positioned: true,
    epoch: joined.epoch,
    offset: joined.recovered ? from!.offset : joined.offset,
    was_recovering: from !== undefined,
    recovered: joined.recovered,
    publications: joined.events,
  }
}

function expiry(connection: Connection, { expiresAt }: Identity): { expires?: boolean; ttl?: number } {
  if (expiresAt === undefined) return {}
  return { expires: true, ttl: Math.max(1, Math.floor((expiresAt - connection.context.now()) / 1000)) }
}

const callInstead = 'permission denied: clients change things by calling a command (rpc), not by publishing'

function langOf(data: unknown): Lang {
  return typeof data === 'object' && data !== null && (data as { lang?: unknown }).lang === 'id' ? 'id' : 'en'
}
