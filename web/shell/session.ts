/**
 * Who is signed in on this device.
 *
 *   checking ──a token──▶ opening ──the server's welcome──▶ in ──signed out, or not believed any more──▶ out
 *      └──none──▶ out ──signed in──▶ checking
 *
 * The first token decides. The client itself (with the realtime SDK) is loaded only when there is somebody to connect.
 */
import { Auth, type About } from '../../client/auth'
import type { Client } from '../../client/client'
import { SignedOut } from '../../client/signed-out'
import type { Outbox } from '../../client/outbox'
import { Store } from '../../client/store'
import { recall, remember } from './device'
import { lang } from './settings'

export interface SignedIn {
  client: Client
  outbox: Outbox
  close(): void
}

export type Session =
  | { state: 'checking'; trouble?: boolean }
  | { state: 'in'; in: SignedIn }
  | { state: 'out'; expired: boolean; about: About | undefined }

export const auth = new Auth({ origin: '', lang: () => lang.get() })
const aboutPatienceMs = 1500
export const session = new Store<Session>({ state: 'checking' })

/** Whoever takes the device next must not be told what was for the one before. That it can't be done keeps nobody in. */
async function leaveDevice(client: Client): Promise<void> {
  const { letGo } = await import('../inbox/push')
  await letGo(client)
}

/** Looks whether this device is signed in and connects. Tries until that is known. */
export async function openSession(): Promise<void> {
  session.set({ state: 'checking' })
  const wasIn = recall('in') === '1'
  // Someone who was here before most likely still is: load what that takes meanwhile.
  if (wasIn) void import('./open')
  for (let attempt = 0; ; attempt++) {
    try {
      // Whoever is new here has no session: a question that can be answered with no comes first then.
      // What the sign-in shows comes with it, so that nothing moves under a finger.
      if (!wasIn) void learnAbout()
      if (!wasIn && !(await auth.isSignedIn())) return await closed(false)
      const token = await auth.token()
      const { open } = await import('./open')
      const opened = await open(token)
      remember('in', '1')
      watch(opened)
      return session.set({ state: 'in', in: opened })
    } catch (error) {
      if (error instanceof SignedOut) return await closed(wasIn)
      session.set({ state: 'checking', trouble: true })
      await new Promise((resolve) => setTimeout(resolve, Math.min(5000, 250 * 2 ** attempt) * (0.5 + Math.random())))
    }
  }
}

export async function signOut(): Promise<void> {
  const now = session.get()
  if (now.state === 'in') await leaveDevice(now.in.client)
  await auth.signOut()
  if (now.state === 'in') now.in.close()
  await closed(false)
}

function watch(signedIn: SignedIn): void {
  const { status } = signedIn.client.connection
  const leave = status.subscribe(() => {
    const { phase, ended } = status.get()
    if (phase !== 'ended' || ended === 'closed') return
    if (ended !== 'signed_out') return
    leave()
    signedIn.close()
    void closed(true)
  })
}

async function closed(expired: boolean): Promise<void> {
  remember('in', undefined)
  session.set({ state: 'out', expired, about: await learnAbout() })
}

let learning: Promise<About | undefined> | undefined
/** Asked once. A sign-in without it is better than none. */
const learnAbout = (): Promise<About | undefined> =>
  (learning ??= Promise.race([
    auth.about().catch(() => undefined),
    new Promise<undefined>((resolve) => setTimeout(resolve, aboutPatienceMs)),
  ]).then((about) => {
    if (!about || about.demoSoon) learning = undefined
    return about
  }))
