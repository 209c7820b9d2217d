/** A visit to an installation from outside, as its public record is open to: with a token, else as a guest. */
import { StartFailure } from '../../cluster/failure'

/** @returns what asks for a path. @throws StartFailure in one line when nobody answers as they should. */
export async function visitor(url: string, token: unknown): Promise<(path: string) => Promise<Response>> {
  const headers = { authorization: `Bearer ${typeof token === 'string' ? token : await guestToken(url)}` }
  return async (path) => {
    const response = await asked(url, path, { headers })
    if (response.ok || response.status === 404) return response
    throw new StartFailure(`${url} answered ${response.status} to ${path.split('?')[0]}`)
  }
}

async function guestToken(url: string): Promise<string> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"alun"}' }
  const entered = await asked(url, '/api/auth/sign-in/anonymous', init)
  const cookie = entered.headers.getSetCookie().map((one) => one.split(';')[0])
  const response = await asked(url, '/api/auth/token', { headers: { cookie: cookie.join('; ') } })
  if (!response.ok) throw new StartFailure(`${url} lets no guest in (${entered.status}): give a --token`)
  return ((await response.json()) as { token: string }).token
}

async function asked(url: string, path: string, init: RequestInit): Promise<Response> {
  const failed = (error: unknown): never => {
    throw new StartFailure(`${url} does not answer: ${(error as Error).message}`)
  }
  if (!URL.canParse(path, url)) return failed(new Error('that is no address'))
  return fetch(new URL(path, url), { ...init, signal: AbortSignal.timeout(20_000) }).catch(failed)
}
