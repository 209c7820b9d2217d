/** The attack is attacked: each fault that is planted in the product is found and named, and without one all holds. */
import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { planted, plants } from './plants'

interface Told {
  promises: { promise: string; verdict: string; checks: { broken: string[] }[] }[]
  scenarios: { name: string; failure?: string }[]
}

async function prove(words: string[], environment: Record<string, string> = {}): Promise<{ code: number; told: Told }> {
  const command = [process.execPath, join(import.meta.dir, 'main.ts'), '--json', ...words]
  const program = Bun.spawn(command, { stdout: 'pipe', stderr: 'pipe', env: { ...process.env, ...environment } })
  const [out, said, code] = await Promise.all([
    new Response(program.stdout).text(),
    new Response(program.stderr).text(),
    program.exited,
  ])
  if (out === '') throw new Error(`alun prove said nothing of use:\n${said}`)
  return { code, told: JSON.parse(out) as Told }
}

const judged = ({ promises }: Told, verdict: string): string[] =>
  promises.filter((one) => one.verdict === verdict).map(({ promise }) => promise)

test('a product that keeps its promises is found to', async () => {
  const words = ['--seed', '11', '--seconds', '4', '--faults', '2', '--scenario', 'chat,sale,attendance,reports']
  const { code, told } = await prove(words)
  expect(told.promises.flatMap(({ checks }) => checks.flatMap(({ broken }) => broken))).toEqual([])
  expect(told.scenarios.filter(({ failure }) => failure)).toEqual([])
  expect(judged(told, 'held')).toEqual(['G1', 'G2', 'G3', 'G4', 'G5', 'G6', 'G7', 'G8', 'G9'])
  expect(code).toBe(0)
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

// What is planted shows by itself, on as small a cluster as can show it; more that breaks would only take time.
const small = ['--nodes', '2', '--workers', '0', '--bus', 'postgres', '--seed', '5', '--seconds', '2', '--faults', '0']

/** Every day two of them, the first word and the last unit; with ALUN_FULL=1 all. */
const everyDay = ['acknowledges before it has committed', 'sells from a stale counter']
const found = plants.filter(({ name }) => process.env['ALUN_FULL'] || everyDay.includes(name))

test.each(found.map((plant) => [plant.name, plant] as const))(
  'one that %s is found out',
  async (_, plant) => {
    const { dir, remove } = await planted(plant)
    try {
      const { code, told } = await prove(['--product', dir, ...small, '--scenario', plant.scenario], plant.environment)
      console.info(`${plant.name}: ${judged(told, 'broken').join(', ')} broken`)
      expect(judged(told, 'broken')).toContain(plant.breaks)
      expect(code).toBe(1)
    } finally {
      await remove()
    }
  },
  180_000,
)
