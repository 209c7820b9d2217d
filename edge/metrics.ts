/** Prometheus metrics of one node. Names and units are documented for operators; prefix `alun_`. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { Figures } from '../kernel/members'
import { Pace } from './metrics/pace'
import type { RealtimeCounters } from './realtime'

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

export interface Gauges {
  connections(): number
  topics(): number
  waiting(): { command: string; waiting: number }[]
  databaseUp(): boolean
  busUp(): boolean
}

export class Metrics {
  private readonly registry = new Registry()
  private readonly http: Histogram<'route' | 'status'>
  private readonly commands: Histogram<'method' | 'code'>
  private readonly closes: Counter<'code'>
  private readonly deliveries: Counter
  private readonly faults: Counter<'where'>
  private readonly counters = new Map<string, Counter>()
  private readonly requests = new Map<string, { observe(seconds: number): void }>()
  private readonly answers = new Map<string, { observe(seconds: number): void }>()
  private readonly lines = new Map<string, { inc(): void }>()
  readonly realtime: RealtimeCounters
  private readonly pace = new Pace()

  constructor(
    node: string,
    private readonly now: Gauges,
  ) {
    const registers = [this.registry]
    this.registry.setDefaultLabels({ node })
    collectDefaultMetrics({ register: this.registry })
    this.http = new Histogram({
      name: 'alun_http_request_seconds',
      help: 'HTTP requests by route and status',
      labelNames: ['route', 'status'],
      buckets: secondsBuckets,
      registers,
    })
    this.commands = new Histogram({
      name: 'alun_realtime_command_seconds',
      help: 'Commands of the realtime protocol by method and error code (0: none)',
      labelNames: ['method', 'code'],
      buckets: secondsBuckets,
      registers,
    })
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
        this.command(method, code).observe(ms / 1000)
      },
      closed: (code) => this.closes.labels(code >= 3000 && code < 5000 ? String(code) : 'other').inc(),
      delivered: (sockets) => {
        this.pace.delivered(sockets)
        this.deliveries.inc(sockets)
      },
    }
  }

  request(route: string, status: number, ms: number): void {
    const name = `${route} ${status}`
    // Finding a line by its labels costs more than adding to it.
    let line = this.requests.get(name)
    if (!line) this.requests.set(name, (line = this.http.labels(route, String(status))))
    line.observe(ms / 1000)
    this.pace.answered(ms)
  }

  private command(method: string, code: number): { observe(seconds: number): void } {
    const name = `${method} ${code}`
    let line = this.answers.get(name)
    if (!line) this.answers.set(name, (line = this.commands.labels(method, String(code))))
    return line
  }

  fault(where: string): void {
    this.faults.labels(where).inc()
  }

  /** One more in a counter that a service named. Its labels are always the same ones. */
  readonly count = (name: string, help: string, labels: Record<string, string>): void => {
    const key = `${name} ${Object.values(labels).join(' ')}`
    let line = this.lines.get(key)
    if (!line) {
      let counter = this.counters.get(name)
      if (!counter) {
        counter = new Counter({ name, help, labelNames: Object.keys(labels), registers: [this.registry] })
        this.counters.set(name, counter)
      }
      this.lines.set(key, (line = counter.labels(labels)))
    }
    line.inc()
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
