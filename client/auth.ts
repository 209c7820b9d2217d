/** Signing in and out, over HTTP: the answers set the session's cookie, which the other doors then take. */
import type { Code, Lang } from '../protocol/errors'
import type { Role } from '../protocol/roles'
import { CallError } from './errors'
import { SignedOut } from './signed-out'

export interface AuthOptions {
  /** `https://campus.example`, or empty in a page of that origin. */
  origin: string
  /** Of the server's sentences. */
  lang(): Lang
  fetch?: typeof fetch
}

export interface About {
  /** A forgotten password can be set by a link that is mailed. */
  mails: boolean
  /** A demonstration: one may come in as anybody. */
  demo: boolean
  /** It will be one in a moment: ask again. */
  demoSoon?: boolean
}

export class Auth {
  constructor(private readonly options: AuthOptions) {}

  guest(name: string): Promise<void> {
    return this.post('sign-in/anonymous', { name })
  }

  signIn(email: string, password: string): Promise<void> {
    return this.post('sign-in/email', { email, password })
  }

  /** In a demonstration: as one of its made-up people. */
  demo(role: string): Promise<void> {
    return this.signIn(`${role}@demo.alun.invalid`, 'alun-demo')
  }

  signUp(name: string, email: string, password: string): Promise<void> {
    return this.post('sign-up/email', { name, email, password })
  }

  /** Makes the first admin, with the one-time token of the setup link. */
  setup(token: string, name: string, email: string, password: string): Promise<void> {
    return this.post('setup', { token, name, email, password, lang: this.options.lang() })
  }

  /** What a page may know before anybody is here. */
  about(): Promise<About> {
    return this.request('about') as Promise<About>
  }

  /** What an invitation says. @throws CallError `not_found` when it is over */
  invitation(token: string): Promise<{ role: Role; class?: string; by: string }> {
    return this.request(`invite?token=${encodeURIComponent(token)}`) as ReturnType<Auth['invitation']>
  }

  /** Takes an invitation up, as whoever this browser's session is of. */
  join(token: string): Promise<void> {
    return this.post('../people/join', { token })
  }

  /** Has a link mailed by which a password is set anew. Says nothing about whether there is such an account. */
  forgot(email: string): Promise<void> {
    return this.post('forgot', { email, lang: this.options.lang() })
  }

  /** Whose password a link sets. @throws CallError `forbidden` when it is over */
  resetLink(token: string): Promise<{ name: string }> {
    return this.request(`reset-link?token=${encodeURIComponent(token)}`) as Promise<{ name: string }>
  }

  /** Sets a password by a one-time link, and signs in. */
  reset(token: string, password: string): Promise<void> {
    return this.post('reset', { token, password })
  }

  /** All other sessions end. */
  changePassword(currentPassword: string, newPassword: string): Promise<void> {
    return this.post('change-password', { currentPassword, newPassword })
  }

  /** The id of this browser's session, if there is one. */
  async sessionId(): Promise<string | undefined> {
    return ((await this.request('get-session')) as { session: { id: string } } | null)?.session.id
  }

  signOut(): Promise<void> {
    return this.post('sign-out', {})
  }

  /** Whether there is a session. Asking is no failure, whatever the answer. @throws CallError */
  async isSignedIn(): Promise<boolean> {
    return (await this.request('get-session')) !== null
  }

  /** A token that every node verifies by itself, without the database. @throws SignedOut, CallError */
  async token(): Promise<string> {
    try {
      const { token } = (await this.request('token')) as { token: string }
      return token
    } catch (error) {
      if (error instanceof CallError && error.code === 'unauthenticated') throw new SignedOut()
      throw error
    }
  }

  private async post(path: string, body: object): Promise<void> {
    await this.request(path, { method: 'POST', body: JSON.stringify(body) })
  }

  private async request(path: string, init: RequestInit = {}): Promise<unknown> {
    const { origin, lang, fetch: ask = fetch } = this.options
    const headers = { 'content-type': 'application/json', 'accept-language': lang() }
    let response: Response
    try {
      response = await ask(`${origin}/api/auth/${path}`, { ...init, headers, credentials: 'include' })
    } catch {
      throw new CallError('unavailable')
    }
    const answer: unknown = await response.json().catch(() => null)
    if (response.ok) return answer
    const { code, detail } = (answer ?? {}) as { code?: Code; detail?: string }
    throw new CallError(code ?? (response.status === 401 ? 'unauthenticated' : 'internal'), detail)
  }
}
