/** What a test needs stands in its file's name; what needs least runs first. */

export type Kind = 'unit' | 'pg' | 'cluster' | 'e2e'

export interface KindSettings {
  /** For the summary. */
  needs: string
  /** Files of these kinds share a run of `bun test`; each file of the others has one to itself, beside at most one more (`order.ts`). */
  together: boolean
  flags: readonly string[]
  /** A run that takes longer hangs: it is ended and counts as failed. */
  limitMs: number
}

const minute = 60_000

/** A single test may take long on a machine that does other things too: its time-out is for what hangs. */
export const kinds: Record<Kind, KindSettings> = {
  unit: { needs: 'nothing', together: true, flags: ['--parallel=2', '--timeout=20000'], limitMs: 3 * minute },
  // Workers keep their modules from file to file, and with them the Postgres that they started.
  pg: {
    needs: 'a database',
    together: true,
    flags: ['--parallel=2', '--no-isolate', '--timeout=30000'],
    limitMs: 5 * minute,
  },
  cluster: { needs: 'several processes', together: false, flags: ['--timeout=60000'], limitMs: 5 * minute },
  e2e: { needs: 'a browser', together: false, flags: ['--timeout=90000'], limitMs: 5 * minute },
}

export const kindNames = Object.keys(kinds) as Kind[]

export function kindOf(path: string): Kind {
  const suffix = /\.(pg|cluster|e2e)\.test\.tsx?$/.exec(path)?.[1]
  return (suffix as Kind | undefined) ?? 'unit'
}

/**
 * Whether a file that failed is run once more, and its failure told as unsteadiness when it passes then. Only where a
 * browser or a foreign program may be late on a busy machine: a promise that holds at the second try does not hold.
 */
export function mayTryAgain(path: string): boolean {
  return kindOf(path) === 'e2e' || path.startsWith('deploy/')
}

export interface Choice {
  /** Parts of paths; none means all files. */
  filters: string[]
  only: Kind[]
}

/** @throws with what is wrong about the arguments. */
export function choose(args: readonly string[]): Choice {
  const choice: Choice = { filters: [], only: kindNames }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--only' || arg.startsWith('--only=')) {
      const named = (arg.split('=')[1] ?? args[++i] ?? '').split(',')
      const unknown = named.find((name) => !(name in kinds))
      if (unknown !== undefined) throw new Error(`--only takes ${kindNames.join(', ')}, not "${unknown}"`)
      choice.only = kindNames.filter((kind) => named.includes(kind))
    } else if (arg.startsWith('-')) {
      throw new Error(`there is no ${arg}: npm test -- [part of a path …] [--only ${kindNames.join('|')}]`)
    } else choice.filters.push(arg.replace(/^\.\//, ''))
  }
  return choice
}

export function filesOf(kind: Kind, files: readonly string[], { filters, only }: Choice): string[] {
  if (!only.includes(kind)) return []
  return files
    .filter((path) => kindOf(path) === kind && (filters.length === 0 || filters.some((part) => path.includes(part))))
    .toSorted()
}
