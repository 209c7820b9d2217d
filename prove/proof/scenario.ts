/** What a scenario is, and what scenarios share: people who work until they are told to stop, and an end in peace. */
import type { Random } from '../testing/random'
import { until } from '../testing/until'
import type { Arena } from './arena'
import { Client, type Person } from './clients'
import type { FaultKind, History } from './history'

export interface Stage {
  arena: Arena
  history: History
  random: Random
  /** Tells apart what several rounds leave in one database. */
  round: string
  /** For how long people work. */
  lastingMs: number
}

/** People at work. */
export interface Work {
  /** Nobody begins anything new; resolves when what was begun is answered. */
  stop(): Promise<void>
  /** Waits until all has arrived, and reads back what there is. */
  finish(): Promise<void>
}

export interface Scenario {
  name: string
  /** In one sentence. */
  what: string
  faults: readonly FaultKind[]
  /** So many more of these, chosen by the seed. */
  some?: { of: readonly FaultKind[]; count: number }
  lastingMs: number
  /** Begins when all is read back that was played before it: people of the same names are among them. */
  apart?: true
  /** Resolves once people are at work. */
  begin(stage: Stage): Promise<Work>
}

/** Waits for all, and then fails as the first that did: what fails early must not end the proof, nor go unseen. */
export function allOf(work: readonly Promise<unknown>[]): () => Promise<void> {
  const ended = Promise.allSettled(work)
  return async () => {
    const failed = (await ended).find((one) => one.status === 'rejected')
    if (failed) throw failed.reason
  }
}

/** Several kinds of people at the same time, whose work begins, stops and ends together. */
export async function together(stage: Stage, parts: readonly ((stage: Stage) => Promise<Work>)[]): Promise<Work> {
  const begun = await Promise.allSettled(parts.map((part) => part(stage)))
  const works = begun.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const stop = (): Promise<void> => allOf(works.map((work) => work.stop()))()
  const failed = begun.find((one) => one.status === 'rejected')
  if (!failed) return { stop, finish: () => allOf(works.map((work) => work.finish()))() }
  // Who has begun must not go on by themselves.
  await stop()
  throw failed.reason
}

/** Does something again and again until it is stopped. */
export class Worker {
  private working = true
  private readonly ended: () => Promise<void>

  constructor(step: (nth: number) => Promise<void>) {
    this.ended = allOf([this.work(step)])
  }

  private async work(step: (nth: number) => Promise<void>): Promise<void> {
    for (let nth = 0; this.working; nth++) await step(nth)
  }

  async stop(): Promise<void> {
    this.working = false
    await this.ended()
  }
}

/** One of so many comes through the bad network. */
const farEvery = 3

export const clientsOf = ({ arena, history }: Stage, people: readonly Person[], label?: string): Client[] =>
  people.map((person, nth) => new Client(arena, history, person, label, nth % farEvery === farEvery - 1))

const settleMs = 10_000

/**
 * Reads each topic's log and waits until all followers have reached its end. Who hasn't after a while is left to the
 * judges.
 */
export async function settle(observer: Client, followers: readonly Client[], topics: readonly string[]): Promise<void> {
  const one = async (topic: string): Promise<void> => {
    const { head } = await observer.final(topic)
    const reached = (): boolean => followers.every(({ last }) => !last.has(topic) || last.get(topic)! >= head)
    await until(reached, { what: 'all to have arrived', timeoutMs: settleMs }).catch(() => undefined)
  }
  await Promise.all(topics.map(one))
}

/** @throws when it was refused: without it the scenario means nothing. */
export async function mustDo(
  client: Client,
  method: string,
  key: string,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const settled = await client.surely(method, key, input)
  if (settled.outcome === 'ok') return settled.output
  throw new Error(`${method} was not done: ${settled.outcome === 'refused' ? settled.code : 'no answer'}`)
}
