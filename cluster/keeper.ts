/** Keeps our PostgreSQL running: starts it again when it dies, at once, with growing pauses when it dies young. */
import { pauseMs } from './node/machine'
import { startPostgres, type PostgresOptions, type RunningPostgres } from './postgres'

const youngMs = 30_000

export class PostgresKeeper {
  private running: RunningPostgres | undefined
  private starting: Promise<RunningPostgres> | undefined
  private restarting: Promise<void> | undefined
  private stopped = false
  private readonly stopping = Promise.withResolvers<void>()

  constructor(
    private readonly options: PostgresOptions,
    private readonly tell: (line: string) => void,
    private readonly onChange: () => void,
  ) {}

  get pid(): number | undefined {
    return this.running?.pid
  }

  /** @returns its address, which stays the same over restarts. @throws StartFailure when the first start fails. */
  async start(): Promise<string> {
    this.starting = startPostgres(this.options)
    const first = await this.starting
    this.running = first
    this.restarting = this.keep(first)
    return first.url
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.stopping.resolve()
    await this.starting?.catch(() => undefined)
    await this.running?.stop()
    await this.restarting
    // A restart that was under way may just have brought one up.
    await this.running?.stop()
  }

  private async keep(first: RunningPostgres): Promise<void> {
    let youngDeaths = 0
    let next: RunningPostgres | undefined = first
    while (!this.stopped) {
      const since = performance.now()
      await next?.exited
      this.running = undefined
      if (this.stopped) return
      youngDeaths = performance.now() - since < youngMs ? youngDeaths + 1 : 1
      const ms = pauseMs(youngDeaths)
      this.tell(`postgres ended: starting it again${ms === 0 ? '' : ` in ${ms} ms`}`)
      await Promise.race([Bun.sleep(ms), this.stopping.promise])
      next = await this.attempt()
    }
  }

  private async attempt(): Promise<RunningPostgres | undefined> {
    if (this.stopped) return undefined
    try {
      this.running = await startPostgres(this.options)
      this.tell('postgres runs again')
      this.onChange()
    } catch (error) {
      this.tell(`postgres: ${error instanceof Error ? error.message : String(error)}`)
    }
    return this.running
  }
}
