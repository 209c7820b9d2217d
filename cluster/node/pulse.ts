/**
 * Asks one node how it is, and notices its silence.
 *
 * Silence is measured from the last answer, not in missed questions: a frozen node is known `silentMs` after it froze.
 * Should this process itself have been held up (a suspended laptop, a starved machine), then the silence was ours: the
 * node gets another `interval` to speak before it is judged.
 */
import { get } from 'node:http'

export interface PulseTimes {
  /** Between two questions, and until the first "ready" was heard. */
  intervalMs: number
  eagerMs: number
  /** How long one question waits. */
  questionMs: number
  /** How long a node may be silent that has spoken before, and one that has not. */
  silentMs: number
  unbornMs: number
}

export const pulseTimes: PulseTimes = {
  intervalMs: 500,
  eagerMs: 50,
  questionMs: 1000,
  silentMs: 2500,
  unbornMs: 30_000,
}

export interface PulseEvents {
  answered(): void
  missed(): void
  overdue(): void
}

export class Pulse {
  private isReady = false
  private asking: ReturnType<typeof setTimeout> | undefined
  private silence: ReturnType<typeof setTimeout> | undefined
  private stopped = false

  constructor(
    private readonly privatePort: number,
    private readonly events: PulseEvents,
    private readonly times: PulseTimes = pulseTimes,
  ) {
    this.listen(times.unbornMs)
    this.ask()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.asking)
    clearTimeout(this.silence)
  }

  /** Questions do not wait for each other: one that hangs must not delay the next. */
  private ask(): void {
    this.asking = setTimeout(() => this.ask(), this.isReady ? this.times.intervalMs : this.times.eagerMs)
    void this.question(this.isReady ? '/healthz' : '/readyz')
  }

  private async question(path: string): Promise<void> {
    const answer = await statusOf(this.privatePort, path, this.times.questionMs)
    if (this.stopped) return
    if (answer === undefined) return this.events.missed()
    // Any answer is a sign of life; only a first 200 says "ready".
    this.listen(this.times.silentMs)
    if (!this.isReady && answer.status !== 200) return
    this.isReady = true
    this.events.answered()
  }

  private listen(ms: number): void {
    clearTimeout(this.silence)
    const due = performance.now() + ms
    this.silence = setTimeout(() => {
      if (performance.now() > due + this.times.intervalMs) this.listen(this.times.intervalMs + this.times.questionMs)
      else this.events.overdue()
    }, ms)
  }
}

/** By node:http, which knows no proxy: `fetch` would ask the one in HTTP_PROXY for our own loopback. */
export function statusOf(
  port: number,
  path: string,
  timeoutMs: number,
): Promise<{ status: number | undefined; body: string } | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => (body += text))
      response.on('end', () => resolve({ status: response.statusCode, body }))
    })
    const limit = setTimeout(() => request.destroy(), timeoutMs)
    request.on('error', () => resolve(undefined))
    request.on('close', () => {
      clearTimeout(limit)
      resolve(undefined)
    })
  })
}
