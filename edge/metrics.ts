/** Prometheus metrics of one node. Names and units are documented for operators; prefix `alun_`. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { Figures } from '../kernel/members'
import { Pace } from './metrics/pace'
import { Timings } from './metrics/timings'
import type { RealtimeCounters } from './realtime'

export interface Gauges {
  connections(): number
  topics(): number
  waiting(): { command: string; waiting: number }[]
  databaseUp(): boolean
  busUp(): boolean
}

class Line {
  private since = 0

  constructor(readonly labels: Record<string, string>) {}

  more(): void {
    this.since++
  }

  /** What came since this was last asked. */
  taken(): number {
    const { since } = this
    this.since = 0
    return since
  }
}

const hourMs = 3_600_000

export class Metrics {
  private readonly registry = new Registry()
  private readonly http: Timings
  private readonly commands: Timings
  private readonly closes: Counter<'code'>
  private readonly deliveries: Counter
  private readonly faults: Counter<'where'>
  /** By name and labels; each counter takes over what came since it was last read. */
  private readonly lines = new Map<string, Line>()
  private readonly counters = new Map<string, Line[]>()
  readonly realtime: RealtimeCounters
  private readonly pace = new Pace()

  constructor(
    node: string,
    private readonly now: Gauges,
  ) {
    const registers = [this.registry]
    this.registry.setDefaultLabels({ node })
    // What is made for another runtime tells of this one what is not so, and is taken out. One of them keeps a timer all the
    // same, a hundred times a second unless told otherwise.
    collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: hourMs })
    for (const { name } of this.registry.getMetricsAsArray()) {
      if (name.startsWith('nodejs_')) this.registry.removeSingleMetric(name)
    }
    const { registry } = this
    this.http = new Timings(registry, 'alun_http_request_seconds', 'HTTP requests by route and status', [
      'route',
      'status',
    ])
    this.commands = new Timings(
      registry,
      'alun_realtime_command_seconds',
      'Commands of the realtime protocol by method and error code (0: none)',
      ['method', 'code'],
    )
    this.closes = new Counter({
      name: 'alun_realtime_closed_total',
      help: 'Closed connections by close code',
      labelNames: ['code'],
      registers,
    })
    this.deliveries = new Counter({ name: 'alun_deliveries_total', help: 'Publications sent to sockets', registers })
    this.faults = new Counter({ name: 'alun_faults_total', help: 'Faults of ours', labelNames: ['where'], registers })
    this.gauges(now)
    this.realtime = {
      command: (method, ms, code) => {
        this.pace.answered(ms)
        this.commands.line(method, code).observe(ms)
      },
      closed: (code) => this.closes.labels(code >= 3000 && code < 5000 ? String(code) : 'other').inc(),
      delivered: (sockets) => {
        this.pace.delivered(sockets)
        this.deliveries.inc(sockets)
      },
    }
  }

  request(route: string, status: number, ms: number): void {
    this.http.line(route, status).observe(ms)
    this.pace.answered(ms)
  }

  fault(where: string): void {
    this.faults.labels(where).inc()
  }

  /** A counter that a service named. Its labels are always the same ones. */
  readonly counter = (name: string, help: string, labels: Record<string, string>): Line => {
    const key = `${name} ${Object.values(labels).join(' ')}`
    return this.lines.get(key) ?? this.newLine(key, name, help, labels)
  }

  private newLine(key: string, name: string, help: string, labels: Record<string, string>): Line {
    const line = new Line(labels)
    this.lines.set(key, line)
    const lines = this.counters.get(name)
    if (lines) lines.push(line)
    else this.newCounter(name, help, [line])
    return line
  }

  private newCounter(name: string, help: string, lines: Line[]): void {
    this.counters.set(name, lines)
    new Counter({
      ...{ name, help, labelNames: Object.keys(lines[0]!.labels), registers: [this.registry] },
      collect() {
        for (const line of lines) this.inc(line.labels, line.taken())
      },
    })
  }

  /** The last whole second, as it is told to the other nodes with each heartbeat. */
  figures(): Figures {
    const { topics, waiting, databaseUp, busUp } = this.now
    return {
      ...this.pace.last(),
      topics: topics(),
      waiting: waiting().reduce((sum, one) => sum + one.waiting, 0),
      memoryMb: Math.round(process.memoryUsage.rss() / 1_000_000),
      ...{ databaseUp: databaseUp(), busUp: busUp() },
    }
  }

  text(): Promise<string> {
    return this.registry.metrics()
  }

  private gauges({ connections, topics, waiting, databaseUp, busUp }: Gauges): void {
    const gauge = (name: string, help: string, read: () => number): void => {
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(read())
        },
      })
    }
    gauge('alun_realtime_connections', 'Open realtime connections', connections)
    gauge('alun_topics_open', 'Topics that this node follows', topics)
    gauge('alun_database_up', '1 when the database answers', () => Number(databaseUp()))
    gauge('alun_bus_up', '1 when the bus is heard', () => Number(busUp()))
    new Gauge({
      name: 'alun_commands_waiting',
      help: 'Commands that wait for their batch',
      labelNames: ['command'],
      registers: [this.registry],
      collect() {
        for (const { command, waiting: count } of waiting()) this.labels(command).set(count)
      },
    })
  }
}
