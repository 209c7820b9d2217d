/** A soak: seed after seed, until its time is over, somebody ends it, or a promise breaks: that round's history is the evidence. */
import { conclusionOf, type Run } from './run'
import type { Verdict } from './verdict'

export interface Rounds {
  /** The last one, with what was looked at in all of them. */
  run: Run
  rounds: number
}

/** @param isOver whether there is to be no further round, though all held. */
export async function playRounds(play: (nth: number) => Promise<Run>, isOver: () => boolean): Promise<Rounds> {
  let verdicts: readonly Verdict[] | undefined
  for (let rounds = 1; ; rounds++) {
    const run = await play(rounds - 1)
    verdicts = verdicts ? together(verdicts, run.verdicts) : run.verdicts
    if (isOver() || conclusionOf(run).came === 'broken') return { run: { ...run, verdicts: [...verdicts] }, rounds }
  }
}

/** Of the same checkers in the same order. Where one round could be judged, another that could not takes nothing away. */
const together = (before: readonly Verdict[], now: readonly Verdict[]): Verdict[] =>
  now.map((verdict, nth) => {
    const { unjudged: wasUnjudged, ...earlier } = before[nth]!
    const { unjudged, ...later } = verdict
    const excused = [earlier.excused, later.excused].filter((one) => one !== undefined).join('; ')
    return {
      ...later,
      looked: (wasUnjudged ? 0 : earlier.looked) + (unjudged ? 0 : later.looked),
      broken: [...earlier.broken, ...later.broken],
      ...(excused ? { excused } : {}),
      ...(wasUnjudged !== undefined && unjudged !== undefined ? { unjudged } : {}),
    }
  })
