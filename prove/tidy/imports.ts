/**
 * Who leans on whom. `Bun.Transpiler` tells which imports are left when the program runs; what it leaves out was types
 * only. A path that a text merely names (`spawn(bun, ['prove/bench/main.ts'])`, `<script src="./main.tsx">`) counts too:
 * that is how programs, workers and pages are reached.
 */
import { posix } from 'node:path'
import { split } from './source'
import { isSource, lineOf, type Tree } from './tree'

export type LinkKind = 'value' | 'type' | 'name'

export interface Link {
  from: string
  /** The file, or the package. */
  to: string
  isPackage: boolean
  kind: LinkKind
  line: number
}

/** What each file leans on, by path. */
export type Graph = ReadonlyMap<string, readonly Link[]>

export function graphOf(tree: Tree): Graph {
  const graph = new Map<string, Link[]>()
  for (const [path, text] of tree) {
    if (isSource(path)) graph.set(path, [...importsOf(tree, path, text), ...namesIn(tree, path, text)])
    else if (namesPrograms(path)) graph.set(path, namesIn(tree, path, text))
  }
  return graph
}

/** Files that are no TypeScript, but may start some. */
const namesPrograms = (path: string): boolean =>
  path === 'package.json' || path.endsWith('.html') || path.endsWith('.toml') || /^(bin|deploy|\.ci)\//.test(path)

// `import x from 'y'`, `import type …`, `export … from 'y'`, `import 'y'`, `import('y')`; never over a statement's end.
const statement = /\b(import|export)\b(\s*\(\s*|[^;'"`]*?\bfrom\s*|\s*)(['"])([^'"\n]+)\3/g

function importsOf(tree: Tree, path: string, text: string): Link[] {
  const { code, strings } = split(text)
  const bare = overlay(code, strings)
  const left = new Set(
    scanner(path)
      .scanImports(withoutShebang(text))
      .map((found) => found.path),
  )
  return [...bare.matchAll(statement)]
    .filter((match) => code[match.index] !== ' ')
    .map((match) => {
      const specifier = match[4]!
      const isPackage = !specifier.startsWith('.')
      const file = resolve(tree, path, specifier)
      return {
        from: path,
        // Of a file that is not there, the compiler tells; here it counts by its place.
        to: file ?? (isPackage ? specifier : posix.normalize(posix.join(posix.dirname(path), specifier))),
        isPackage,
        kind: left.has(specifier) && !/^\w+\s+type\b/.test(match[0]) ? 'value' : 'type',
        line: lineOf(text, match.index),
      }
    })
}

/** Bun runs programs that begin so, its transpiler does not read them. */
const withoutShebang = (text: string): string => text.replace(/^#!.*/, '')

const pathLike = /(?:\.{1,2}\/)*[\w@-][\w@./-]*\.(?:tsx?|mjs|js|html|css)\b/g

function namesIn(tree: Tree, path: string, text: string): Link[] {
  const strings = isSource(path) ? split(text).strings : text
  const links: Link[] = []
  for (const match of strings.matchAll(pathLike)) {
    const beside = posix.normalize(posix.join(posix.dirname(path), match[0]))
    const fromRoot = posix.normalize(match[0]).replace(/^(\.\.\/)+/, '')
    const to = [beside, fromRoot].find((candidate) => tree.has(candidate) && candidate !== path)
    if (to) links.push({ from: path, to, isPackage: false, kind: 'name', line: lineOf(text, match.index) })
  }
  return links
}

const endings = ['', '.ts', '.tsx', '.mjs', '.js', '/index.ts', '/index.tsx']

function resolve(tree: Tree, from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined
  const base = posix.normalize(posix.join(posix.dirname(from), specifier))
  return endings.map((ending) => base + ending).find((candidate) => tree.has(candidate))
}

const transpilers = { ts: new Bun.Transpiler({ loader: 'ts' }), tsx: new Bun.Transpiler({ loader: 'tsx' }) }
const scanner = (path: string): Bun.Transpiler => (path.endsWith('x') ? transpilers.tsx : transpilers.ts)

function overlay(code: string, strings: string): string {
  return Array.from({ length: code.length }, (_, i) => (code[i] === ' ' ? strings[i] : code[i])).join('')
}

/** Everything that is reached from `starts`, themselves included. `follow` may stop at a link. */
export function reachedFrom(
  graph: Graph,
  starts: Iterable<string>,
  follow: (link: Link) => boolean = () => true,
): Set<string> {
  const reached = new Set(starts)
  for (const path of reached) {
    for (const link of graph.get(path) ?? []) if (!link.isPackage && follow(link)) reached.add(link.to)
  }
  return reached
}
