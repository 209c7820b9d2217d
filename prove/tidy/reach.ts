/** Nothing lies about unused: every module is reached from a program, a page or a test. */
import { type Graph, reachedFrom } from './imports'
import { isSource, isTest, isTesting, type Offence, type Tree } from './tree'

/** Where running begins. What these name or import, and so on, is alive. */
function isProgram(path: string): boolean {
  return (
    /^(package\.json|main\/cli\.ts|web\/build\.ts|web\/index\.html)$/.test(path) ||
    /^(bin|deploy|\.ci)\//.test(path) ||
    /^[^/]+\.config\.\w+$/.test(path) ||
    path.endsWith('.worker.ts')
  )
}

/** Modules that nothing leans on, not even a test. */
export function orphans(tree: Tree, graph: Graph): Offence[] {
  const reached = reachedFrom(
    graph,
    [...tree.keys()].filter((path) => isProgram(path) || isTest(path)),
  )
  return modules(tree)
    .filter((path) => !reached.has(path))
    .map((path) => ({ path, message: 'nothing imports or starts it: connect it, or delete it (history keeps it)' }))
}

/** Modules that only tests lean on: they look alive and are not. Evidence and helpers of tests may be so. */
export function dead(tree: Tree, graph: Graph): Offence[] {
  const tested = reachedFrom(graph, [...tree.keys()].filter(isTest))
  const running = reachedFrom(graph, [...tree.keys()].filter(isProgram))
  return modules(tree)
    .filter((path) => tested.has(path) && !running.has(path) && !isTesting(path) && !path.startsWith('prove/'))
    .map((path) => ({
      path,
      message: 'only tests use it: connect it to the program, delete it with its test, or move it to a testing folder',
    }))
}

const modules = (tree: Tree): string[] => [...tree.keys()].filter((path) => isSource(path) && !isTest(path))
