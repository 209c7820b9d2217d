/**
 * `alun bench` and `npm run bench`: speed, each figure beside the machine's own limit measured in the same run, and beside
 * what people would otherwise take, where that is installed. A bench has output and no verdict.
 *
 *   npm run bench [-- fanout posts …] [--seconds 5] [--json] [--report FILE.html] [--write docs/performance.md] [--smoke]
 */
import { writeFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { machineOf } from '../proof/machine'
import { benches, smokeBenches, type Size } from './benches'
import { told, type Measured } from './figures'
import { limits as measureLimits, type Limits } from './limits'
import { pageOf } from './page'
import { writeInto } from './write'

const options = {
  only: { type: 'string' },
  seconds: { type: 'string', default: '5' },
  json: { type: 'boolean' },
  report: { type: 'string' },
  write: { type: 'string' },
  smoke: { type: 'boolean' },
} as const

const note = (text: string): void => void process.stderr.write(`${text}\n`)

/** @throws with what is wrong about the words. */
function chosen(words: readonly string[], smoke: boolean): string[] {
  const unknown = words.find((name) => !(name in benches))
  if (unknown !== undefined) throw new Error(`no bench "${unknown}": ${Object.keys(benches).join(', ')}`)
  return words.length > 0 ? [...words] : smoke ? smokeBenches : Object.keys(benches)
}

async function measureAll(names: readonly string[], size: Size): Promise<{ limits?: Limits; all: Measured[] }> {
  const all: Measured[] = []
  let limits: Limits | undefined
  for (const name of names) {
    const { conditions, besideLimits, run } = benches[name]!
    if (besideLimits && !limits) {
      note('limits: bare HTTP, and bare INSERTs in batches')
      limits = await measureLimits(size.seconds)
    }
    note(`${name}: ${conditions}`)
    try {
      const { result, figures, skipped = [] } = await run(size, limits)
      all.push({ name, conditions, figures, skipped, result })
    } catch (error) {
      // What was measured before it is not lost.
      process.exitCode = 1
      note(`${name} failed: ${(error as Error).stack ?? String(error)}`)
    }
  }
  return limits ? { limits, all } : { all }
}

const table = ({ name, figures, skipped }: Measured): string =>
  [
    name,
    ...figures.map(
      ({ what, unit, bars }) =>
        `  ${what}, ${unit}: ${bars.map((bar) => `${bar.name} ${told(bar.value)}`).join(' · ')}`,
    ),
    ...skipped.map((one) => `  not measured: ${one}`),
  ].join('\n')

// Whoever began this over a channel to us is gone; what we started ends with us.
process.on('disconnect', () => process.exit(1))
const { values, positionals } = parseArgs({ args: process.argv.slice(2), options, allowPositionals: true })
const smoke = values.smoke === true
const names = chosen([...positionals, ...(values.only?.split(',') ?? [])], smoke)
const about = { ...machineOf(), at: new Date().toISOString(), loadBefore: Math.round(loadavg()[0]! * 10) / 10 }
const { limits, all } = await measureAll(names, { seconds: smoke ? 1 : Number(values.seconds), smoke })
if (values.report) await writeFile(values.report, pageOf(all, about))
if (values.write) await writeInto(values.write, all, about)
const results = Object.fromEntries(all.map(({ name, ...rest }) => [name, rest]))
process.stdout.write(
  values.json
    ? `${JSON.stringify({ machine: about, limits, benches: results }, null, 2)}\n`
    : `${all.map(table).join('\n')}\n`,
)
process.exit()
