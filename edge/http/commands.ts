/**
 * Commands as REST. They stand on the runtime's own router: storms are made of them, and finding out what a request is
 * costs more than most of what is then done for it.
 */
import { refuse } from '../../protocol/errors'
import { limits } from '../../protocol/limits'
import type { HttpContext } from '../http'
import { sameOrigin, type Identity } from '../sessions'
import { brokenOff, objectOf, textOf } from './body'

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
        return [path, { POST: (request: Request) => this.run(request, path, name, performance.now()) }]
      }),
    )
  }

  /**
   * From request to answer in one function: in a storm, each one more that waits for another shows.
   * @param begunMs when it came, where it is to be counted.
   */
  async run(request: Request, path: string, name: string, begunMs?: number): Promise<Response> {
    const { sessions, registry, secure, lifecycle, count } = this.context
    let response: Response
    try {
      const authorization = request.headers.get('authorization')
      const identity = (authorization && sessions.known(authorization)) || (await this.whoMayChange(request))
      let text: string
      try {
        text = await textOf(request, limits.bodyBytes)
      } catch (error) {
        throw brokenOff(error)
      }
      const input = objectOf(text)
      takeKey(request, input)
      const output = await registry.execute(identity?.actor, name, input)
      response = new Response(this.written(output), this.answered)
      if (secure || lifecycle().state === 'draining') this.door.finish(response, request)
    } catch (error) {
      response = this.door.failed(error, request, path)
    }
    if (begunMs !== undefined) count(path, response.status, performance.now() - begunMs)
    return response
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
