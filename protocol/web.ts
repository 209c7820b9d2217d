/**
 * What a service brings to the web beside its methods: downloads, uploads, feeds, a dialect of its own. A route
 * translates and decides nothing: it executes methods and says how their output is written. `main` hands the list to
 * the HTTP door, which knows who asks, and turns a Refusal into a problem.
 */
import type { Lang } from './errors'
import type { Actor } from './roles'

export interface WebVisit {
  /** Who is signed in, by token or cookie. */
  actor: Actor | undefined
  /** The parts of the path that the pattern names. */
  params: Record<string, string>
  lang: Lang
  /** The client's address, as far as it can be believed. */
  address: string
  /** Ours, as browsers have it: what the installation was told, and only without that what the request says. */
  origin: string
  /** The body, a JSON object no longer than one may be at any door; nothing at all is an empty one. @throws Refusal */
  body(): Promise<Record<string, unknown>>
  /** Runs a command or a query as the visitor. @throws Refusal */
  execute(name: string, input: object): Promise<Record<string, unknown>>
  /** Runs a method as the installation itself, internal ones too: for who has proved by a secret what they may see. */
  asSystem(name: string, input: object): Promise<Record<string, unknown>>
  /** The same visit by whoever holds this token: for dialects that carry theirs elsewhere than HTTP does. @throws Refusal */
  withToken?(token: string): Promise<WebVisit>
}

export interface WebAnswer {
  status?: number
  headers?: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer> | Blob | ReadableStream<Uint8Array>
}

export interface WebRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
  /** `/files/:id/:variant`; the last part may be `*`, for all that follows. GET answers HEAD too. */
  path: string
  /**
   * Who may be asked by another site's page with this browser's cookies. Absent: what changes something needs a token or
   * the same origin.
   */
  anyOrigin?: true
  /** @throws Refusal */
  run(request: Request, visit: WebVisit): Promise<WebAnswer>
}
