/**
 * One node, put together. Any number of these are equal; each can serve any request.
 *
 * Start: database, bus, hub, heartbeats, presence, doors; then `running`. Drain (SIGTERM, or the supervisor's pipe
 * closing): the listener closes, clients are sent elsewhere once their calls are answered, jobs finish, exit 0.
 */
import { join } from 'node:path'
import packageJson from '../package.json'
import { conformance, conformanceService } from '../edge/conformance'
import { EngineEcho, echoSessions, echoTimes, echoVocabularies } from '../edge/conformance/echo'
import { addressReader } from '../edge/http/address'
import { staticFiles } from '../edge/http/static'
import { Http } from '../edge/http'
import { Metrics } from '../edge/metrics'
import { Realtime, type DoorTimes } from '../edge/realtime'
import { createSessions, mint, type Sessions } from '../edge/sessions'
import { SocketIo } from '../edge/socketio'
import { socketIoTimes } from '../edge/socketio/context'
import { guestBy } from '../edge/socketio/guest'
import type { NewJob } from '../kernel/batch'
import { breakable } from '../kernel/breakable'
import { Budgets } from '../kernel/budget'
import { postgresBus, redisBus, type Bus } from '../kernel/bus'
import { DatabaseClock } from '../kernel/clock'
import { Db, type Sql } from '../kernel/db'
import { Duties } from '../kernel/duties'
import { armFailpoints } from '../kernel/failpoint'
import { Hub, logSource } from '../kernel/hub'
import { Jobs, type JobGround, type JobsEvents } from '../kernel/jobs'
import { Lifecycle } from '../kernel/lifecycle'
import type { LogEvent } from '../kernel/log'
import { Members, type NodeInfo } from '../kernel/members'
import { Presence } from '../kernel/presence'
import { Registry } from '../kernel/service'
import { limits } from '../protocol/limits'
import { wordAround } from '../services/discussion/wordaround'
import { createAuth } from '../services/people/auth'
import { canMail } from '../services/people/mail'
import { revocationsTopic } from '../services/people/model'
import { Revocations } from '../services/people/revocations'
import type { NodeConfig } from './config'
import { Life } from './demo/life'
import { describe, logger, type Logger } from './log'
import { certificateOf, openDoors } from './node/doors'
import { Lag } from './node/lag'
import { loadMeter } from './node/load'
import { whenParentDies } from './node/parent'
import { stageOf } from './node/stage'
import { meansOf, type Means } from './means'
import { routesOf, servicesOf } from './services'

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

/** @param times how long the realtime door waits, where a test can't wait that long. */
export async function createNode(config: NodeConfig, times: DoorTimes = limits) {
  const core = createCore(config)
  const { db, bus, hub, members, presence, jobs, registry, revocations } = core
  const edge = await createEdge(config, core, times)
  const { auth, realtime, socketio } = edge
  core.late.sessions = edge.sessions
  core.late.realtime = realtime
  core.late.socketio = socketio
  hub.addOutlets([...realtime.outlets, socketio.outlet, core.lag])
  presence.onChange(realtime.rosterListener)
  presence.onChange(socketio.rosterListener)
  const doors = openDoors(config, { http: edge.http, realtime, socketio, fault: core.fault })
  const leads = (): boolean => members.leads
  const duties = new Duties(registry.duties, leads, (duty, error) => core.log('warn', duty, describe(error)))
  core.late.lifecycle = new Lifecycle(
    [
      { name: 'db', run: () => undefined, stop: () => db.close() },
      { name: 'auth', run: () => undefined, stop: () => auth.close() },
      doors.private,
      { name: 'bus', run: () => bus.run(), stop: () => bus.stop() },
      { name: 'hub', run: () => hub.run(), stop: () => hub.stop() },
      { name: 'revocations', run: () => revocations.run(hub, registry.reads), stop: () => revocations.stop() },
      ...(config.demo ? [stageOf(config.nodeId, bus, hub)] : []),
      { name: 'members', run: () => members.run(), stop: () => members.stop() },
      { name: 'presence', run: () => presence.run(), stop: () => presence.stop() },
      { name: 'jobs', run: () => startJobs(jobs, core.log), drain: () => jobs.drain(), stop: () => jobs.stop() },
      lifeOf(config, core, leads),
      { name: 'duties', run: () => duties.run(), drain: () => duties.stop(), stop: () => duties.stop() },
      // A node that only works has no public door: nobody is led to it.
      ...(config.roles.includes('serve') ? [doors.public] : []),
    ],
    { failed: (part, error) => core.log('error', `stopping ${part}`, describe(error)) },
  )
  return { lifecycle: core.late.lifecycle, log: core.log, registry, hub, realtime }
}

