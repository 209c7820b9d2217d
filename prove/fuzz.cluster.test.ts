/**
 * Nonsense at both doors of one real node, by a seed: it never dies, has no fault to report, answers only as the protocol
 * says, and the next thing that makes sense works. `ALUN_SEED` repeats a run.
 */
import { afterAll, beforeAll, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { codes } from '../protocol/errors'
import { commandParams, disconnects, errors } from '../protocol/frames'
import { testCluster, type TestCluster, type TestNode } from './testing/cluster'
import { abyss, anyBytes, anyCommand, anyValue, callables, mutated, nearly, type Callable } from './testing/fuzz'
import { random, type Random } from './testing/random'
import { isLongRun, rerun, seed } from './testing/seed'
import { until } from './testing/until'
import { Wire, type Reply } from './testing/wire'

const frames = isLongRun ? 100_000 : 30_000
const requests = isLongRun ? 3000 : 1500
const broken = isLongRun ? 500 : 200
const users = 8

let cluster: TestCluster
let node: TestNode
let methods: Callable[]
let tokens: string[]
let pid: number

beforeAll(async () => {
  console.info(rerun)
  cluster = await testCluster({ nodes: 1 })
  node = cluster.nodes[0]!
  pid = node.pid
  methods = await callables(cluster.url)
  tokens = await Promise.all(
    Array.from({ length: users }, (_, n) => cluster.token(`fuzz${n}`, n === 0 ? 'admin' : 'student')),
  )
}, 60_000)
afterAll(() => cluster?.stop())

const protocolErrors = new Set<number>(Object.values(errors).map(({ code }) => code))
const contractErrors = new Set<number>(Object.values(codes).map(({ realtime }) => realtime))
const closeCodes = new Set<number>(Object.values(disconnects).map(({ code }) => code))
const pushKinds = ['pub', 'join', 'leave', 'unsubscribe']

/** What is wrong about an answer; nothing when it is one of the protocol. */
function wrong(reply: Reply): string | undefined {
  if (reply.push) {
    const kinds = Object.keys(reply.push).filter((name) => name !== 'channel')
    return typeof reply.push.channel === 'string' && kinds.length === 1 && pushKinds.includes(kinds[0]!)
      ? undefined
      : 'a push'
  }
  const fields = Object.keys(reply).filter((name) => name !== 'id')
  if (!Number.isInteger(reply.id) || reply.id! < 1 || fields.length !== 1) return 'a reply'
  if (!reply.error) return fields[0]! in commandParams ? undefined : 'a result'
  const { code, message } = reply.error
  if (code === errors.internal.code) return 'a fault'
  if (typeof message !== 'string' || message === '' || /\n/.test(message)) return 'a message'
  return protocolErrors.has(code) || contractErrors.has(code) ? undefined : `code ${code}`
}

/** One client that goes on, whatever becomes of its connections. */
class Fuzzer {
  sent = 0
  connections = 0
  readonly ends = new Map<number, number>()
  readonly answers = new Map<string, number>()
  private wire: Wire | undefined
  private judged = 0
  /** Ids that were given to commands and not yet answered; meaningless once a broken frame may have given others. */
  private readonly open = new Map<number, unknown>()
  private wild = false
  private senses = 0

  constructor(
    private readonly random: Random,
    private readonly token: string,
  ) {}

  async run(quota: number): Promise<void> {
    while (this.sent < quota) {
      const wire = await this.connected()
      for (let n = this.random.int(30); n > 0; n--) this.sendCommands(wire)
      if (this.random.chance(0.4)) this.sendBroken(wire)
      await this.makesSense(wire)
    }
    await until(() => this.wild || this.wire?.closed || (this.judge(), this.open.size === 0), {
      what: 'every command to be answered',
    }).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify([...this.open]).slice(0, 1000)}`)
    })
    this.wire?.close()
  }

  private async connected(): Promise<Wire> {
    if (this.wire && !this.wire.closed && this.random.chance(0.97)) return this.wire
    this.wire?.close()
    this.wire = await Wire.connected(cluster.port, this.token)
    this.connections++
    this.judged = 0
    this.open.clear()
    this.wild = false
    return this.wire
  }

  /** Nothing here ends a connection. */
  private sendCommands(wire: Wire): void {
    const many = this.random.chance(0.9) ? 1 : 1 + this.random.int(10)
    const commands = Array.from({ length: many }, () => anyCommand(this.random, methods))
    if (this.random.chance(0.02)) commands.push({ id: 0, send: anyValue(this.random) })
    if (this.random.chance(0.005))
      commands.push({ rpc: { method: 'people.me', data: 'x'.repeat(this.random.int(90_000)) } })
    wire.sendAll(...commands).forEach((id, n) => {
      // The one command without an id has no answer.
      if (id > 0) this.open.set(id, commands[n])
    })
    this.sent++
  }

  /** Anything: mostly the end of the connection. */
  private sendBroken(wire: Wire): void {
    const { random: chance } = this
    const command = (): string => JSON.stringify({ id: 1_000_000 + this.sent, ...anyCommand(chance, methods) })
    const odd: (() => string | Uint8Array<ArrayBuffer>)[] = [
      () => mutated(command(), chance),
      () => mutated(command(), chance),
      () => command().slice(0, chance.int(40)),
      () => new TextEncoder().encode(mutated(command(), chance)),
      () => anyBytes(chance, chance.int(200)),
      () =>
        Uint8Array.from([
          ...new TextEncoder().encode('{"id":5,"rpc":{"method":"'),
          0xff,
          0xfe,
          0xc0,
          ...new TextEncoder().encode('"}}'),
        ]),
      () => JSON.stringify({ id: anyValue(chance, 1), ...anyCommand(chance, methods) }),
      () => JSON.stringify(anyValue(chance)),
      () => JSON.stringify({ id: 9, refresh: { token: anyValue(chance, 1) } }),
      () => JSON.stringify({ id: 9, connect: anyValue(chance) }),
      () => `{"id":7,"rpc":{"method":"people.me","data":${abyss(30_000, chance)}}}`,
      () => `{"id":7,"rpc":{"method":"discussion.post","data":{"key":"deep","channel":${abyss(20_000, chance)}}}}`,
      () => `{"id":7,"connect":{"subs":${abyss(20_000, chance)}}}`,
      () => abyss(30_000, chance),
      () => '\n'.repeat(chance.int(5)),
      () => '{}',
      () => (chance.chance(0.05) ? 'x'.repeat(1024 * 1024 + 1) : 'x'.repeat(chance.int(70_000))),
    ]
    wire.send(chance.pick(odd)())
    this.wild = true
    this.sent++
  }

  /** On the same connection if that is still open, else on a new one. */
  private async makesSense(wire: Wire): Promise<void> {
    // Beyond every id that a broken frame may have had.
    const id = 3_000_000_000 + this.senses++
    wire.sendAll({ id, rpc: { method: 'people.me', data: {} } })
    this.open.set(id, 'sense')
    const settled = await until(() => wire.heard.find((one) => one.id === id) ?? wire.closed, {
      what: `sense after frame ${this.sent}`,
      timeoutMs: 15_000,
    })
    this.judge()
    if ('id' in settled) expect(settled['rpc'].data.role).toBeString()
    else this.ended(settled as { code: number; reason: string })
    if (wire.heard.length > 5000) wire.close()
  }

  private ended({ code, reason }: { code: number; reason: string }): void {
    this.ends.set(code, (this.ends.get(code) ?? 0) + 1)
    expect(closeCodes.has(code) || code === 1009 ? '' : `closed with ${code} ${reason}`).toBe('')
    if (code >= 3000) expect(reason).toMatch(/^[a-z][ -z]*$/)
  }

  private judge(): void {
    for (const reply of this.wire!.heard.slice(this.judged)) {
      const fault = wrong(reply)
      const code = reply.push ? 'push' : String(reply.error?.code ?? 'ok')
      this.answers.set(code, (this.answers.get(code) ?? 0) + 1)
      if (fault) throw new Error(`${fault} that is none of the protocol: ${JSON.stringify(reply).slice(0, 400)}`)
      if (reply.id !== undefined && !this.open.delete(reply.id) && !this.wild && reply.id !== 1)
        throw new Error(`${reply.id} was answered twice, or never asked`)
    }
    this.judged = this.wire!.heard.length
  }
}

/** It lives, it is the same process, and it has nothing to complain about. */
async function unharmed(): Promise<void> {
  expect(node.running && node.pid === pid ? '' : node.log.slice(-5000)).toBe('')
  expect(node.log.split('\n').filter((line) => line.includes('"level":"error"'))).toEqual([])
  const metrics = await (await node.health('metrics'))!.text()
  expect(metrics).not.toMatch(/^alun_faults_total/m)
  expect((await node.health('readyz'))!.status).toBe(200)
}

test(`${frames} frames of nonsense`, async () => {
  const chance = random(seed)
  const fuzzers = tokens.map((token) => new Fuzzer(random(chance.int(2 ** 32)), token))
  const before = await rss()
  const begun = performance.now()
  await Promise.all(fuzzers.map((fuzzer) => fuzzer.run(frames / fuzzers.length)))
  const seconds = (performance.now() - begun) / 1000
  const sum = (of: (fuzzer: Fuzzer) => number): number => fuzzers.reduce((total, fuzzer) => total + of(fuzzer), 0)
  expect(sum(({ sent }) => sent)).toBeGreaterThanOrEqual(frames)
  console.info(
    `${sum(({ sent }) => sent)} frames, ${sum(({ connections }) => connections)} connections in ${seconds.toFixed(1)} s; ` +
      `answered ${counted(fuzzers.map(({ answers }) => answers))}; closed ${counted(fuzzers.map(({ ends }) => ends))}; ` +
      `memory ${before} → ${await rss()} MB`,
  )
  await unharmed()
}, 120_000)

function counted(maps: readonly Map<string | number, number>[]): string {
  const all: Record<string, number> = {}
  for (const map of maps) for (const [name, n] of map) all[name] = (all[name] ?? 0) + n
  return JSON.stringify(all)
}

async function rss(): Promise<number> {
  const metrics = await (await node.health('metrics'))!.text()
  return Math.round(Number(/^process_resident_memory_bytes\S* (\S+)$/m.exec(metrics)?.[1] ?? 0) / 1e6)
}

test(`${requests} requests of nonsense`, async () => {
  const chance = random(seed ^ 0xabcdef)
  const one = async (): Promise<void> => {
    const { path, init } = anyRequest(chance)
    const response = await fetch(cluster.url + path, init)
    const text = await response.text()
    const said = `${init.method} ${path} ${JSON.stringify(init.body)?.slice(0, 300)}\n${response.status} ${text.slice(0, 300)}`
    if (response.status >= 500 || response.headers.get('x-alun-node') !== 'n1') throw new Error(said)
    if (response.status < 400 || init.method === 'HEAD') return
    const problem = JSON.parse(text) as { code: string; status: number }
    if (!(problem.code in codes) || problem.status !== response.status) throw new Error(said)
  }
  for (let n = 0; n < requests; n += 20) await Promise.all(Array.from({ length: 20 }, one))
  await unharmed()
  expect((await cluster.call('budi', 'people.me', {})).status).toBe(200)
}, 60_000)

const plain = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function anyRequest(chance: Random): { path: string; init: RequestInit } {
  const method = chance.pick(methods)
  const input = nearly(method.input, chance)
  const text = JSON.stringify(input)
  const query = (): string =>
    `?${new URLSearchParams(Object.entries((input ?? {}) as object).map(([name, value]) => [name, plain(value)])).toString()}`
  const path = chance.pick([
    method.path,
    method.path,
    method.path,
    `${method.path}${query()}`,
    `/api/${encodeURIComponent(plain(anyValue(chance, 0)).replace(/[\ud800-\udfff]/g, ''))}`,
    `/${mutated('api/auth/get-session', chance).replace(/[^\x21-\x7e]/g, '%25')}`,
    '/api/auth/sign-up/email',
    '/api/auth/sign-in/anonymous',
    `/%${chance.int(256).toString(16)}`,
  ])
  const verb = chance.pick(['POST', 'POST', 'POST', 'GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])
  const headers: Record<string, string> = {
    'content-type': chance.pick([
      'application/json',
      'text/plain',
      'multipart/form-data',
      'application/x-www-form-urlencoded',
    ]),
  }
  if (chance.chance(0.8)) headers['authorization'] = `Bearer ${chance.chance(0.95) ? chance.pick(tokens) : 'x.y.z'}`
  if (chance.chance(0.1))
    headers['cookie'] = `alun.session_token=${chance.int(1e9)}; alun.session_data=%00${chance.int(1e9)}`
  if (chance.chance(0.2)) headers['idempotency-key'] = chance.pick(['k', 'x'.repeat(500), 'with blanks', '""'])
  if (chance.chance(0.1)) headers['accept-language'] = chance.pick(['id', ';q=', '*', 'x'.repeat(1000)])
  if (chance.chance(0.1)) headers['origin'] = chance.pick(['null', 'http://elsewhere.test', ':'])
  const bodies = [
    text,
    text,
    text,
    mutated(text, chance),
    JSON.stringify(anyValue(chance)),
    abyss(30_000, chance),
    '',
    'x'.repeat(300_000),
  ]
  const body =
    verb === 'GET' || verb === 'HEAD' ? undefined : chance.chance(0.95) ? chance.pick(bodies) : anyBytes(chance, 100)
  // A longer address is refused by the runtime itself.
  return {
    path: path.slice(0, 8000),
    init: { method: verb, headers, redirect: 'manual', ...(body === undefined ? {} : { body }) },
  }
}

test(`${broken} connections that are no HTTP and no WebSocket`, async () => {
  const chance = random(seed ^ 0x123456)
  const upgrade =
    'GET /connection/websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
    'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n'
  const masked = (opcode: number, payload: Uint8Array): Buffer =>
    Buffer.concat([Buffer.from([opcode, 0x80 | payload.length]), Buffer.alloc(4), payload])
  const attempt = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = connect(cluster.port, '127.0.0.1')
      socket.on('error', () => undefined).on('close', () => resolve())
      socket.on('data', () => socket.end())
      const head = chance.pick([
        upgrade,
        mutated(upgrade, chance),
        mutated('POST /api/people/me HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n{}', chance),
      ])
      socket.write(chance.chance(0.2) ? anyBytes(chance, 200) : head)
      // Text that is no UTF-8, reserved opcodes, pieces without a beginning, frames that a client may not send.
      for (const opcode of [0x81, 0x80, 0x83, 0x8f, 0xf1, 0x01])
        if (chance.chance(0.4)) socket.write(masked(opcode, anyBytes(chance, chance.int(100))))
      socket.end()
    })
  for (let n = 0; n < broken; n += 25) await Promise.all(Array.from({ length: 25 }, attempt))
  await unharmed()
  const wire = await Wire.connected(cluster.port, tokens[1]!)
  expect((await wire.ask('rpc', { method: 'people.me' }))['rpc'].data.id).toBe('fuzz1')
  wire.close()
}, 60_000)
