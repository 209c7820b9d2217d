import { join } from 'node:path'
import type { Command } from './command'

export const prove: Command = {
  summary:
    'attacks a cluster (its own, or a given test cluster) and judges the promises G1 to G10 (exit 1: one broke, 3: none was tried, or one could not be judged)',
  options: {
    scenario: { placeholder: 'NAMES', help: 'only these, with commas: balance, chat, sale, upgrade, chaos …' },
    seed: { placeholder: 'N', help: 'what is broken when; printed, so that a run can be repeated' },
    soak: { placeholder: 'TIME', help: 'again and again for 90s, 10m or 2h, until a promise breaks' },
    report: { placeholder: 'FILE', help: 'the proof as a page (HTML)' },
    history: { placeholder: 'FILE', help: 'every call and event, a line of JSON each' },
    json: { help: 'the verdict as JSON on standard output' },
    nodes: { placeholder: 'N', help: 'of its own cluster (3)' },
    workers: { placeholder: 'N', help: 'of its own cluster, that only work on jobs (0 or 1, as the seed has it)' },
    bus: {
      placeholder: 'NAME',
      help: 'of its own cluster: postgres or redis (as the seed has it, where Redis is installed)',
    },
    url: { placeholder: 'URL', help: 'a given test cluster; ALUN_SECRET must be its secret' },
    faults: { placeholder: 'N|NAMES', help: 'at most so many in each scenario, or which ones, with commas' },
    breaker: { placeholder: 'PROGRAM', help: 'with --url: its owner’s program that breaks things when it is asked' },
    data: { placeholder: 'DIR', help: 'with --url: its data folder on this machine, so that things can be broken' },
  },
  run: (flags) => startProgram('prove/proof/main.ts', flags),
}

/** A program of the evidence, in a process of its own: nothing of the product imports it. @returns its exit code */
export async function startProgram(path: string, flags: Record<string, string | boolean | undefined>): Promise<number> {
  const words = Object.entries(flags).flatMap(([name, value]) =>
    value === undefined || value === false ? [] : value === true ? [`--${name}`] : [`--${name}`, value],
  )
  const program = Bun.spawn([process.execPath, join(import.meta.dir, '../..', path), ...words], {
    stdio: ['inherit', 'inherit', 'inherit'],
    // Its end of this channel tells it when we are gone, however that came about.
    ipc: () => undefined,
  })
  // The terminal tells both of us; it ends what it started, and then we end.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => program.kill('SIGTERM'))
  return program.exited
}