/** The made-up campus, where there is one. */
function lifeOf({ demo }: NodeConfig, { registry, members, clock, log }: Core, leads: () => boolean) {
  const life = new Life({
    ...{ runs: registry, leads, demo, now: () => clock.now() },
    watchers: () => members.list().reduce((sum, { connections }) => sum + connections, 0),
    trouble: (error) => log('warn', 'demonstration', describe(error)),
  })
  return { name: 'life', run: () => life.run(), stop: () => life.stop() }
}

/** What is made last and asked for by what is made first. */
interface Late {
  realtime?: Realtime
  socketio?: SocketIo
  sessions?: Sessions
  lifecycle?: Lifecycle
}

type Core = ReturnType<typeof createCore>

/** The kernel's parts and the services on them. */
function createCore(config: NodeConfig) {
  const late: Late = {}
  const log = logger(config.nodeId)
  const db = new Db(config.databaseUrl, `alun/${config.nodeId}`)
  db.health.onChange((state) => log(state === 'up' ? 'info' : 'warn', `database ${state}`))
  if (config.smtpUrl && !config.publicUrl) log('warn', 'SMTP_URL without ALUN_PUBLIC_URL: no mail is sent')
  const clock = new DatabaseClock()
  const bus = breakable(config.redisUrl ? redisBus(config.redisUrl, config.nodeId) : postgresBus(db, config.nodeId))
  const hub = new Hub(logSource(db.lane('hub', { connections: 3 })), bus)
  const connections = (): number => (late.realtime?.connections.size ?? 0) + (late.socketio?.clients.size ?? 0)
  const metrics: Metrics = new Metrics(config.nodeId, {
    connections,
    topics: () => hub.openTopics,
    waiting: () => registry.waiting(),
    databaseUp: () => db.health.state === 'up',
    busUp: () => bus.state === 'up',
  })
  const fault = (where: string, error: unknown, request?: string): void => {
    metrics.fault(where.split(' ')[0]!)
    log('error', where, { ...(request ? { request } : {}), ...describe(error) })
  }
  process.on('uncaughtException', (error) => fault('uncaught', error))
  process.on('unhandledRejection', (error) => fault('unhandled', error))

  const self = { id: config.nodeId, incarnation: crypto.randomUUID() }
  const info = { version, address: `127.0.0.1:${config.privatePort}`, startedAt: new Date().toISOString() }
  const load = loadMeter()
  const beat = db.lane('beat', { connections: 1, statementMs: 2000 })
  const lag = new Lag(clock, db.health)
  const now = (): NodeInfo => ({
    ...{ ...info, connections: connections(), load: load(), figures: metrics.figures() },
    ...{ lagMs: lag.worstMs(), clockMs: Math.round(Date.now() - clock.now()) },
  })
  const members = new Members(self, bus, beat, clock, now)
  const presence = new Presence(self, bus, members)
  const means: Means = meansOf(config, () => jobs)
  const jobs: Jobs = createJobs(config, { db, bus, log, means, members }, () => registry.jobGround)
  const registry: Registry = createRegistry(config, { db, clock, bus, hub, metrics, members, jobs, means, lag })
  const revocations = new Revocations((user, session) => {
    late.sessions?.clear(user)
    late.realtime?.forget(user, session)
    late.socketio?.forget(user, session)
  })
  return { late, log, fault, db, clock, bus, hub, metrics, members, presence, means, jobs, registry, revocations, lag }
}

interface JobsParts {
  db: Db
  bus: Bus
  log: Logger
  means: Means
  members: Members
}

function createJobs(config: NodeConfig, { db, bus, log, means, members }: JobsParts, ground: () => JobGround): Jobs {
  const lane = db.lane('jobs', { connections: 2, statementMs: 10_000 })
  const definitions = servicesOf(means).flatMap((service) => service.jobs ?? [])
  const events: JobsEvents = {
    failed: (queue, id, error) => log('warn', 'job failed', { queue, id, ...describe(error) }),
    trouble: (error) => log('warn', 'jobs', describe(error)),
  }
  const part = { works: config.roles.includes('work'), leads: () => members.leads }
  return new Jobs(lane, bus, definitions, part, events, ground)
}

