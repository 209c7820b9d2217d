/**
 * One node, put together. Any number of these are equal; each can serve any request.
 *
 * Start: database, bus, hub, heartbeats, presence, doors; then `running`. Drain (SIGTERM, or the supervisor's pipe
 * closing): the listener closes, clients are sent elsewhere once their calls are answered, jobs finish, exit 0.
 */
import { join } from 'node:path'
import type { Server } from 'bun'
import packageJson from '../package.json'
import { conformance, conformanceService } from '../edge/conformance'
import { addressReader } from '../edge/http/address'
import { staticFiles } from '../edge/http/static'
import { Http } from '../edge/http'
import { Metrics } from '../edge/metrics'
import { Realtime, type DoorTimes, type SocketData } from '../edge/realtime'
import { createSessions, mint, type Sessions } from '../edge/sessions'
import { postgresBus } from '../kernel/bus'
import { DatabaseClock } from '../kernel/clock'
import { Db } from '../kernel/db'
import { armFailpoints } from '../kernel/failpoint'
import { Hub, logSource } from '../kernel/hub'
import { Jobs } from '../kernel/jobs'
import { Lifecycle, type Part } from '../kernel/lifecycle'
import { Members } from '../kernel/members'
import { Presence } from '../kernel/presence'
import { Registry } from '../kernel/service'
import { limits } from '../protocol/limits'
import { createAuth } from '../services/people/auth'
import { revocationsTopic } from '../services/people/model'
import { Revocations } from '../services/people/revocations'
import type { NodeConfig } from './config'
import { describe, logger } from './log'
import { services } from './services'

const drainMs = 8000
/** How long a token from `GET /api/auth/token` is good. */
const tokenSeconds = 600
const version = packageJson.version

/** Resolves when the node has ended. */
export async function runNode(config: NodeConfig): Promise<void> {
  const node = await createNode(config)
  const ended = Promise.withResolvers<void>()
  const end = (): void => void node.lifecycle.end(drainMs).then(ended.resolve, ended.reject)
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
  if (config.supervised) whenParentDies(end)
  await node.lifecycle.run()
  node.log('info', 'ready', { port: config.port, privatePort: config.privatePort, version })
  await ended.promise
  process.exit(0)
}

/** The supervisor holds the other end of our standard input; when it dies, by whatever means, the pipe closes. */
function whenParentDies(end: () => void): void {
  process.stdin.on('end', end).on('error', end).resume()
}

