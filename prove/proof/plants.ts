/**
 * Faults to be planted in a copy of the product: what `alun prove` must find. Each is an edit of the source, so that the
 * product itself carries no code for it, and an edit that no longer fits is noticed.
 */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Promise_ } from './verdict'

export interface Plant {
  name: string
  edits: { file: string; find: string; put: string }[]
  /** Played to find it. */
  scenario: string
  /** What must be named; another one may break with it. */
  breaks: Promise_
  environment?: Record<string, string>
}

export const plants: readonly Plant[] = [
  {
    name: 'acknowledges before it has committed',
    edits: [
      {
        file: 'kernel/batch/run.ts',
        find: `    context.hit('before-commit')\n`,
        put: `    const early = merge<O>(entries, replayed, decided)
    const posts = decider.name === 'discussion.post' ? entries : []
    posts.forEach((entry, nth) => (entry as unknown as { resolve(output: unknown): void }).resolve(early[nth]))
    if (posts.length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
    context.hit('before-commit')\n`,
      },
    ],
    scenario: 'chat',
    breaks: 'G1',
    environment: { ALUN_FAILPOINTS: 'before-commit:40' },
  },
  {
    name: 'publishes out of order',
    edits: [
      {
        file: 'edge/realtime.ts',
        find: 'dialect.publications(topic, publications)',
        put: 'dialect.publications(topic, publications.toReversed())',
      },
    ],
    scenario: 'chat',
    breaks: 'G3',
  },
  {
    name: 'forgets a key',
    edits: [
      {
        file: 'kernel/batch/answers.ts',
        find: '  for (const row of rows) {\n    found[',
        put: '  for (const row of rows) {\n    if (command.length > 0) continue\n    found[',
      },
      {
        file: 'kernel/batch/answers.ts',
        find: '     ORDER BY actor, key`',
        put: '     ORDER BY actor, key ON CONFLICT DO NOTHING`',
      },
    ],
    scenario: 'chat',
    breaks: 'G2',
  },
  {
    name: 'sells from a stale counter',
    edits: [{ file: 'services/drops/rows.ts', find: 'ORDER BY d.id FOR UPDATE', put: 'ORDER BY d.id' }],
    scenario: 'sale',
    breaks: 'G6',
    // Nodes that die by themselves leave fewer to race.
    environment: { ALUN_FAILPOINTS: 'after-commit:100000' },
  },
  {
    name: 'loses a job',
    edits: [
      {
        file: 'kernel/jobs.ts',
        find: 'const sorted = jobs.toSorted(',
        put: 'const sorted = jobs.filter(() => Math.random() < 0.5).toSorted(',
      },
    ],
    scenario: 'reports',
    breaks: 'G8',
  },
]

const root = join(import.meta.dir, '../..')
const parts = ['protocol', 'kernel', 'services', 'edge', 'cluster', 'main', 'package.json', 'tsconfig.json']

/** A copy of the product with the fault in it. @throws when an edit doesn't fit any more */
export async function planted(plant: Plant): Promise<{ dir: string; remove(): Promise<void> }> {
  const sources = await edited(plant)
  const dir = await mkdtemp(join(tmpdir(), 'alun-planted-'))
  for (const part of parts) await cp(join(root, part), join(dir, part), { recursive: true })
  await symlink(join(root, 'node_modules'), join(dir, 'node_modules'))
  for (const [file, source] of sources) await writeFile(join(dir, file), source)
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) }
}

/** The files of the product as the fault has them. @throws when an edit doesn't fit any more */
export async function edited({ name, edits }: Plant): Promise<Map<string, string>> {
  const sources = new Map<string, string>()
  for (const { file, find, put } of edits) {
    const source = sources.get(file) ?? (await readFile(join(root, file), 'utf8'))
    if (source.split(find).length !== 2)
      throw new Error(`"${name}" (prove/proof/plants.ts) must follow ${file}: it has no single ${JSON.stringify(find)}`)
    sources.set(
      file,
      source.replace(find, () => put),
    )
  }
  return sources
}
