/**
 * `alun prove`: attacks a cluster and judges what it promises. Starts one of its own, or takes one that is given.
 *
 *   --scenario chat,sale   --seed 7   --soak 2h   --json   --report FILE.html   --history FILE.jsonl
 *   --seconds 4 (of each scenario)   --faults 2 (in each, at most; or which, with commas)   --product DIR (another checkout than this one)
 *   --nodes 3   --workers 1   --bus redis (how its own cluster is made; workers and bus are the seed's choice unless said)
 *   --url http://… (with ALUN_SECRET of that installation; with --data DIR of it on this machine things are broken too)
 *   --breaker COMMAND (with --url: what its owner breaks for us; `faults/breaker.ts` has how it is asked)
 *
 * Exit codes: 0 every promise that was tried held · 1 one broke, or something could not be played · 2 wrong words ·
 * 3 no promise was tried, or the prover itself stood still too much to judge one: it proves nothing.
 */
import { writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { failpoints } from '../../kernel/failpoint'
import { random } from '../testing/random'
import { redisServer } from '../testing/redis'
import { givenArena, ownArena, type Arena } from './arena'
import { deathsAlone } from './checkers/deaths'
import { Breaker } from './faults/breaker'
import { armedWith } from './faults/preloads'
import { aroundKinds, faultKinds, type FaultKind } from './history'
import { machineOf } from './machine'
import { pageOf } from './report'
import { playRounds, type Rounds } from './rounds'
import { conclusionOf, runAll, type Run } from './run'
import type { Scenario } from './scenario'
import { scenarios } from './scenarios'
import { Progress, summary } from './terminal'
import { judgementOf, promises } from './verdict'

const options = {
  scenario: { type: 'string' },
  seed: { type: 'string' },
  soak: { type: 'string' },
  json: { type: 'boolean' },
  report: { type: 'string' },
  history: { type: 'string' },
  url: { type: 'string' },
  data: { type: 'string' },
  nodes: { type: 'string', default: '3' },
  workers: { type: 'string' },
  bus: { type: 'string' },
  product: { type: 'string' },
  seconds: { type: 'string' },
  faults: { type: 'string' },
  breaker: { type: 'string' },
} as const

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>['values']

class WordsWrong extends Error {}

const oneIntentMs = 500

async function main(): Promise<number> {
  const { values } = parseArgs({ args: process.argv.slice(2), options, strict: true })
  const chosen = chosenOf(values.scenario).map((one) =>
    values.seconds === undefined ? one : { ...one, lastingMs: 1000 * count('seconds', values.seconds) },
  )
  const firstSeed = values.seed === undefined ? Math.floor(Math.random() * 1e6) : count('seed', values.seed)
  const until = Date.now() + durationMs(values.soak)
  const progress = new Progress(values.json !== true)
  const armed = armedBy(firstSeed, count('nodes', values.nodes))
  const faults = faultsOf(values.faults)
  const shape = shapeOf(firstSeed, values)
  // What was begun before there is an arena is cleared away behind us.
  const begun: { arena?: Arena } = {}
  const stop = (): void => void Promise.resolve(begun.arena?.stop()).then(() => process.exit(1))
  // What was seen until then is judged and told; who can't wait for it asks once more.
  const asked = new AbortController()
  let askedMs = 0
  const end = (): void => {
    // A terminal and whoever started us may both pass on the same one.
    if (asked.signal.aborted && Date.now() - askedMs < oneIntentMs) return
    if (!begun.arena || asked.signal.aborted) return stop()
    askedMs = Date.now()
    progress.say('ending: what was seen so far is read back and judged')
    asked.abort()
  }
  process.on('SIGINT', end).on('SIGTERM', end)
  // Whoever began this over a channel to us is gone: nobody waits for the verdict.
  process.on('disconnect', stop)
  const arena = (begun.arena = await arenaOf(values, shape, armed))
  if (values.url === undefined) {
    progress.say(`seed ${firstSeed}: ${arena.nodes} nodes, ${arena.workers} workers, the bus over ${shape.bus}`)
    progress.say(tellArmed(armed))
  }
  const fail = (error: unknown): void => {
    progress.say(`the proof itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    stop()
  }
  process.on('uncaughtException', fail).on('unhandledRejection', fail)
  const onHistory = progress.watch.bind(progress)
  const say = progress.say.bind(progress)
  const settings = { scenarios: chosen, historyFile: values.history, ...faults, say, onHistory, signal: asked.signal }
  const play = async (nth: number): Promise<Run> => {
    const run = await runAll(arena, { ...settings, seed: firstSeed + nth })
    progress.say(summary(run))
    return run
  }
  let played: Rounds
  try {
    played = await playRounds(play, () => asked.signal.aborted || Date.now() >= until)
    const { run } = played
    const logs = isBroken(run) ? await arena.keepLogs() : undefined
    if (logs) progress.say(`what the processes wrote is kept in ${logs}`)
  } finally {
    progress.end()
    await arena.stop()
  }
  const { run, rounds } = played
  const about = {
    ...machineOf(),
    ...(values.url ? {} : { failpoint: tellArmed(armed), ...diedIn(run), bus: shape.bus, workers: arena.workers }),
    nodes: arena.nodes,
    rounds,
    ...(asked.signal.aborted ? { ended: 'early, as it was asked to' } : {}),
    given: values.url !== undefined,
  }
  if (values.report) await writeFile(values.report, pageOf(run, about))
  if (values.json) process.stdout.write(`${JSON.stringify(told(run, about))}\n`)
  return { held: 0, broken: 1, untried: 3, unjudged: 3 }[conclusionOf(run).came]
}

/** How often the fail point was met, as far as it could be seen from outside. */
const diedIn = ({ history }: Run) => ({ diedByItself: deathsAlone(history).length })

const isBroken = (run: Run): boolean => conclusionOf(run).came === 'broken'

function told(run: Run, about: object): object {
  const { seed, played, verdicts } = run
  const judged = promises.map((promise) => {
    const own = verdicts.filter((one) => one.promise === promise)
    return { promise, verdict: judgementOf(own), looked: own.reduce((sum, { looked }) => sum + looked, 0), checks: own }
  })
  return { seed, about, conclusion: conclusionOf(run).text, scenarios: played, promises: judged }
}

function chosenOf(names: string | undefined): readonly Scenario[] {
  if (names === undefined) return scenarios
  return names.split(',').map((name) => {
    const found = scenarios.find((one) => one.name === name)
    if (!found) throw new WordsWrong(`no scenario "${name}": ${scenarios.map((one) => one.name).join(', ')}`)
    return found
  })
}

interface Armed {
  /** As the fail points have it. */
  plan: string
  /** Who dies there; all, if nobody is named. */
  node?: string
}

/**
 * The moments around a commit that matter, hit exactly, by one node in every second of its lives. A plan of the environment's
 * stands, and is for all of them in each.
 */
function armedBy(seed: number, nodes: number): Armed {
  const given = process.env['ALUN_FAILPOINTS']
  if (given) return { plan: given }
  const chance = random(seed)
  return { plan: `${chance.pick(failpoints)}:${60 + chance.int(140)}`, node: `n${1 + chance.int(nodes)}` }
}

const tellArmed = ({ plan, node }: Armed): string =>
  `${node ?? 'every node'} dies at ${plan.replace(':', ', commit ')} of ${node ? 'every second' : 'each'} of its lives`

interface Shape {
  workers: number
  bus: 'postgres' | 'redis'
}

/** With and without workers of their own, over one bus and the other: as the seed has it, so that many seeds try all. */
function shapeOf(seed: number, { workers, bus = redisServer && seed % 2 ? 'redis' : 'postgres' }: Values): Shape {
  if (bus !== 'postgres' && bus !== 'redis') throw new WordsWrong(`--bus ${bus}: postgres or redis`)
  if (bus === 'redis' && !redisServer) throw new WordsWrong('--bus redis needs redis-server or valkey-server')
  return { bus, workers: workers === undefined ? (seed >> 1) % 2 : count('workers', workers) }
}

async function arenaOf({ url, data, nodes, product, breaker }: Values, shape: Shape, armed: Armed): Promise<Arena> {
  const environment = armedWith(armed.plan, armed.node)
  if (url === undefined) return ownArena({ nodes: count('nodes', nodes), ...shape, environment, product })
  const secret = process.env['ALUN_SECRET']
  if (!secret) throw new WordsWrong('--url needs ALUN_SECRET, the secret of that installation, to make users with')
  const asked = breaker === undefined ? undefined : await Breaker.ask(breaker)
  return givenArena(url.replace(/\/$/, ''), secret, { dataDir: data, breaker: asked })
}

function count(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new WordsWrong(`--${name} ${text} is no whole number`)
  return value
}

/** A number: at most so many in each scenario. Names: these, in place of the scenario's own. */
function faultsOf(text: string | undefined): { mostFaults?: number; onlyFaults?: readonly FaultKind[] } {
  if (text === undefined) return {}
  if (/^\d+$/.test(text)) return { mostFaults: count('faults', text) }
  const all: readonly FaultKind[] = [...faultKinds, ...aroundKinds]
  const onlyFaults = text.split(',').map((name) => {
    const found = all.find((kind) => kind === name.trim())
    if (!found) throw new WordsWrong(`--faults: no fault "${name}": ${all.join(', ')}`)
    return found
  })
  return { onlyFaults }
}

/** `90s`, `10m`, `2h`; nothing: once. */
function durationMs(text: string | undefined): number {
  if (text === undefined) return 0
  const [, amount, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? []
  if (!amount) throw new WordsWrong(`--soak ${text}: say 90s, 10m or 2h`)
  return Number(amount) * { s: 1000, m: 60_000, h: 3_600_000 }[unit as 's' | 'm' | 'h']
}

const theirs = (error: unknown): boolean =>
  error instanceof WordsWrong || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')

void main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`alun prove: ${(error as Error).message}\n`)
    process.exit(theirs(error) ? 2 : 1)
  },
)