/** @param times how long the realtime door waits, where a test can't wait that long. */
export async function createNode(config: NodeConfig, times: DoorTimes = limits) {
  const log = logger(config.nodeId)
  const fault = (where: string, error: unknown): void => {
    metrics.fault(where.split(' ')[0]!)
    log('error', where, describe(error))
  }
  process.on('uncaughtException', (error) => fault('uncaught', error))
  process.on('unhandledRejection', (error) => fault('unhandled', error))

  const self = { id: config.nodeId, incarnation: crypto.randomUUID() }
  const startedAt = new Date().toISOString()
  const db = new Db(config.databaseUrl, `alun/${config.nodeId}`)
  const clock = new DatabaseClock()
  const bus = postgresBus(db, config.nodeId)
  const metrics: Metrics = new Metrics(config.nodeId, {
    connections: () => realtime.connections.size,
    topics: () => hub.openTopics,
    waiting: () => registry.waiting(),
    databaseUp: () => db.health.state === 'up',
    busUp: () => bus.state === 'up',
  })
  const load = loadMeter()
  const members = new Members(self, bus, db.lane('beat', { connections: 1, statementMs: 1000 }), clock, () => ({
    version,
    address: `127.0.0.1:${config.privatePort}`,
    startedAt,
    connections: realtime.connections.size,
    load: load(),
  }))
  const presence = new Presence(self, bus, members)
  const jobs = new Jobs(
    db.lane('jobs', { connections: 2, statementMs: 10_000 }),
    bus,
    services.flatMap((service) => service.jobs ?? []),
    config.roles.includes('work'),
    { failed: (queue, id, error) => log('warn', 'job failed', { queue, id, ...describe(error) }), trouble: (error) => log('warn', 'jobs', describe(error)) },
  )
  const registry = new Registry(
    config.conformance ? [...services, conformanceService] : services,
    db,
    {
      node: config.nodeId,
      enqueue: (tx, list) => jobs.enqueue(tx, list),
      committed: (events, list) => {
        hub.publish(events)
        jobs.committed(list)
      },
      hit: armFailpoints(config.failpoints, () => process.kill(process.pid, 'SIGKILL')),
    },
    {
      node: config.nodeId,
      demo: config.demo,
      now: () => clock.now(),
      members: () => members.list(),
      leader: () => members.leader,
      whisper: (topic, data) =>
        hub.whisper(topic, JSON.stringify({ ...data, at: new Date(clock.now()).toISOString(), node: config.nodeId })),
    },
    { laneConnections: 2, readConnections: 4, newKey: () => Bun.randomUUIDv7() },
  )
  const profile = config.conformance ? openToAll(registry, log) : undefined
  const now = (): number => clock.now()
  // Behind a proxy that ends TLS, browsers still see https.
  const secure = config.tls !== undefined || config.publicUrl?.startsWith('https:') === true
  const revocations = new Revocations((user) => {
    sessions.clear(user)
    realtime.forget(user)
  })
  const isRevoked = (user: string, issuedAtMs: number): boolean => revocations.isRevoked(user, issuedAtMs)
  const auth = createAuth({
    db,
    secret: config.secret,
    publicUrl: config.publicUrl,
    tls: secure,
    now,
    mint: (actor, issuedAtMs) => mint(config.secret, actor, tokenSeconds, issuedAtMs),
    isRevoked,
    trouble: (message, detail) => log('warn', message, describe(detail)),
  })
  const sessions: Sessions = createSessions({ secret: config.secret, now, readCookie: auth.readCookie, isRevoked })
  const realtime: Realtime = new Realtime({
    node: config.nodeId,
    version,
    backend: profile?.backend ?? registry,
    hub: () => hub,
    presence: () => presence,
    sessions: profile?.sessions ?? sessions,
    publicUrl: config.publicUrl,
    times,
    now,
    fault,
    count: metrics.realtime,
  })
  const hub: Hub = new Hub(logSource(db.lane('hub', { connections: 3 })), bus, realtime.outlets)
  presence.onChange(realtime.rosterListener)
  const http = new Http({
    node: config.nodeId,
    version,
    registry,
    sessions,
    realtime,
    lifecycle: () => lifecycle,
    auth: auth.handler,
    files: await staticFiles(join(import.meta.dir, '../dist/web')),
    addressOf: addressReader(config.trustedProxies),
    health: () => ({ database: db.health.state, bus: bus.state }),
    metrics: () => metrics.text(),
    extra: profile ? [profile.api] : [],
    fault,
    count: (route, status, ms) => metrics.request(route, status, ms),
    secure,
    publicUrl: config.publicUrl,
  })
  const doors = openDoors(config, http, realtime)
  const lifecycle: Lifecycle = new Lifecycle(
    [
      { name: 'db', run: () => undefined, stop: () => db.close() },
      { name: 'auth', run: () => undefined, stop: () => auth.close() },
      doors.private,
      { name: 'bus', run: () => bus.run(), stop: () => bus.stop() },
      { name: 'hub', run: () => hub.run(), stop: () => hub.stop() },
      { name: 'revocations', run: () => revocations.run(hub, registry.reads), stop: () => revocations.stop() },
      { name: 'members', run: () => members.run(), stop: () => members.stop() },
      { name: 'presence', run: () => presence.run(), stop: () => presence.stop() },
      { name: 'jobs', run: () => startJobs(jobs, log), drain: () => jobs.drain(), stop: () => jobs.stop() },
      doors.public,
    ],
    { failed: (part, error) => log('error', `stopping ${part}`, describe(error)) },
  )
  db.health.onChange((state) => log(state === 'up' ? 'info' : 'warn', `database ${state}`))
  return { lifecycle, log, registry, hub, realtime }
}

/** Under the conformance profile. Real topics stay as closed as ever. */
function openToAll(registry: Registry, log: ReturnType<typeof logger>) {
  log('warn', 'CONFORMANCE PROFILE: anybody may connect, publish and read. For test suites only, never with real data.')
  return conformance(registry, (channel) => registry.rule(channel) !== undefined || channel === revocationsTopic)
}

/** Nothing waits for the queue library's start: a command that enqueues waits for it itself. */
function startJobs(jobs: Jobs, log: ReturnType<typeof logger>): void {
  jobs.run().catch((error: unknown) => log('error', 'jobs did not start', describe(error)))
}

function openDoors(config: NodeConfig, http: Http, realtime: Realtime): { private: Part; public: Part } {
  let inner: Server<undefined> | undefined
  let outer: Server<SocketData> | undefined
  const tls = config.tls && { cert: Bun.file(config.tls.certFile), key: Bun.file(config.tls.keyFile) }
  return {
    private: {
      name: 'private door',
      run: () => {
        inner = Bun.serve({ hostname: '127.0.0.1', port: config.privatePort, fetch: http.privateFetch })
      },
      stop: () => inner?.stop(true),
    },
    public: {
      name: 'public door',
      run: () => {
        outer = Bun.serve<SocketData>({
          port: config.port,
          reusePort: true,
          idleTimeout: 60,
          maxRequestBodySize: limits.requestBytes,
          ...(tls ? { tls } : {}),
          fetch: http.fetch,
          websocket: realtime.handler,
        })
        realtime.attach(outer)
      },
      drain: async () => {
        const closed = outer?.stop()
        await realtime.drain()
        await closed
      },
      stop: async () => {
        realtime.stop()
        await outer?.stop(true)
      },
    },
  }
}

/** The part of one core that this process used since it was last asked. */
function loadMeter(): () => number {
  let before = process.cpuUsage()
  let at = performance.now()
  return () => {
    const used = process.cpuUsage(before)
    const now = performance.now()
    const load = (used.user + used.system) / 1000 / Math.max(1, now - at)
    before = process.cpuUsage()
    at = now
    return Math.round(load * 100) / 100
  }
}
