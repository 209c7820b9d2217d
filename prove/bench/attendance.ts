/**
 * Check-ins over HTTP on three nodes with fsync on, all in one session, whose chain is one lock for all of them. How many
 * are accepted in a closed loop; and at a steady 500 a second, as a campus at eight o'clock, how long each waits for its
 * verdict, without anybody watching and with 200 boards open. What a check costs is told apart for nodes, database and the
 * load itself, which shares the machine with them: where others are busy on it, milliseconds tell of those, and CPU doesn't.
 */
import { testCluster, type TestCluster } from '../testing/cluster'
import { until } from '../testing/until'
import { BenchClient } from './client'
import { cpuSecondsOf, measured } from './cpu'
import { closedLoop, post, type Next } from './peers/http'

/** As many as a node knows the tokens of. */
const students = 9000
const perSecond = 500

interface Times {
  p50: number
  p95: number
  p99: number
}

export interface AttendanceResult {
  closedLoop: { connections: number; acceptedPerSecond: number; acceptedPerCpuSecond: number; p99Ms: number }
  steady: Steady
  watched: Steady & { boards: number; deliveredPerSecond: number; eventsPerSecond: number }
}

interface Steady {
  perSecond: number
  /** From the press to the verdict. */
  latencyMs: Times
  /** CPU for one check. `load`: the presses and the boards of this very process. */
  cpuMicros: { nodes: number; database: number; load: number }
}

export async function attendance(seconds: number, connections: number, boards: number): Promise<AttendanceResult> {
  const cluster = await testCluster({ nodes: 3, durable: true })
  try {
    const tokens = await Promise.all(Array.from({ length: students }, (_, n) => cluster.token(`student-${n}`)))
    const roots = [...cluster.nodes.map(({ pid }) => pid), cluster.postgres.server.pid]
    await closedLoop(cluster.port, connections, 1, await checks(cluster, tokens))
    const next = await checks(cluster, tokens, 10)
    let requests = 0
    let p99Ms = 0
    const { seconds: took, cpuSeconds } = await measured(
      () => roots,
      async () => {
        const load = await closedLoop(cluster.port, connections, seconds, next)
        if (load.byStatus[200] !== load.requests) throw new Error(`not all: ${JSON.stringify(load.byStatus)}`)
        ;({ requests } = load)
        p99Ms = load.latencyMs.p99
      },
    )
    const steadily = await steady(cluster, tokens, seconds, await open(cluster))
    return {
      closedLoop: {
        ...{ connections, p99Ms, acceptedPerSecond: Math.round(requests / took) },
        acceptedPerCpuSecond: Math.round(requests / cpuSeconds),
      },
      steady: steadily,
      watched: await watched(cluster, tokens, seconds, boards),
    }
  } finally {
    await cluster.stop()
  }
}

/** The same with open boards: each is a socket that gets every event of the session. */
async function watched(
  cluster: TestCluster,
  tokens: readonly string[],
  seconds: number,
  boards: number,
): Promise<AttendanceResult['watched']> {
  const session = await open(cluster)
  const token = await cluster.token('teacher', 'teacher')
  const clients = await Promise.all(Array.from({ length: boards }, () => BenchClient.connect(cluster.port, token)))
  for (const client of clients) await client.subscribe(`attendance:${session}`)
  const result = await steady(cluster, tokens, seconds, session)
  const delivered = clients.reduce((sum, { publications }) => sum + publications, 0)
  for (const client of clients) client.close()
  const deliveredPerSecond = Math.round(delivered / seconds)
  return { ...result, boards, deliveredPerSecond, eventsPerSecond: Math.round(delivered / boards / seconds) }
}

/** So many a second, whether or not the ones before were answered. */
async function steady(
  cluster: TestCluster,
  tokens: readonly string[],
  seconds: number,
  session: string,
): Promise<Steady> {
  const cpu = cpuOf(cluster)
  const times: number[] = []
  const answers: Promise<void>[] = []
  const tickMs = 10
  const begun = performance.now()
  for (let sent = 0; sent < seconds * perSecond;) {
    const due = Math.min(seconds * perSecond, Math.floor(((performance.now() - begun) / 1000) * perSecond))
    for (; sent < due; sent++) answers.push(pressed(cluster, tokens[sent % tokens.length]!, session, times))
    await Bun.sleep(tickMs)
  }
  await Promise.all(answers)
  times.sort((a, b) => a - b)
  const at = (part: number): number => Math.round((times[Math.floor(times.length * part)] ?? 0) * 10) / 10
  return { perSecond, latencyMs: { p50: at(0.5), p95: at(0.95), p99: at(0.99) }, cpuMicros: cpu(times.length) }
}

/** From now on. @returns what each of so many checks took. */
function cpuOf({ nodes, postgres }: TestCluster): (checks: number) => Steady['cpuMicros'] {
  const spent = (): number[] => [
    cpuSecondsOf(nodes.map(({ pid }) => pid)),
    cpuSecondsOf([postgres.server.pid]),
    process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
  ]
  const before = spent()
  return (checks) => {
    const [node, database, load] = spent().map((seconds, nth) => Math.round(((seconds - before[nth]!) / checks) * 1e6))
    return { nodes: node!, database: database!, load: load! }
  }
}

async function pressed({ url }: TestCluster, token: string, session: string, times: number[]): Promise<void> {
  const askedMs = performance.now()
  const response = await fetch(`${url}/api/attendance/check`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ session, direction: 'in', key: crypto.randomUUID() }),
  })
  const { verdict } = (await response.json()) as { verdict?: string }
  if (verdict !== 'accepted') throw new Error(`a check was not accepted: ${response.status} ${verdict}`)
  times.push(performance.now() - askedMs)
}

/** Every student once in each of so many sessions: all are accepted. */
async function checks(cluster: TestCluster, tokens: readonly string[], sessions = 1): Promise<Next> {
  const ids: string[] = []
  for (let nth = 0; nth < sessions; nth++) ids.push(await open(cluster))
  let next = 0
  return () => {
    const nth = next++
    const session = ids[Math.floor(nth / tokens.length) % ids.length]
    const body = `{"session":"${session}","direction":"in","key":"${nth}-${session}"}`
    return post('/api/attendance/check', body, `Authorization: Bearer ${tokens[nth % tokens.length]}\r\n`)
  }
}

async function open(cluster: TestCluster): Promise<string> {
  const headers = { authorization: `Bearer ${await cluster.token('teacher', 'teacher')}` }
  const input = { title: 'Fisika', key: crypto.randomUUID() }
  const made = async (): Promise<string | undefined> => {
    const response = await cluster.call('teacher', 'attendance.open', input, headers)
    return response.ok ? ((await response.json()) as { id: string }).id : undefined
  }
  return until(made, { what: 'the session', timeoutMs: 10_000 })
}