function createRegistry(
  config: NodeConfig,
  parts: Pick<Core, 'db' | 'clock' | 'bus' | 'hub' | 'metrics' | 'members' | 'jobs' | 'means' | 'lag'>,
): Registry {
  const { db, clock, bus, hub, metrics, members, jobs, means, lag } = parts
  const budgets = new Budgets(bus, () => members.list().length)
  const services = servicesOf(means)
  const batch = {
    node: config.nodeId,
    enqueue: (tx: Sql, list: readonly NewJob[]) => jobs.enqueue(tx, list),
    committed: (events: readonly LogEvent[], list: readonly NewJob[]) => {
      hub.publish(events)
      jobs.committed(list)
    },
    hit: armFailpoints(config.failpoints, () => process.kill(process.pid, 'SIGKILL')),
  }
  const ground = {
    node: config.nodeId,
    demo: config.demo,
    now: () => clock.now(),
    ...{ members: () => members.list(), leader: () => members.leader },
    whisper: (topic: string, data: Record<string, unknown>, speaker?: string) =>
      hub.whisper(
        topic,
        JSON.stringify({ ...data, at: new Date(clock.now()).toISOString(), node: config.nodeId }),
        speaker,
      ),
    follow: hub.follow.bind(hub),
    budget: budgets.of.bind(budgets),
    counter: metrics.counter,
    lagMs: () => lag.worstMs(),
  }
  const all = config.conformance ? [...services, conformanceService] : services
  return new Registry(all, db, batch, ground, {
    laneConnections: 2,
    readConnections: 4,
    newKey: () => Bun.randomUUIDv7(),
    account: { burst: 10 * config.accountRate, perSecond: config.accountRate },
  })
}

/** The doors, and who may come in. */
async function createEdge(config: NodeConfig, core: Core, times: DoorTimes) {
  const { db, clock, bus, hub, metrics, presence, registry, revocations, fault, log } = core
  const { nodeId: node, secret, publicUrl } = config
  const profile = config.conformance ? openToAll(registry, log) : undefined
  const now = (): number => clock.now()
  // Behind a proxy that ends TLS, browsers still see https.
  const secure = config.tls !== undefined || publicUrl?.startsWith('https:') === true
  const isRevoked = revocations.isRevoked.bind(revocations)
  const auth = createAuth({
    ...{ db, secret, publicUrl, now, isRevoked, tls: secure },
    mint: (actor, issuedAtMs, session) => mint(secret, actor, tokenSeconds, issuedAtMs, session),
    mails: canMail(config),
    demo: config.demo,
    commands: {
      execute: (actor, command, input) => registry.execute(actor, command, input),
      perform: (command, input) => registry.perform(command, input),
    },
    trouble: (message, detail) => log('warn', message, describe(detail)),
  })
  const sessions = createSessions({ secret, now, readCookie: auth.readCookie, isRevoked })
  const realtime = new Realtime({
    ...{ node, version, demo: config.demo, publicUrl, times, now, fault },
    backend: profile?.backend ?? registry,
    hub: () => hub,
    presence: () => presence,
    sessions: profile?.sessions ?? sessions,
    count: metrics.realtime,
  })
  const socketio = new SocketIo({
    ...{ node, version, publicUrl, now, fault },
    vocabularies: profile ? echoVocabularies : new Map([['/', wordAround]]),
    times: profile ? echoTimes : socketIoTimes,
    backend: registry,
    hub: () => hub,
    presence: () => presence,
    sessions: profile ? echoSessions : sessions,
    guest: guestBy(auth.handler, sessions),
    count: metrics.realtime,
  })
  const http = new Http({
    ...{ node, version, registry, sessions, realtime, socketio, secure, publicUrl, fault },
    ...(profile ? { engineEcho: new EngineEcho() } : {}),
    lifecycle: () => core.late.lifecycle!,
    auth: auth.handler,
    files: await staticFiles(join(import.meta.dir, '../dist/web'), publicUrl),
    routes: routesOf(core.means),
    addressOf: addressReader(config.trustedProxies),
    health: () => ({ database: db.health.state, bus: bus.state }),
    metrics: () => metrics.text(),
    extra: [...(profile ? [profile.api] : []), ...(config.tls?.caFile ? [certificateOf(config.tls.caFile)] : [])],
    count: (route, status, ms) => metrics.request(route, status, ms),
  })
  return { auth, sessions, realtime, socketio, http }
}

/** Under the conformance profile. Real topics stay as closed as ever. */
function openToAll(registry: Registry, log: Logger) {
  log('warn', 'CONFORMANCE PROFILE: anybody may connect, publish and read. For test suites only, never with real data.')
  return conformance(registry, (channel) => registry.rule(channel) !== undefined || channel === revocationsTopic)
}

/** Nothing waits for the queue library's start: a command that enqueues waits for it itself. */
function startJobs(jobs: Jobs, log: Logger): void {
  jobs.run().catch((error: unknown) => log('error', 'jobs did not start', describe(error)))
}
