/**
 * One person's check at one session: the session as they may see it, their own records, and the press of the button.
 *
 *   idle ──press──▶ asking ──an answer──▶ told ──press──▶ asking
 *                     └──no answer for a while──▶ checking ──the true answer──▶ told
 *                     └──refused by the server─────────────────────────────▶ failed
 *
 * A press is an intent with a key that this device keeps until it is answered: whatever happens in between (a node that
 * dies, a lift, a page that is loaded anew), the same key is asked for again, and its answer is the true one.
 */
import type { Client } from '../../client/client'
import { CallError } from '../../client/errors'
import { newKey } from '../../client/key'
import type { InputOf, OutputOf } from '../../client/methods'
import { Store } from '../../client/store'
import type { Checked, Direction } from '../../services/attendance/model'
import { recall, remember } from '../shell/device'
import { askNetwork, askPosition, keptTicket } from './proofs'

export type Seen = OutputOf<'attendance.get'>

export type Press =
  | { state: 'idle' }
  | { state: 'asking' | 'checking'; direction: Direction }
  | { state: 'told'; answer: Checked & { node: string } }
  | { state: 'failed'; error: CallError }

type Intent = InputOf<'attendance.check'> & { key: string }

export interface Wanted {
  direction: Direction
  /** As typed; a scan's ticket is known here. */
  code: string
  usePosition: boolean
}

/** After this long without an answer the page says that it is asking again. */
const patienceMs = 1500

export class CheckIn {
  readonly seen = new Store<{ value?: Seen; error?: unknown }>({})
  readonly press = new Store<Press>({ state: 'idle' })
  /** The browser was asked for the position and gave none. */
  readonly denied = new Store(false)
  private readonly stopped = new AbortController()
  private readonly stopInbox: () => void

  constructor(
    private readonly client: Client,
    readonly id: string,
  ) {
    const again = (): void => void this.refresh()
    this.stopInbox = client.connection.onInbox({
      event: (event) => (event as { session?: string }).session === id && again(),
      reset: again,
    })
    again()
    const kept = this.recalled()
    if (kept) void this.ask(kept)
  }

  close(): void {
    this.stopInbox()
    this.stopped.abort()
  }

  /** A new intent, unless one is under way. */
  async check({ direction, code, usePosition }: Wanted): Promise<void> {
    const { state } = this.press.get()
    if (state === 'asking' || state === 'checking') return
    this.press.set({ state: 'asking', direction })
    const network = this.seen.get().value?.session.rules.network?.length
    const [position, proof] = await Promise.all([
      usePosition ? askPosition() : undefined,
      network ? askNetwork(this.id) : undefined,
    ])
    this.denied.set(usePosition && position === undefined)
    const given = code.trim() || keptTicket(this.id)
    const intent: Intent = {
      ...{ key: newKey(), session: this.id, direction, capturedAt: new Date().toISOString() },
      ...(position ? { position } : {}),
      ...(given ? { code: given } : {}),
      ...(proof ? { network: proof } : {}),
    }
    remember(this.place, JSON.stringify(intent))
    await this.ask(intent)
  }

  private async ask({ key, ...input }: Intent): Promise<void> {
    const { direction } = input
    this.press.set({ state: 'asking', direction })
    const timer = setTimeout(() => this.press.set({ state: 'checking', direction }), patienceMs)
    try {
      const answer = await this.client.command('attendance.check', input, { key, signal: this.stopped.signal })
      remember(this.place, undefined)
      this.press.set({ state: 'told', answer })
      await this.refresh()
    } catch (error) {
      if (this.stopped.signal.aborted) return
      const known = error instanceof CallError ? error : new CallError('internal')
      if (known.code !== 'ended') remember(this.place, undefined)
      this.press.set({ state: 'failed', error: known })
    } finally {
      clearTimeout(timer)
    }
  }

  private async refresh(): Promise<void> {
    try {
      const value = await this.client.query('attendance.get', { session: this.id }, { signal: this.stopped.signal })
      this.seen.set({ value })
    } catch (error) {
      if (!this.stopped.signal.aborted) this.seen.update((before) => ({ ...before, error }))
    }
  }

  private get place(): string {
    return `check.${this.id}`
  }

  private recalled(): Intent | undefined {
    try {
      return JSON.parse(recall(this.place) ?? '') as Intent
    } catch {
      return undefined
    }
  }
}
