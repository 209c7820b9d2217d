/**
 * One drop as one person sees it: the drop live, their own claims, and the press of the button.
 *
 *   idle ──press──▶ asking ──an answer──▶ told ──press──▶ asking
 *                     └──no answer for a while──▶ checking ──the true answer──▶ told
 *                     └──refused────────────────────────────────────────────▶ refused
 *
 * A press is an intent with a key that this device keeps until it is answered: whatever happens in between (a node that
 * dies, a lift, a page that is loaded anew), the same key is asked for again, and its answer is the true one.
 */
import type { Client } from '../../client/client'
import { CallError } from '../../client/errors'
import { newKey } from '../../client/key'
import type { Live } from '../../client/live'
import { Store } from '../../client/store'
import type { TopicEvent } from '../../client/topic'
import { apply, topicOf, type Claim, type Claimed, type Drop, type Entered } from '../../services/drops/model'
import { recall, remember } from '../shell/device'
import { waitOf, type Wait } from './wait'

export type Press =
  | { state: 'idle' }
  | { state: 'asking' | 'checking' }
  | { state: 'told'; verdict: Claimed['verdict'] | Entered['verdict']; node: string }
  | { state: 'refused'; error: CallError }

interface Seen {
  drop: Drop
  mayManage: boolean
}

export interface Own {
  claims: readonly Claim[]
  /** In a lobby that isn't drawn yet. */
  entered: boolean
  /** Who one is on the public record. */
  who: string | undefined
}

interface Intent {
  key: string
  what: 'claim' | 'enter'
  quantity: number
  nonce?: string
}

/** After this long without an answer the page says that it is checking. */
const patienceMs = 1500
/** Opening is a matter of milliseconds there, and of a clock here: who was a moment early is asked once more. */
const earlyMs = 3000
const againMs = 250
/** How soon those in the line look again when others moved; each at another time, for they all hear it at once. */
const lookAfterMs = { least: 300, spread: 1200 }

export class Sale {
  readonly live: Live<Seen>
  readonly own = new Store<Own | undefined>(undefined)
  readonly press = new Store<Press>({ state: 'idle' })
  private readonly closing: (() => void)[] = []
  private readonly stopped = new AbortController()
  private asking: Promise<void> | undefined
  private askAgain = false
  private looking: ReturnType<typeof setTimeout> | undefined

  constructor(
    readonly client: Client,
    readonly id: string,
  ) {
    this.live = client.live<Seen>({
      topic: topicOf(id),
      query: async () => {
        const { drop, mayManage, position } = await client.query('drops.get', { drop: id })
        return { state: { drop, mayManage }, position }
      },
      apply: (state, event) => ({ ...state, ...apply(state, event) }),
      onEvent: (event) => this.heard(event),
    })
    const again = (): void => void this.refresh()
    this.closing.push(
      () => this.live.close(),
      () => this.stopped.abort(),
      () => clearTimeout(this.looking),
      client.connection.onInbox({
        event: (event) => (event as { drop?: string }).drop === id && again(),
        reset: again,
      }),
    )
    again()
    const kept = this.recalled()
    if (kept) void this.ask(kept)
  }

  close(): void {
    for (const close of this.closing) close()
  }

  /** Milliseconds by the server's clock. */
  readonly now = (): number => this.client.connection.nowMs()

  /** A new intent, unless one is under way. */
  claim(quantity: number): void {
    this.begin({ key: newKey(), what: 'claim', quantity })
  }

  /** With a nonce of this device's own: a share in the shuffle that nobody else could know. */
  enter(quantity: number): void {
    const nonce = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0'))
    this.begin({ key: newKey(), what: 'enter', quantity, nonce: nonce.join('') })
  }

  /** @throws CallError */
  async change(what: 'confirm' | 'release' | 'decline', claim: string): Promise<void> {
    await this.client.command(`drops.${what}`, { claim }, { key: `${what}:${claim}` })
    await this.refresh()
  }

