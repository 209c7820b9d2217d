/** The attack is attacked: each fault that is planted in the product is found and named, and without one all holds. */
import { expect, test } from 'bun:test'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { planted, plants } from './plants'

interface Told {
  about: { rounds: number; ended?: string; version: string; cpu: string; nodes: number }
  promises: { promise: string; verdict: string; checks: { broken: string[] }[] }[]
  scenarios: { name: string; failure?: string }[]
}

interface Proved {
  code: number
  told: Told
}

/** @param until what it says when it is to be interrupted, as by Ctrl-C. */
async function prove(words: string[], environment: Record<string, string> = {}, until?: RegExp): Promise<Proved> {
  const command = [process.execPath, join(import.meta.dir, 'main.ts'), '--json', ...words]
  const program = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe', env: { ...process.env, ...environment } })
  let said = ''
  const hear = async (): Promise<void> => {
    for await (const bytes of program.stderr) {
      const before = until?.test(said)
      said += Buffer.from(bytes).toString()
      if (!before && until?.test(said)) program.kill('SIGINT')
    }
  }
  const [out, , code] = await Promise.all([new Response(program.stdout).text(), hear(), program.exited])
  if (out === '') throw new Error(`alun prove said nothing of use:\n${said}`)
  return { code, told: JSON.parse(out) as Told }
}

const judged = ({ promises }: Told, verdict: string): string[] =>
  promises.filter((one) => one.verdict === verdict).map(({ promise }) => promise)

const all = ['G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8', 'G9']

test('a product that keeps its promises is found to, and a soak goes on with the next seed until it is interrupted, and tells', async () => {
  const report = join(await mkdtemp(join(tmpdir(), 'alun-proof-')), 'proof.html')
  const words = ['--seed', '11', '--seconds', '4', '--faults', '2', '--scenario', 'chat,sale,attendance,reports']
  const { code, told } = await prove([...words, '--soak', '1h', '--report', report], {}, /seed 11, [^]*chat:/)
  expect(told.promises.flatMap(({ checks }) => checks.flatMap(({ broken }) => broken))).toEqual([])
  expect(told.scenarios.filter(({ failure }) => failure)).toEqual([])
  // Whether readers were told in time can't be said where this process itself has no room to run.
  const unjudged = judged(told, 'unjudged')
  expect(['', 'G5']).toContain(unjudged.join())
  expect(judged(told, 'held')).toEqual(all.filter((one) => !unjudged.includes(one)))
  expect(code).toBe(unjudged.length > 0 ? 3 : 0)
  expect(told.scenarios.map(({ name }) => name)).toEqual(['chat'])
  expect(told.about).toMatchObject({ rounds: 2, ended: expect.stringContaining('early'), nodes: 3 })
  const page = await readFile(report, 'utf8')
  // Version, seed, machine, configuration.
  for (const made of ['seed 12', 'early']) expect(page).toContain(made)
  const settings = ['version', 'system', 'cpu', 'cores', 'memoryGb', 'runtime', 'failpoint', 'bus', 'workers', 'nodes']
  for (const name of settings) expect(page).toMatch(new RegExp(`<dt>${name}</dt><dd>[^<]`))
  expect(page).toContain(told.about.version)
  await rm(join(report, '..'), { recursive: true })
}, 180_000)

/** One after the other, with ALUN_FULL=1. */
const seeds = process.env['ALUN_FULL'] ? Array.from({ length: 10 }, (_, nth) => nth + 1) : []

test.each(seeds)(
  'with seed %p every promise is tried, and kept',
  async (seed) => {
    const { code, told } = await prove(['--seed', String(seed)])
    expect(told.promises.flatMap(({ checks }) => checks.flatMap(({ broken }) => broken))).toEqual([])
    expect(told.scenarios.filter(({ failure }) => failure)).toEqual([])
    expect(judged(told, 'untried')).toEqual([])
    expect(code).toBe(0)
  },
  600_000,
)

// What is planted shows by itself, on as small a cluster as can show it; more that breaks would only take time. A soak ends when
// it does.
const small = ['--nodes', '2', '--workers', '0', '--bus', 'postgres', '--seed', '5', '--seconds', '1', '--faults', '0']
const soak = ['--soak', '60s']

/** Every day two of them, the first word and the last unit; with ALUN_FULL=1 all. */
const everyDay = ['acknowledges before it has committed', 'sells from a stale counter']
const found = plants.filter(({ name }) => process.env['ALUN_FULL'] || everyDay.includes(name))

test.each(found.map((plant) => [plant.name, plant] as const))(
  'one that %s is found out',
  async (_, plant) => {
    const { dir, remove } = await planted(plant)
    try {
      const { code, told } = await prove(
        ['--product', dir, ...small, ...soak, '--scenario', plant.scenario],
        plant.environment,
      )
      console.info(`${plant.name}: ${judged(told, 'broken').join(', ')} broken in round ${told.about.rounds}`)
      expect(judged(told, 'broken')).toContain(plant.breaks)
      expect(code).toBe(1)
    } finally {
      await remove()
    }
  },
  180_000,
)
