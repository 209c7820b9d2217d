/** How the bots of a demonstration come in: like anybody, by a token, through the public door of whichever node takes it. */
import { mint } from '../../edge/sessions'
import { codes, Refusal, refuse, type Code } from '../../protocol/errors'
import type { Actor } from '../../protocol/roles'
import type { NodeConfig } from '../config'

const tokenSeconds = 600
/** A node that was killed is replaced long before. */
const patienceMs = 30_000
const againMs = 250

export type Ask = (actor: Actor, method: string, input: object) => Promise<Record<string, unknown>>

/** @returns a way to ask with the same input until there is an answer. It throws the refusal that it is given. */
export function outside({ port, tls, secret }: Pick<NodeConfig, 'port' | 'tls' | 'secret'>): Ask {
  const base = `${tls ? 'https' : 'http'}://127.0.0.1:${port}/api/`
  return async (actor, method, input) => {
    const { token } = await mint(secret, actor, tokenSeconds, Date.now())
    const request = {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(input),
      // A connection of its own, so that any node may take it.
      keepalive: false,
      // Our own door on this machine: the certificate names the address that others use.
      tls: { rejectUnauthorized: false },
    }
    for (const until = performance.now() + patienceMs; performance.now() < until;) {
      const answer = await fetch(base + method.replace('.', '/'), request).catch(() => undefined)
      if (answer?.ok) return (await answer.json()) as Record<string, unknown>
      if (answer && answer.status < 500 && answer.status !== 429) throw await refusalOf(answer)
      await new Promise((resolve) => setTimeout(resolve, againMs * (0.5 + Math.random())))
    }
    throw refuse.unavailable()
  }
}

async function refusalOf(answer: Response): Promise<Refusal> {
  const { code, detail } = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string }
  const known = code !== undefined && Object.hasOwn(codes, code) ? (code as Code) : 'invalid'
  const text = detail ?? `HTTP ${answer.status}`
  return new Refusal(known, { en: text, id: text })
}