  private begin(intent: Intent): void {
    const { state } = this.press.get()
    if (state === 'asking' || state === 'checking') return
    remember(this.place, JSON.stringify(intent))
    void this.ask(intent)
  }

  private async ask(intent: Intent): Promise<void> {
    this.press.set({ state: 'asking' })
    const timer = setTimeout(() => this.press.set({ state: 'checking' }), patienceMs)
    try {
      const { verdict, node } = await this.answered(intent)
      await this.refresh()
      this.press.set({ state: 'told', verdict, node })
      remember(this.place, undefined)
    } catch (error) {
      if (this.stopped.signal.aborted) return
      const known = error instanceof CallError ? error : new CallError('internal')
      if (known.code !== 'ended') remember(this.place, undefined)
      this.press.set({ state: 'refused', error: known })
    } finally {
      clearTimeout(timer)
    }
  }

  private async answered({
    key,
    what,
    ...input
  }: Intent): Promise<{ verdict: Claimed['verdict'] | Entered['verdict']; node: string }> {
    const asked = { drop: this.id, ...input }
    const options = { key, signal: this.stopped.signal }
    for (const begunMs = Date.now(); ;) {
      const answer = await this.client.command(what === 'claim' ? 'drops.claim' : 'drops.enter', asked, options)
      const opensAt = Date.parse(this.live.store.get().state?.drop.opensAt ?? '')
      const early = answer.verdict === 'not_open' && Math.abs(this.now() - opensAt) < earlyMs
      if (!early || Date.now() - begunMs > earlyMs) return answer
      await new Promise((resolve) => setTimeout(resolve, againMs))
    }
  }

  /** One question at a time, and once more if something happened meanwhile. */
  private refresh(): Promise<void> {
    this.askAgain = this.asking !== undefined
    this.asking ??= this.readOwn().finally(() => {
      this.asking = undefined
      if (this.askAgain && !this.stopped.signal.aborted) void this.refresh()
    })
    return this.asking
  }

  private async readOwn(): Promise<void> {
    try {
      const { claims, entries, who } = await this.client.query(
        'drops.mine',
        { drop: this.id },
        { signal: this.stopped.signal },
      )
      this.own.set({ claims, entered: entries.length > 0, who: who[this.id] })
    } catch {
      // It is read again with the next event; the drop itself tells of trouble.
    }
  }

  /** Another device of this person's acted, or the line moved on. */
  private heard({ kind, data }: TopicEvent): void {
    const own = this.own.get()
    const isMine = own?.who !== undefined && (data as { who?: unknown }).who === own.who
    const waits = own?.claims.some(({ state }) => state === 'waiting')
    if (isMine || kind === 'drawn') void this.refresh()
    else if (waits && movesLine.has(kind)) this.lookSoon()
  }

  private lookSoon(): void {
    this.looking ??= setTimeout(
      () => {
        this.looking = undefined
        void this.refresh()
      },
      lookAfterMs.least + Math.random() * lookAfterMs.spread,
    )
  }

  /** What is to be said of the wait. Kept on this device: a page that is loaded anew owes the same explanations. */
  wait(claim: Claim, drop: Drop): Wait | undefined {
    const name = `wait.${this.id}`
    const kept = recall(name)
    const wait = waitOf(claim, drop, parsed<Wait>(kept))
    const text = wait && JSON.stringify(wait)
    if (text !== kept) remember(name, text)
    return wait
  }

  private get place(): string {
    return `press.${this.id}`
  }

  private recalled(): Intent | undefined {
    return parsed<Intent>(recall(this.place))
  }
}

/** What others do that changes when it is one's turn. */
const movesLine: ReadonlySet<string> = new Set(['offered', 'released', 'declined', 'expired', 'sold', 'restocked'])

function parsed<T>(text: string | undefined): T | undefined {
  try {
    return JSON.parse(text ?? '') as T
  } catch {
    return undefined
  }
}
