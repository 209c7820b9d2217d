/**
 * Reports that are on their way: kept on this device with their photos until the server has said their number. A flat
 * battery, a lift or a closed page delay a report and never double it: photos and report have keys of their own.
 *
 *   waiting ──▶ sending ──answered──▶ sent ──▶ (gone from the device)
 *      ▲           └──unreachable──┘  └──refused──▶ refused ──again──▶ waiting, or discarded
 */
import type { Client } from '../../client/client'
import { CallError } from '../../client/errors'
import { newKey } from '../../client/key'
import type { ReportInput } from '../../client/methods/reports'
import { Store } from '../../client/store'
import { upload } from '../../client/upload'
import type { SignedIn } from '../shell/session'
import { lang } from '../shell/settings'
import { userOf } from './rights'
import { shelf } from './shelf'

export interface Draft {
  key: string
  user: string
  input: Omit<ReportInput, 'photos'>
  photos: Blob[]
  state: 'waiting' | 'sending' | 'sent' | 'refused'
  /** Why it was refused, in the server's words. */
  sentence?: string
  answer?: { id: string; number: number; receipt: string }
}

const known = new WeakMap<SignedIn, Drafts>()

export type { Drafts }

/** Those of whoever is signed in: one for all pages, so that sending goes on while one looks elsewhere. */
export function draftsOf(signedIn: SignedIn): Drafts {
  const drafts = known.get(signedIn) ?? new Drafts(signedIn.client, userOf(signedIn) ?? '')
  known.set(signedIn, drafts)
  return drafts
}

const firstPauseMs = 500
const longestPauseMs = 15_000

class Drafts {
  readonly items = new Store<readonly Draft[]>([])
  private readonly stopped = new AbortController()

  constructor(
    private readonly client: Client,
    private readonly user: string,
  ) {
    void this.takeUp()
  }

  /** Keeps it on the device first. @returns its key. */
  async add(input: Draft['input'], photos: readonly Blob[]): Promise<string> {
    const draft: Draft = { key: newKey(), user: this.user, input, photos: [...photos], state: 'waiting' }
    this.items.update((items) => [draft, ...items])
    await shelf.put(draft).catch(() => undefined)
    void this.send(draft.key)
    return draft.key
  }

  again(key: string): void {
    this.change(key, { state: 'waiting' })
    void this.send(key)
  }

  discard(key: string): void {
    this.items.update((items) => items.filter((item) => item.key !== key))
    void shelf.remove(key).catch(() => undefined)
  }

  private async takeUp(): Promise<void> {
    const left = await shelf.load(this.user).catch(() => [])
    this.items.update((items) => [...items, ...left.filter(({ key }) => !items.some((item) => item.key === key))])
    for (const { key, state } of left) if (state !== 'refused') void this.send(key)
  }

  private async send(key: string): Promise<void> {
    for (let pauseMs = firstPauseMs; !this.stopped.signal.aborted; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      const draft = this.items.get().find((item) => item.key === key)
      if (!draft || draft.state === 'sent') return
      this.change(key, { state: 'sending' })
      const outcome = await this.trySending(draft)
      if (outcome) return this.settle(key, outcome)
      this.change(key, { state: 'waiting' })
      await reachable(pauseMs, this.stopped.signal)
    }
  }

  /** Nothing: the server couldn't be reached. */
  private async trySending({ key, input, photos }: Draft): Promise<Partial<Draft> | undefined> {
    const { signal } = this.stopped
    try {
      const ids: string[] = []
      for (const [nth, photo] of photos.entries()) {
        ids.push(await upload(photo, { name: `${nth + 1}.jpg`, key: `${key}-${nth}`, lang: lang.get(), signal }))
      }
      const answer = await this.client.command(
        'reports.submit',
        { ...input, photos: ids },
        { key, signal, patient: true },
      )
      return { state: 'sent', answer }
    } catch (error) {
      if (!(error instanceof CallError) || error.code === 'unavailable' || error.code === 'overloaded') return undefined
      // Signed out: what is left is taken up when this person is here again.
      if (error.code === 'ended') this.stopped.abort()
      if (error.code === 'ended' || error.code === 'limited') return undefined
      return { state: 'refused', ...(error.sentence ? { sentence: error.sentence } : {}) }
    }
  }

  private settle(key: string, outcome: Partial<Draft>): void {
    this.change(key, outcome)
    const draft = this.items.get().find((item) => item.key === key)
    if (outcome.state === 'sent') void shelf.remove(key).catch(() => undefined)
    else if (draft) void shelf.put(draft).catch(() => undefined)
  }

  private change(key: string, change: Partial<Draft>): void {
    this.items.update((items) => items.map((item) => (item.key === key ? { ...item, ...change } : item)))
  }
}

/** After a pause, or as soon as the device says that it has a network again. */
function reachable(pauseMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      removeEventListener('online', done)
      resolve()
    }
    const timer = setTimeout(done, pauseMs)
    addEventListener('online', done)
    signal.addEventListener('abort', done, { once: true })
  })
}
