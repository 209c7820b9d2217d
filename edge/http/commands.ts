/**
 * Commands as REST. They stand on the runtime's own router: storms are made of them, and finding out what a request is
 * costs more than most of what is then done for it.
 */
import { refuse } from '../../protocol/errors'
import { limits } from '../../protocol/limits'
import type { HttpContext } from '../http'
import { sameOrigin, type Identity } from '../sessions'
import { readObject } from './body'

type Context = Pick<HttpContext, 'node' | 'registry' | 'sessions' | 'lifecycle' | 'count' | 'secure' | 'publicUrl'>
type Handler = (request: Request) => Promise<Response>

/** What the whole door does with answers. */
interface Door {
  failed(error: unknown, request: Request, path: string): Response
  finish(response: Response, request: Request): Response
}

export class Commands {
  /** By path. Other methods than POST fall through to the door. */
  readonly routes: Record<string, { POST: Handler }>
  private readonly same = new WeakMap<object, string>()

  /** @param answered headers given whole: one after the other costs as much as deciding them. */
  constructor(
    private readonly context: Context,
    private readonly answered: ResponseInit,
    private readonly door: Door,
  ) {
    const commands = context.registry.methods.filter(({ kind }) => kind === 'command')
    this.routes = Object.fromEntries(
      commands.map(({ name }) => {
        const path = `/api/${name.replace('.', '/')}`
        return [path, { POST: (request: Request) => this.run(request, path, name) }]
      }),
    )
  }

  private async run(request: Request, path: string, name: string): Promise<Response> {
    const begun = performance.now()
    let response: Response
    try {
      response = await this.carryOut(request, name)
    } catch (error) {
      response = this.door.failed(error, request, path)
    }
    this.context.count(path, response.status, performance.now() - begun)
    return response
  }

  /** @throws Refusal */
  async carryOut(request: Request, name: string): Promise<Response> {
    const { sessions, registry, secure, lifecycle } = this.context
    const authorization = request.headers.get('authorization')
    const identity = (authorization && sessions.known(authorization)) || (await this.whoMayChange(request))
    const input = await readObject(request, limits.bodyBytes)
    takeKey(request, input)
    const output = await registry.execute(identity?.actor, name, input)
    const response = new Response(this.written(output), this.answered)
    return secure || lifecycle().state === 'draining' ? this.door.finish(response, request) : response
  }

  /** An answer that can't change, as a crowd is told it, is written out once. */
  private written(output: Record<string, unknown>): string {
    let text = this.same.get(output)
    if (text !== undefined) return text
    text = JSON.stringify({ ...output, node: this.context.node })
    if (Object.isFrozen(output)) this.same.set(output, text)
    return text
  }

  /** @throws Refusal where a browser was made to ask by another site. */
  async whoMayChange(request: Request): Promise<Identity | undefined> {
    const { sessions, publicUrl } = this.context
    const identity = await sessions.fromRequest(request)
    if (!request.headers.has('authorization') && identity && !sameOrigin(request, publicUrl)) {
      throw refuse.forbidden(otherSite)
    }
    return identity
  }
}

/** The key stands in the header or in the body. Two different ones would be two intents. */
function takeKey(request: Request, input: Record<string, unknown>): void {
  // The header's own draft writes it as a quoted string.
  const key = request.headers.get('idempotency-key')?.replace(/^"(.*)"$/, '$1')
  if (key === undefined) return
  if (input['key'] !== undefined && input['key'] !== key) throw refuse.invalid(twoKeys)
  input['key'] = key
}

const twoKeys = {
  en: 'The header Idempotency-Key and the field key differ. Send one, or the same in both.',
  id: 'Tajuk Idempotency-Key dan isian key berbeda. Kirim salah satu, atau yang sama pada keduanya.',
}
export const otherSite = {
  en: 'This request came from another site and was not carried out.',
  id: 'Permintaan ini datang dari situs lain dan tidak dijalankan.',
}
