/** The repository as rules see it: paths and texts. A test of a rule makes a small one up. */
import { lstat, readdir, readFile } from 'node:fs/promises'
import { extname, join } from 'node:path'

export interface Offence {
  path: string
  line?: number
  /** What is wrong, why, and what to do instead. */
  message: string
}

/** Paths with forward slashes, relative to the root; texts. Files that are no text are there with an empty one. */
export type Tree = ReadonlyMap<string, string>

/** What git ignores, and git itself. */
const ignored = new Set(['node_modules', 'data', 'dist', 'test-results', '.git'])
const binary = new Set([
  '.png',
  '.jpg',
  '.webp',
  '.avif',
  '.ico',
  '.gif',
  '.woff2',
  '.zip',
  '.gz',
  '.br',
  '.pdf',
  '.bin',
])

export function treeOf(files: Record<string, string>): Tree {
  return new Map(Object.entries(files))
}

export async function readTree(root: string): Promise<Tree> {
  const tree = new Map<string, string>()
  const walk = async (folder: string): Promise<void> => {
    for (const name of (await readdir(join(root, folder))).sort()) {
      const path = folder === '' ? name : `${folder}/${name}`
      if (ignored.has(name) || name.endsWith('.log')) continue
      const about = await lstat(join(root, path))
      if (about.isDirectory()) await walk(path)
      else if (about.isFile()) tree.set(path, binary.has(extname(name)) ? '' : await readFile(join(root, path), 'utf8'))
    }
  }
  await walk('')
  return tree
}

export const isSource = (path: string): boolean => /\.(ts|tsx|mts|mjs|js)$/.test(path) && !path.endsWith('.d.ts')
export const isTest = (path: string): boolean => /\.test\.tsx?$/.test(path)

/** Helpers, suites and stand-ins of tests: tests and each other may use them, and that only tests do does not make them dead. */
export const isTesting = (path: string): boolean => /(^|\/)(testing|simulated)(\/|\.tsx?$)|\.contract\.ts$/.test(path)

/** The line of a position in a text, from 1. */
export function lineOf(text: string, position: number): number {
  let line = 1
  for (let i = text.indexOf('\n'); i >= 0 && i < position; i = text.indexOf('\n', i + 1)) line++
  return line
}

/**
 * `tidy: <rule>: why` in a comment on the line or the one before lets a line through. The reason is not optional.
 */
export function excused(text: string, line: number, rule: string): boolean {
  const lines = text.split('\n')
  const around = `${lines[line - 2] ?? ''}\n${lines[line - 1] ?? ''}`
  return new RegExp(`tidy: ${rule}: \\S+`).test(around)
}

export function say(offences: readonly Offence[]): string {
  return offences
    .map(({ path, line, message }) => `${path}${line === undefined ? '' : `:${line}`}  ${message}`)
    .join('\n')
}
