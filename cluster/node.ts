/**
 * One node: its process, its health, and its next life when it dies. What happens when is in `node/machine.ts`.
 *
 * The process holds a pipe from us as its input. When we are killed the pipe closes, and the node ends by itself.
 */
import { allocator } from './allocator'
import { pauseMs, table, type Effect, type Event, type State } from './node/machine'
import { Pulse, pulseTimes, type PulseTimes } from './node/pulse'
import { deservesTheTerminal, eachLine, LogFile } from './logs'
import { freePort } from './ports'
import { birthOf } from './processes'

export interface NodeOptions {
  id: string
  command: string[]
  environment: Record<string, string>
  logFile: string
  /** What it says of warnings and errors, and what becomes of it, for the terminal. */
  tell: (line: string) => void
  onChange: (node: Node) => void
  /** A demonstration: the node may ask to be killed or to hang, as a crash or a bug would do it. */
  breakable?: boolean
  pulse?: PulseTimes
  drainMs?: number
}

/** A node ends its own draining within 8 s; the rest is for stopping what it runs on. */
export const drainMsDefault = 9500
/** A life shorter than this, counted from "ready", is a young death. */
const youngMs = 5000

interface Life {
  process: Bun.Subprocess<'pipe', 'pipe', 'pipe'>
  privatePort: number
  birth: string | undefined
  startedAt: string
  readyAt?: number
  pulse: Pulse
}

export class Node {
  state: State = 'stopped'
  /** Lives in a row that ended young, since it was started on purpose. */
  youngDeaths = 0
  private life: Life | undefined
  private timer: ReturnType<typeof setTimeout> | undefined
  private readonly log: LogFile
  private waiting: { states: State[]; resolve: () => void }[] = []

  constructor(readonly options: NodeOptions) {
    this.log = new LogFile(options.logFile)
  }

  get id(): string {
    return this.options.id
  }

  /** On purpose: how often the one before died says nothing of this one. */
  start(): void {
    this.youngDeaths = 0
    this.happens('start')
  }

  /** Ends it, orderly while time lasts. Resolves when its process is gone. */
  async drain(): Promise<void> {
    this.happens('drain')
    await this.reaches('stopped')
  }

  /** No more patience: the process is gone within moments, and what it becomes is decided as ever. */
  kill(): void {
    this.life?.process.kill('SIGKILL')
  }

  /** Resolves when the node is in one of these states. */
  async reaches(...states: State[]): Promise<void> {
    if (states.includes(this.state)) return
    await new Promise<void>((resolve) => this.waiting.push({ states, resolve }))
  }

  /** For `cluster.json`: what finds the process from outside. */
  describe() {
    const { id, state, life } = this
    return {
      id,
      state,
      pid: life?.process.pid,
      birth: life?.birth,
      privatePort: life?.privatePort,
      startedAt: life?.startedAt,
    }
  }

  lastLines(): readonly string[] {
    return this.log.lastLines
  }

  private happens(event: Event): void {
    const before = this.state
    const [state, effect] = table[before][event]
    this.state = state
    if (state === 'stopped') clearTimeout(this.timer)
    if (effect) this.perform[effect]()
    if (this.state === before && effect === undefined) return
    this.options.onChange(this)
    const reached = this.waiting.filter(({ states }) => states.includes(this.state))
    this.waiting = this.waiting.filter((waiter) => !reached.includes(waiter))
    for (const { resolve } of reached) resolve()
  }

  private readonly perform: Record<Effect, () => void> = {
    spawn: () => void this.spawn(),
    pause: () => {
      const ms = pauseMs(this.youngDeaths)
      this.tell(ms === 0 ? 'starting again' : `starting again in ${ms} ms`)
      this.timer = setTimeout(() => this.happens('due'), ms)
    },
    terminate: () => {
      this.life?.pulse.stop()
      this.life?.process.kill('SIGTERM')
      this.timer = setTimeout(() => this.happens('overdue'), this.options.drainMs ?? drainMsDefault)
    },
    kill: () => {
      this.tell(this.state === 'draining' ? 'drains too long: killing it' : 'does not answer: killing it')
      this.kill()
    },
  }

  private async spawn(): Promise<void> {
    clearTimeout(this.timer)
    const privatePort = await freePort()
    // Drained while the port was looked for: there is nobody to end.
    if (this.state !== 'starting') return this.happens('exited')
    const { command, environment, id } = this.options
    const child = Bun.spawn(command, {
      stdio: ['pipe', 'pipe', 'pipe'],
      // Not in the terminal's group: Ctrl-C is for the supervisor, who drains in order.
      detached: true,
      ...(this.options.breakable ? { ipc: (message: unknown) => this.asked(message) } : {}),
      env: {
        ...allocator,
        ...environment,
        ...{ ALUN_NODE_ID: id, ALUN_PRIVATE_PORT: String(privatePort), ALUN_SUPERVISED: '1' },
      },
    })
    const events = {
      answered: () => this.heard(life),
      missed: () => this.happens('missed'),
      overdue: () => this.happens('overdue'),
    }
    const pulse = new Pulse(privatePort, events, this.options.pulse ?? pulseTimes)
    const life: Life = {
      process: child,
      privatePort,
      birth: birthOf(child.pid),
      startedAt: new Date().toISOString(),
      pulse,
    }
    this.life = life
    this.options.onChange(this)
    void eachLine(child.stdout, (line) => this.said(line))
    void eachLine(child.stderr, (line) => this.said(line))
    await child.exited
    this.buried(life)
  }

  private asked(message: unknown): void {
    const { ask } = (message ?? {}) as { ask?: unknown }
    if (ask !== 'kill' && ask !== 'hang') return
    this.tell(ask === 'kill' ? 'is killed, as was asked for' : 'hangs, as was asked for')
    this.life?.process.kill(ask === 'kill' ? 'SIGKILL' : 'SIGSTOP')
  }

  private heard(life: Life): void {
    life.readyAt ??= performance.now()
    this.happens('answered')
  }

  private buried({ process: child, pulse, readyAt }: Life): void {
    pulse.stop()
    clearTimeout(this.timer)
    this.life = undefined
    const isYoung = readyAt === undefined || performance.now() - readyAt < youngMs
    this.youngDeaths = isYoung ? this.youngDeaths + 1 : 0
    if (this.state !== 'draining') this.tell(`ended (${child.signalCode ?? `exit ${child.exitCode}`})`)
    this.happens('exited')
  }

  private said(line: string): void {
    this.log.write(line)
    if (deservesTheTerminal(line)) this.tell(line)
  }

  private tell(line: string): void {
    this.options.tell(`${this.id} ${line}`)
  }
}
