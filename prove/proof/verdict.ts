/** What a checker says of one promise. */
export const promises = ['G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8', 'G9', 'G10'] as const
export type Promise_ = (typeof promises)[number]

export interface Verdict {
  promise: Promise_
  /** In words: what was looked for. */
  what: string
  /** How many things were looked at; 0 says nothing about the promise. */
  looked: number
  /** Evidence, a sentence each. None: it held. */
  broken: string[]
  /** What was not counted against the cluster because the fault is the prover's own: how much. */
  excused?: string
  /** Why nothing can be said, though much was looked at. */
  unjudged?: string
}

/** The most evidence that is shown; the number of all is told. */
export const mostEvidence = 20

export type Judgement = 'held' | 'broken' | 'unjudged' | 'untried'

export function judgementOf(verdicts: readonly Verdict[]): Judgement {
  if (verdicts.some(({ broken }) => broken.length > 0)) return 'broken'
  if (verdicts.some(({ unjudged }) => unjudged !== undefined)) return 'unjudged'
  return verdicts.some(({ looked }) => looked > 0) ? 'held' : 'untried'
}

export interface Conclusion {
  /** In one sentence: no more than was tried. */
  text: string
  came: Judgement
}

/** @param unplayed scenarios that did not come to their end: what they would have shown is not known. */
export function conclude(verdicts: readonly Verdict[], unplayed: readonly string[]): Conclusion {
  const of = (judgement: Judgement): Promise_[] =>
    promises.filter((promise) => judgementOf(verdicts.filter((one) => one.promise === promise)) === judgement)
  const [broken, held, untried, unjudged] = [of('broken'), of('held'), of('untried'), of('unjudged')]
  if (broken.length > 0) return { came: 'broken', text: `Broken: ${broken.join(', ')}` }
  if (unplayed.length > 0) return { came: 'broken', text: `Not played to the end: ${unplayed.join(', ')}` }
  if (unjudged.length > 0) {
    const why = verdicts.flatMap((one) => one.unjudged ?? []).join('; ')
    return { came: 'unjudged', text: `Not judged: ${unjudged.join(', ')} (${why}); held: ${held.join(', ') || 'none'}` }
  }
  if (held.length === 0) return { came: 'untried', text: 'No promise was tried: this proves nothing' }
  if (untried.length === 0) return { came: 'held', text: `All ${held.length} promises were tried, and held` }
  const kept = `${held.length} of ${promises.length} promises were tried, and held (${held.join(', ')})`
  return { came: 'held', text: `${kept}; not tried: ${untried.join(', ')}` }
}

/** In words, for people. */
export const promiseTexts: Record<Promise_, string> = {
  G1: 'what was acknowledged is committed, and stays',
  G2: 'the same key gives the same answer and one effect',
  G3: 'each topic has one order; every reader sees every event once, in it',
  G4: 'who reconnects anywhere gets exactly what was missed, or is told plainly that it cannot be',
  G5: 'what was committed reaches every subscriber within 2 s, published or not',
  G6: 'a drop sells exactly its stock: stock = sold + held + free at every offset',
  G7: 'of simultaneous check-ins exactly one is accepted, and the others are told which',
  G8: 'a job survives its worker; a notification is there once for each change',
  G9: 'without the bus all is correct within 2 s; without the database writes are refused, and all heals by itself',
  G10: 'a drained node hands its clients over: nobody who retries with their key fails',
}
