/**
 * The HTTP door: every command and query as REST, sign-in, health, metrics, documentation and the web app's files.
 * Each request reads aloud as a list: who, which method, what input; the registry does the rest.
 */
import type { Server } from 'bun'
import type { Lifecycle } from '../kernel/lifecycle'
import { asRefusal, type Registry } from '../kernel/service'
import { Refusal, refuse } from '../protocol/errors'
import { limits } from '../protocol/limits'
import type { Actor } from '../protocol/roles'
import type { WebRoute, WebVisit } from '../protocol/web'
import type { AddressOf } from './http/address'
import { BodyTooLarge, readObject, readText } from './http/body'
import { Commands, otherSite } from './http/commands'
import { asyncapi, openapi } from './http/documents'
import { docsPage } from './http/docs'
import { fault, langOf, problem } from './http/problem'
import { listsOf, queryInput } from './http/query'
import { Routes, written, type FoundRoute } from './http/routes'
import type { StaticFiles } from './http/static'
import type { EngineEcho } from './conformance/echo'
import type { Realtime } from './realtime'
import { sameOrigin, type Sessions } from './sessions'
import type { SocketIo } from './socketio'
import type { SocketData } from './sockets'

export interface HttpContext {
  node: string
  version: string
  registry: Registry
  sessions: Sessions
  realtime: Realtime
  socketio: SocketIo
  /** Under the conformance profile. */
  engineEcho?: EngineEcho
  lifecycle: () => Lifecycle
  /** Everything below /api/auth/. */
  auth(request: Request, clientAddress: string): Promise<Response>
  files: StaticFiles
  /** What services bring beside their methods. */
  routes: readonly WebRoute[]
  addressOf: AddressOf
  health(): { database: string; bus: string }
  metrics(): Promise<string>
  /** Paths that a service brings itself (another dialect of its own): the first that answers wins. */
  extra: readonly ((request: Request, path: string) => Promise<Response | undefined> | Response | undefined)[]
  /** @param request by which somebody who met it can be helped. */
  fault(where: string, error: unknown, request?: string): void
  count(route: string, status: number, ms: number): void
  /** Browsers reach us over TLS. */
  secure: boolean
  /** Our address as browsers have it, if it is known. */
  publicUrl?: string | undefined
}

type Handled = Response | undefined | Promise<Response | undefined>

export class Http {
  private readonly openapi: string
  private readonly asyncapi: string
  private readonly routes: Routes
  /** Names of lists in the input of each query. */
  private readonly lists: ReadonlyMap<string, ReadonlySet<string>>
  /** On every response, unless it says otherwise itself. */
  private readonly usual: Record<string, string>
  /** Given whole to the answers there are most of: one header after the other costs as much as deciding them. */
  private readonly answered: ResponseInit
  readonly commands: Commands

  constructor(private readonly context: HttpContext) {
    this.openapi = JSON.stringify(openapi(context.registry, context.version))
    this.asyncapi = JSON.stringify(asyncapi(context.registry, context.version))
    this.routes = new Routes(context.routes)
    const queries = context.registry.methods.filter(({ kind }) => kind === 'query')
    this.lists = new Map(queries.map((method) => [method.name, listsOf(method)]))
    this.usual = {
      'x-alun-node': context.node,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'cache-control': 'no-store',
    }
    this.answered = { headers: new Headers({ ...this.usual, 'content-type': 'application/json;charset=utf-8' }) }
    this.commands = new Commands(context, this.answered, {
      failed: (error, request, path) => this.finish(this.failed(error, request, path), request),
      finish: (response, request) => this.finish(response, request),
    })
  }

  /** The public door. Nothing returned: the request became a WebSocket. */
  readonly fetch = async (request: Request, server: Server<SocketData>): Promise<Response | undefined> => {
    const begun = performance.now()
    const path = pathOf(request.url)
    let response: Response | undefined
    try {
      response = await this.route(request, path, server)
    } catch (error) {
      response = this.failed(error, request, path)
    }
    if (!response) return undefined
    this.context.count(this.routeOf(path), response.status, performance.now() - begun)
    return this.finish(response, request)
  }

