/** Plays one scenario of `alun prove`, as the cluster's page asks for it: beside everything else, and behind it. */
import { join } from 'node:path'
import { eachLine } from '../../cluster/logs'
import type { Scenario, Verdict } from '../../services/watch/model'

interface Told {
  scenarios: { failure?: unknown }[]
  promises: (Omit<Verdict, 'verdict'> & { verdict: Verdict['verdict'] | 'unjudged' })[]
}

/** @param onLine what it says while it runs. */
export async function proveOne(
  scenario: Scenario,
  onLine: (line: string) => void,
): Promise<{ isPlayed: boolean; promises: Verdict[] }> {
  const program = [process.execPath, join(import.meta.dir, '../../prove/proof/main.ts')]
  const gently = Bun.which('nice') ? ['nice', '-n', '10'] : []
  const child = Bun.spawn([...gently, ...program, '--scenario', scenario, '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Its end of this channel tells it when we are gone.
    ipc: () => undefined,
  })
  const said = eachLine(child.stderr, (line) => onLine(line.slice(0, 300)))
  const text = await new Response(child.stdout).text()
  await said
  await child.exited
  if (!text.startsWith('{')) return { isPlayed: false, promises: [] }
  const { scenarios, promises } = JSON.parse(text) as Told
  // What can't be judged on so busy a machine counts for as little as what was not tried.
  const told = promises.map(({ promise, verdict, looked }): Verdict =>
    verdict === 'unjudged' ? { promise, verdict: 'untried', looked: 0 } : { promise, verdict, looked },
  )
  return { isPlayed: scenarios.every(({ failure }) => failure === undefined), promises: told }
}
