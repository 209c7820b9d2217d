/**
 * What other services made for the made-up campus, after it was cleared: each is put away in the way that its service has
 * for it. Nothing real is touched: what is listed was marked when it was made.
 */
import type { Runs } from './seed'

export interface Thing {
  kind: string
  id: string
}

const reason = 'demo'
/** How each is put away, by the command that made it. */
const ways: Record<string, { name: string; input(id: string): object }> = {
  'discussion.post': { name: 'discussion.remove', input: (message) => ({ message, reason }) },
  'discussion.create': { name: 'discussion.change', input: (channel) => ({ channel, archived: true }) },
  'reports.submit': { name: 'reports.reject', input: (report) => ({ report, reason }) },
  'attendance.open': { name: 'attendance.close', input: (session) => ({ session }) },
  'drops.create': { name: 'drops.pause', input: (drop) => ({ drop }) },
}

/** Messages before the channel that they are in. */
const order = Object.keys(ways)

/** Puts things away. Where a service refuses, it is told once and left. */
export async function putAway(runs: Runs, things: readonly Thing[], refused: (error: unknown) => void): Promise<void> {
  for (const { kind, id } of things.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))) {
    const way = ways[kind]
    if (!way || !runs.has(way.name)) continue
    await runs.perform(way.name, { ...way.input(id), key: `demo-clear:${kind}:${id}` }).catch(refused)
  }
}