  /** The node's private door: health and metrics only. */
  readonly privateFetch = async (request: Request): Promise<Response> => {
    const response = await this.operate(pathOf(request.url))
    return this.finish(response ?? problem(refuse.notFound(), langOf(request)), request)
  }

  private route(request: Request, path: string, server: Server<SocketData>): Handled {
    // A Host that is none makes no address, and everything behind here may ask for it.
    if (!URL.canParse(request.url)) throw refuse.invalid(noAddress)
    const { realtime, socketio, engineEcho, addressOf } = this.context
    if (path === '/connection/websocket') return realtime.upgrade(request, server)
    if (path === '/socket.io/') return socketio.upgrade(request, server, addressOf(request, server))
    if (path === '/engine.io/' && engineEcho) return engineEcho.upgrade(request, server)
    return this.context.extra.length > 0 ? this.brought(request, path, server) : this.own(request, path, server)
  }

  private async brought(request: Request, path: string, server: Server<SocketData>): Promise<Response | undefined> {
    for (const answer of this.context.extra) {
      const response = await answer(request, path)
      if (response) return response
    }
    return this.own(request, path, server)
  }

  private own(request: Request, path: string, server: Server<SocketData>): Handled {
    return path.startsWith('/api/') ? this.api(request, path, server) : this.elsewhere(request, path, server)
  }

  private async elsewhere(request: Request, path: string, server: Server<SocketData>): Promise<Response> {
    const operated = await this.operate(path)
    if (operated) return operated
    const found = this.routes.at(path)
    if (found.length > 0) return this.visit(request, found, server)
    if (machines.test(path) || (request.method !== 'GET' && request.method !== 'HEAD'))
      return problem(refuse.notFound(), langOf(request))
    return this.context.files.serve(request, path) ?? problem(refuse.notFound(), langOf(request))
  }

  private async visit(request: Request, found: FoundRoute[], server: Server<SocketData>): Promise<Response> {
    const { registry, sessions, publicUrl, addressOf } = this.context
    const wanted = request.method === 'HEAD' ? 'GET' : request.method
    const hit = found.find(({ route }) => route.method === wanted)
    if (!hit) {
      const allow = [...new Set(found.map(({ route }) => route.method))].join(', ')
      return problem(refuse.invalid(otherVerb(allow)), langOf(request), { status: 405, headers: { allow } })
    }
    const actor = (await sessions.fromRequest(request))?.actor
    const reads = wanted === 'GET' || wanted === 'OPTIONS' || hit.route.anyOrigin === true
    if (!reads && actor && !request.headers.has('authorization') && !sameOrigin(request, publicUrl)) {
      throw refuse.forbidden(otherSite)
    }
    const { origin } = new URL(publicUrl ?? request.url)
    const visitOf = (by: Actor | undefined): WebVisit => ({
      ...{ actor: by, params: hit.params, lang: langOf(request), address: addressOf(request, server), origin },
      body: () => readObject(request, limits.bodyBytes),
      execute: (name, input) => registry.execute(by, name, input),
      asSystem: (name, input) => registry.perform(name, input),
      withToken: async (token) => visitOf((await sessions.fromToken(token)).actor),
    })
    const answer = await hit.route.run(request, visitOf(actor))
    const response = written(answer)
    return request.method === 'HEAD' ? new Response(null, response) : response
  }

