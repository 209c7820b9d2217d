/** The nodes, asked each second, with the two minutes behind them. */
import type { Client } from '../../client/client'
import { Store } from '../../client/store'
import type { NodeFigures } from '../../services/watch/model'

export interface Row extends Omit<NodeFigures, 'state'> {
  state: NodeFigures['state'] | 'gone'
}

export interface Moment {
  /** Seconds since 1970. */
  at: number
  requests: number
  p95Ms: number
  connections: number
  deliveries: number
}

export interface Watched {
  rows?: readonly Row[]
  leader?: string | undefined
  history: readonly Moment[]
  error?: unknown
}

const everyMs = 1000
const keptMoments = 120
/** A node that is gone stays on the screen for so long. */
const goneShownMs = 20_000

export class Watch {
  readonly store = new Store<Watched>({ history: [] })
  private readonly stop = new AbortController()
  private readonly lastSeen = new Map<string, { row: Row; atMs: number }>()

  constructor(private readonly client: Client) {
    void this.follow()
  }

  close(): void {
    this.stop.abort()
  }

  private async follow(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const begun = performance.now()
      if (document.visibilityState === 'visible') await this.look()
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, everyMs - (performance.now() - begun))))
    }
  }

  private async look(): Promise<void> {
    try {
      const { nodes, leader } = await this.client.query('watch.nodes', {}, { signal: this.stop.signal })
      const rows = this.withGone(nodes)
      this.store.update(({ history }) => ({
        rows,
        leader,
        history: [...history, momentOf(nodes, Date.now() / 1000)].slice(-keptMoments),
      }))
    } catch (error) {
      if (!this.stop.signal.aborted) this.store.update((value) => ({ ...value, error }))
    }
  }

  private withGone(nodes: readonly NodeFigures[]): Row[] {
    const now = performance.now()
    for (const row of nodes) this.lastSeen.set(row.id, { row, atMs: now })
    for (const [id, { atMs }] of this.lastSeen) if (now - atMs > goneShownMs) this.lastSeen.delete(id)
    return [...this.lastSeen.values()]
      .map(({ row, atMs }): Row => (atMs === now ? row : { ...row, state: 'gone' }))
      .sort((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true }))
  }
}

/** Pure. All nodes together; of the times, the slowest node's. */
export function momentOf(nodes: readonly Pick<NodeFigures, 'connections' | 'figures'>[], at: number): Moment {
  const sum = (of: (node: (typeof nodes)[number]) => number): number => nodes.reduce((all, node) => all + of(node), 0)
  return {
    at,
    requests: sum(({ figures }) => figures?.requests ?? 0),
    p95Ms: Math.max(0, ...nodes.map(({ figures }) => figures?.p95Ms ?? 0)),
    connections: sum(({ connections }) => connections),
    deliveries: sum(({ figures }) => figures?.deliveries ?? 0),
  }
}
