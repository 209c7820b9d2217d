/** Plays scenarios in an arena while things break on a schedule, and has the history judged. */
import { random, type Random } from '../testing/random'
import type { Arena } from './arena'
import { breakAll, pause, watchDeaths } from './breaking'
import { judge } from './checkers'
import { schedule, tell, whyNot, type Planned } from './faults'
import { History, type FaultKind } from './history'
import type { Scenario } from './scenario'
import { conclude, type Conclusion, type Verdict } from './verdict'

export interface RunOptions {
  seed: number
  scenarios: readonly Scenario[]
  historyFile?: string | undefined
  /** At most so many faults in each scenario. */
  mostFaults?: number | undefined
  /** In place of those that the scenario has, where anything is broken in it. */
  onlyFaults?: readonly FaultKind[] | undefined
  say(line: string): void
  onHistory?(history: History): void
  /** Nothing more is begun or broken then; what there is, is read back and judged. */
  signal?: AbortSignal | undefined
}

export interface Played {
  name: string
  what: string
  start: number
  end: number
  /** The schedule, in words. */
  faults: string[]
  /** What was broken, and for how long. */
  broke: string[]
  /** What can't be broken here, and why. */
  skipped: string[]
  /** Why it could not be played to its end. */
  failure?: string
}

export interface Run {
  seed: number
  startedAt: number
  played: Played[]
  verdicts: Verdict[]
  history: History
}

export const conclusionOf = ({ verdicts, played }: Run): Conclusion =>
  conclude(
    verdicts,
    played.flatMap(({ name, failure }) => (failure === undefined ? [] : [name])),
  )

export async function runAll(arena: Arena, options: RunOptions): Promise<Run> {
  const { seed, scenarios, historyFile, onHistory } = options
  const startedAt = Date.now()
  const history = new History(historyFile)
  onHistory?.(history)
  const played: Promise<Played>[] = []
  const watch = watchOurselves(history)
  const unwatch = watchDeaths(arena, history)
  for (const [index, scenario] of scenarios.entries()) {
    // What is read back is no reason to keep the next ones waiting, where they don't meet.
    if (scenario.apart) await Promise.all(played)
    if (index > 0 && options.signal?.aborted) break
    const { stopped, ended } = play(arena, history, scenario, { ...options, index })
    played.push(ended)
    await stopped
  }
  const all = await Promise.all(played)
  clearInterval(watch)
  unwatch()
  await history.close()
  return { seed, startedAt, played: all, verdicts: judge(history), history }
}

const tickMs = 50
const lagMs = 100

/** Who measures must know when it could not. */
function watchOurselves(history: History): ReturnType<typeof setInterval> {
  let last = Date.now()
  return setInterval(() => {
    const now = Date.now()
    if (now - last > tickMs + lagMs) history.add({ type: 'lag', start: last + tickMs, end: now })
    last = now
  }, tickMs)
}

interface Playing {
  /** Nobody works any more, and all is whole. */
  stopped: Promise<unknown>
  /** All is read back, too. */
  ended: Promise<Played>
}

function play(arena: Arena, history: History, scenario: Scenario, options: RunOptions & { index: number }): Playing {
  const { name, what, lastingMs, begin } = scenario
  const { seed, say, index, signal } = options
  const chance = random(seed * 31 + index)
  const { faults, skipped } = planOf(arena, scenario, chance, options)
  const plan = faults.map(tell)
  say(`${name}: ${what}${plan.length > 0 ? `\n  seed ${seed}: ${plan.join(', ')}` : ''}`)
  if (skipped.length > 0) say(`  not to be had here: ${skipped.join(', ')}`)
  const start = Date.now()
  let broke: string[] = []
  const asPlayed = (failure?: string): Played => ({
    ...{ name, what, start, end: Date.now(), faults: plan, broke, skipped },
    ...(failure === undefined ? {} : { failure }),
  })
  const working = async () => {
    const work = await begin({
      arena,
      history,
      random: chance,
      round: `${seed}-${index}-${start.toString(36)}`,
      lastingMs,
    })
    // Both are waited for in any case: nothing that is broken here may still be so in the next.
    const [, breaking] = await Promise.allSettled([pause(lastingMs, signal), breakAll(arena, history, faults, signal)])
    const broken = history.of('fault').filter((fault) => fault.start >= start)
    broke = broken.map(({ fault, target, start: from, end }) => `${fault}, ${target}: ${end - from} ms`)
    await work.stop()
    return { work, breaking }
  }
  const worked = working()
  const ending = async (): Promise<Played> => {
    const { work, breaking } = await worked
    await work.finish()
    if (breaking.status === 'rejected') throw breaking.reason
    return asPlayed()
  }
  const ended = ending().catch((error: unknown) => {
    say(`  ${name} was not played to its end: ${(error as Error).message}`)
    return asPlayed((error as Error).message)
  })
  return { stopped: worked.catch(() => undefined), ended }
}

/** What is broken when, and what can't be broken here, and why. */
function planOf(
  arena: Arena,
  { faults: always, some, lastingMs }: Scenario,
  chance: Random,
  { mostFaults = Infinity, onlyFaults }: RunOptions,
): { faults: Planned[]; skipped: string[] } {
  const own = [...always, ...(some ? chance.shuffle(some.of).slice(0, some.count) : [])]
  const all = onlyFaults && own.length > 0 ? [...onlyFaults] : own
  const chosen = mostFaults < all.length ? chance.shuffle(all).slice(0, mostFaults) : all
  const possible = chosen.filter((kind) => whyNot(arena, kind) === undefined)
  const skipped = chosen.flatMap((kind) => (whyNot(arena, kind) ? [`${kind} (${whyNot(arena, kind)})`] : []))
  return { faults: schedule(chance, possible, arena.nodes, lastingMs), skipped }
}
