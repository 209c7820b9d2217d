/** What is seen while it runs, and the verdict in the end. */
import type { History } from './history'
import { conclusionOf, type Run } from './run'
import { judgementOf, mostEvidence, promises, promiseTexts, type Judgement } from './verdict'

const everyMs = 500

/** One line that is written over again and again; lines that stay go above it. Nothing of it goes to standard output. */
export class Progress {
  private readonly counts = { acknowledged: 0, unknown: 0, seen: 0, faults: 0 }
  private readonly timer: ReturnType<typeof setInterval> | undefined
  private readonly begun = Date.now()

  constructor(live: boolean) {
    if (live && process.stderr.isTTY) this.timer = setInterval(() => this.draw(), everyMs)
  }

  watch(history: History): void {
    history.onRecord = (record) => {
      if (record.type === 'seen') this.counts.seen++
      if (record.type === 'fault') this.counts.faults++
      if (record.type !== 'call') return
      if (record.outcome === 'ok') this.counts.acknowledged++
      if (record.outcome === 'unknown') this.counts.unknown++
    }
  }

  say(text: string): void {
    process.stderr.write(`${this.timer ? '\r\x1b[K' : ''}${text}\n`)
  }

  end(): void {
    clearInterval(this.timer)
    if (this.timer) process.stderr.write('\r\x1b[K')
  }

  private draw(): void {
    const { acknowledged, unknown, seen, faults } = this.counts
    const seconds = Math.round((Date.now() - this.begun) / 1000)
    process.stderr.write(
      `\r\x1b[K${seconds} s · ${acknowledged} acknowledged · ${unknown} asked again · ${seen} seen · ${faults} faults`,
    )
  }
}

const marks: Record<Judgement, string> = { held: '✓', broken: '✗', unjudged: '?', untried: '–' }

/** A line for each promise, with the evidence where it broke, and what it comes to. */
export function summary(run: Run): string {
  const { seed, verdicts, played } = run
  const lines = promises.flatMap((promise) => {
    const own = verdicts.filter((one) => one.promise === promise)
    const judgement = judgementOf(own)
    const looked = own.reduce((sum, one) => sum + one.looked, 0)
    const evidence = own.flatMap(({ broken }) => broken)
    const more = evidence.length > mostEvidence ? [`    … and ${evidence.length - mostEvidence} more`] : []
    const about = judgement === 'untried' ? 'not tried' : `${looked} looked at`
    return [
      `  ${marks[judgement]} ${promise.padEnd(3)} ${promiseTexts[promise]} (${about})`,
      ...own.flatMap(({ excused }) => (excused === undefined ? [] : [`    not counted: ${excused}`])),
      ...evidence.slice(0, mostEvidence).map((one) => `    ${one}`),
      ...more,
    ]
  })
  const failures = played.flatMap(({ name, failure }) =>
    failure ? [`  ✗ ${name} could not be played: ${failure}`] : [],
  )
  const seconds = Math.round((Math.max(...played.map(({ end }) => end)) - played[0]!.start) / 1000)
  const { came, text } = conclusionOf(run)
  return [`seed ${seed}, ${seconds} s:`, ...lines, ...failures, `${marks[came]} ${text}`].join('\n')
}