  private async operate(path: string): Promise<Response | undefined> {
    const { lifecycle, node, version, health, metrics } = this.context
    if (path === '/healthz') return Response.json({ status: 'alive', node, version })
    if (path === '/readyz') {
      const { state } = lifecycle()
      const ready = state === 'running'
      return Response.json({ status: state, node, version, ...health() }, { status: ready ? 200 : 503 })
    }
    if (path !== '/metrics') return undefined
    return new Response(await metrics(), { headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' } })
  }

  private api(request: Request, path: string, server: Server<SocketData>): Handled {
    if (path.startsWith('/api/auth/')) return this.signIn(request, server)
    if (path === '/api/openapi.json') return ready(this.openapi)
    if (path === '/api/asyncapi.json') return ready(this.asyncapi)
    if (path === '/api/docs') return docsPage(this.context.registry)
    return this.call(request, path)
  }

  private async signIn(request: Request, server: Server<SocketData>): Promise<Response> {
    const address = this.context.addressOf(request, server)
    if (!request.body) return this.context.auth(request, address)
    const { url, method, headers } = request
    const body = await readText(request, limits.bodyBytes)
    return this.context.auth(new Request(url, { method, headers, body }), address)
  }

  private async call(request: Request, path: string): Promise<Response> {
    const [, , service, verb, ...rest] = path.split('/')
    const name = `${service}.${verb}`
    const method = rest.length === 0 ? this.context.registry.method(name) : undefined
    if (!method) throw refuse.notFound()
    const reads = method.kind === 'query' && (request.method === 'GET' || request.method === 'HEAD')
    if (!reads && request.method !== 'POST') {
      return problem(refuse.invalid(wrongVerb), langOf(request), {
        status: 405,
        headers: { allow: allowed(method.kind) },
      })
    }
    if (method.kind === 'command') return this.commands.run(request, path, name)
    const identity = await (reads ? this.context.sessions.fromRequest(request) : this.commands.whoMayChange(request))
    const input = reads ? queryInput(request.url, this.lists.get(name)) : await readObject(request, limits.bodyBytes)
    const output = await this.context.registry.execute(identity?.actor, name, input)
    return new Response(JSON.stringify({ ...output, node: this.context.node }), this.answered)
  }

  /** A bounded set of names for metrics, whatever clients ask for. */
  private routeOf(path: string): string {
    if (path.startsWith('/assets/')) return '/assets'
    if (!path.startsWith('/api/')) return this.routes.patternOf(path) ?? '/'
    if (path.startsWith('/api/auth/')) return '/api/auth'
    return this.context.registry.has(path.slice(5).replace('/', '.')) ? path : '/api'
  }

  private failed(thrown: unknown, request: Request, path: string): Response {
    const error = asRefusal(thrown)
    if (error instanceof BodyTooLarge) return problem(error, langOf(request), { status: error.status })
    if (error instanceof Refusal) return problem(error, langOf(request))
    const id = idOf(request)
    this.context.fault(`http ${path}`, error, id)
    return fault(langOf(request), id)
  }

  private finish(response: Response, request: Request): Response {
    const { headers } = response
    if (!headers.has('x-alun-node')) {
      for (const [name, value] of Object.entries(this.usual)) if (!headers.has(name)) headers.set(name, value)
    }
    // A browser would ask every other program on the same machine for https from then on.
    const local = (): boolean => /^localhost(:|$)/.test(request.headers.get('host') ?? '')
    if (this.context.secure && !local()) headers.set('strict-transport-security', 'max-age=31536000')
    // A keep-alive connection would go on bringing work to a node that is leaving.
    if (this.context.lifecycle().state === 'draining') headers.set('connection', 'close')
    return response
  }
}

/** As the load balancer numbered it, else a number of ours. */
function idOf(request: Request): string {
  const given = request.headers.get('x-request-id') ?? ''
  return /^[\w-]{8,64}$/.test(given) ? given : Bun.randomUUIDv7()
}

/** Without allocating a URL for each request. */
function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('//') + 2)
  if (start < 0) return '/'
  const end = url.indexOf('?', start)
  return end < 0 ? url.slice(start) : url.slice(start, end)
}

/** Paths of programs. Who misses there is told so, and not shown the app. */
const machines = /^\/(api|connection|socket\.io|files|open311)(\/|$)/

const ready = (json: string): Response => new Response(json, { headers: { 'content-type': 'application/json' } })

const allowed = (kind: string): string => (kind === 'query' ? 'GET, POST' : 'POST')

const wrongVerb = {
  en: 'Use POST here (queries also take GET).',
  id: 'Gunakan POST di sini (kueri juga menerima GET).',
}
const otherVerb = (allow: string): { en: string; id: string } => ({
  en: `Use ${allow} here.`,
  id: `Gunakan ${allow} di sini.`,
})
const noAddress = { en: 'The Host header is no address.', id: 'Header Host bukan alamat yang sah.' }
