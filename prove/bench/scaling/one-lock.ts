/**
 * A simulation of the one thing that more nodes do not make faster: a drop's row is one lock. Each node has one batch of
 * claims under way and gathers the next meanwhile; a batch waits for the lock, holds it for a time that has a fixed part
 * (the commit) and a part for each claim, and is answered. What doesn't fit in a node's queue is told to come again.
 */
export interface Crowd {
  nodes: number
  /** Claims that reach the database's lock, all nodes together. */
  claimsPerSecond: number
  forMs: number
}

export interface Costs {
  /** Of each batch while it holds the lock: the round trips and the commit. */
  batchMs: number
  /** Of each claim in it. */
  claimMs: number
  /** How many a node lets wait, and how many go into one batch. */
  queue: number
  batch: number
}

export interface Served {
  servedPerSecond: number
  refusedPerSecond: number
  meanBatch: number
  /** From a claim's coming to its answer. */
  waitMs: { p50: number; p99: number }
}

interface Node {
  waiting: number[]
  wantsLock: boolean
}

/** Deterministic: claims come evenly, and nodes take turns in the order in which they asked. */
export function serve({ nodes, claimsPerSecond, forMs }: Crowd, { batchMs, claimMs, queue, batch }: Costs): Served {
  const all: Node[] = Array.from({ length: nodes }, () => ({ waiting: [], wantsLock: false }))
  const turns: Node[] = []
  const waits: number[] = []
  const everyMs = 1000 / claimsPerSecond
  let [batches, refused, next, lockFreeAt] = [0, 0, 0, 0]
  const come = (until: number): void => {
    for (; next * everyMs <= until && next * everyMs < forMs; next++) {
      const node = all[next % nodes]!
      if (node.waiting.length >= queue) refused++
      else node.waiting.push(next * everyMs)
      if (node.wantsLock || node.waiting.length === 0) continue
      node.wantsLock = true
      turns.push(node)
    }
  }
  for (;;) {
    come(lockFreeAt)
    const node = turns.shift()
    if (!node) {
      if (next * everyMs >= forMs) break
      lockFreeAt = next * everyMs
      continue
    }
    const together = node.waiting.splice(0, batch)
    lockFreeAt += batchMs + claimMs * together.length
    for (const since of together) waits.push(lockFreeAt - since)
    batches++
    come(lockFreeAt)
    node.wantsLock = node.waiting.length > 0
    if (node.wantsLock) turns.push(node)
  }
  waits.sort((a, b) => a - b)
  const part = (p: number): number => Math.round((waits[Math.floor(waits.length * p)] ?? 0) * 10) / 10
  return {
    servedPerSecond: Math.round(waits.length / (Math.max(lockFreeAt, forMs) / 1000)),
    refusedPerSecond: Math.round(refused / (forMs / 1000)),
    meanBatch: Math.round((waits.length / Math.max(1, batches)) * 10) / 10,
    waitMs: { p50: part(0.5), p99: part(0.99) },
  }
}
