/** A browser as the doors see one: it keeps its cookies, says where its pages come from, and asks for its token. */
import { until } from './until'

export interface Answered {
  status: number
  node: string
  // What a method answers is the business of the test that asked.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any
}

export class Visitor {
  private readonly jar = new Map<string, string>()

  constructor(
    readonly url: string,
    readonly agent = 'visitor',
  ) {}

  get cookie(): string {
    return [...this.jar].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** To `/api/…`; a new connection each time, so that any node may answer. */
  async post(path: string, body: object = {}, headers: Record<string, string> = {}): Promise<Answered> {
    return this.ask(path, { method: 'POST', body: JSON.stringify(body), headers })
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answered> {
    return this.ask(path, { headers })
  }

  /** Calls with the session's cookie, as a page of ours does. */
  async call(method: string, input: object = {}): Promise<Answered> {
    return this.post(method.replace('.', '/'), { key: crypto.randomUUID(), ...input })
  }

  async token(): Promise<string> {
    const { status, body } = await this.get('auth/token')
    if (status !== 200) throw new Error(`no token: ${status} ${JSON.stringify(body)}`)
    return body.token as string
  }

  /** Asks until so many different nodes have answered. @returns every answer. */
  async everywhere(nodes: number, ask: () => Promise<Answered>): Promise<Answered[]> {
    const answers: Answered[] = []
    await until(
      async () => {
        answers.push(await ask())
        return new Set(answers.map(({ node }) => node)).size === nodes
      },
      { what: `an answer from each of ${nodes} nodes`, timeoutMs: 20_000, everyMs: 1 },
    )
    return answers
  }

  private async ask(
    path: string,
    init: { method?: string; body?: string; headers: Record<string, string> },
  ): Promise<Answered> {
    const headers = {
      ...{ 'content-type': 'application/json', 'user-agent': this.agent, origin: this.url },
      ...(this.jar.size > 0 ? { cookie: this.cookie } : {}),
      ...init.headers,
    }
    const response = await fetch(`${this.url}/api/${path}`, { ...init, headers, keepalive: false })
    for (const line of response.headers.getSetCookie()) this.keep(line)
    const body: unknown = await response.json().catch(() => undefined)
    return { status: response.status, node: response.headers.get('x-alun-node') ?? '', body }
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ')
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    if (attributes.includes('Max-Age=0')) this.jar.delete(name)
    else this.jar.set(name, value)
  }
}
