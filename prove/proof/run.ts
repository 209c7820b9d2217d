/** Plays scenarios in an arena while things break on a schedule, and has the history judged. */
import { random } from '../testing/random'
import type { Arena } from './arena'
import { judge } from './checkers'
import { breakIt, schedule, tell, whyNot } from './faults'
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
}

export interface Played {
  name: string
  what: string
  start: number
  end: number
  /** The schedule, in words. */
  faults: string[]
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
  const played: Played[] = []
  const watch = watchOurselves(history)
  for (const [index, scenario] of scenarios.entries())
    played.push(await play(arena, history, scenario, { ...options, index }))
  clearInterval(watch)
  await history.close()
  return { seed, startedAt, played, verdicts: judge(history), history }
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

async function play(
  arena: Arena,
  history: History,
  { name, what, faults: always, some, lastingMs, begin }: Scenario,
  { seed, say, index, mostFaults = Infinity, onlyFaults }: RunOptions & { index: number },
): Promise<Played> {
  const chance = random(seed * 31 + index)
  const own = [...always, ...(some ? chance.shuffle(some.of).slice(0, some.count) : [])]
  const all = onlyFaults && own.length > 0 ? [...onlyFaults] : own
  const chosen = mostFaults < all.length ? chance.shuffle(all).slice(0, mostFaults) : all
  const faults = schedule(
    chance,
    chosen.filter((kind) => whyNot(arena, kind) === undefined),
    arena.nodes,
    lastingMs,
  )
  const skipped = chosen.flatMap((kind) => (whyNot(arena, kind) ? [`${kind} (${whyNot(arena, kind)})`] : []))
  const plan = faults.map(tell)
  say(`${name}: ${what}${plan.length > 0 ? `\n  seed ${seed}: ${plan.join(', ')}` : ''}`)
  if (skipped.length > 0) say(`  not to be had here: ${skipped.join(', ')}`)
  const start = Date.now()
  const done = (failure?: string): Played => ({
    ...{ name, what, start, end: Date.now(), faults: plan, skipped },
    ...(failure === undefined ? {} : { failure }),
  })
  try {
    const round = `${seed}-${index}-${start.toString(36)}`
    const work = await begin({ arena, history, random: chance, round, lastingMs })
    const begun = Date.now()
    const breaking = (async () => {
      for (const one of faults) {
        await Bun.sleep(Math.max(0, begun + one.atMs - Date.now()))
        await breakIt(arena, history, one)
      }
    })()
    // Both are waited for in any case: nothing of this scenario may reach into the next.
    const [, broke] = await Promise.allSettled([Bun.sleep(lastingMs), breaking])
    await work.stop()
    await work.finish()
    if (broke.status === 'rejected') throw broke.reason
    return done()
  } catch (error) {
    say(`  ${name} was not played to its end: ${(error as Error).message}`)
    return done((error as Error).message)
  }
}
