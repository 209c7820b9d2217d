/**
 * What a phone must load before it shows the first page, held against budgets: the page, its styles, and its script with
 * all that it imports at once. Sizes are as they travel (brotli).
 *
 *   bun bin/budgets.ts [folder of the built app]
 */
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { brotliCompressSync } from 'node:zlib'

export interface Measured {
  name: string
  bytes: number
  budgetBytes: number
}

const kB = 1000
const transpiler = new Bun.Transpiler({ loader: 'js' })

/** @throws where there is no page, or it asks for what is not there. */
export async function measurePages(folder: string): Promise<Measured[]> {
  const html = await readFile(join(folder, 'index.html'), 'utf8')
  const asked = [...html.matchAll(/\b(?:src|href)="\/?([^"#?:]+)"/g)].map((match) => match[1]!)
  const scripts = await withImports(
    folder,
    asked.filter((path) => path.endsWith('.js')),
  )
  const styles = asked.filter((path) => path.endsWith('.css'))
  if (scripts.length === 0) throw new Error('the page names no script: was it built?')
  const later = (await files(folder)).filter((path) => path.endsWith('.js') && !scripts.includes(path))
  return [
    { name: 'the page', bytes: await weigh(folder, ['index.html']), budgetBytes: 5 * kB },
    { name: 'its styles', bytes: await weigh(folder, styles), budgetBytes: 15 * kB },
    { name: 'its script, with what that imports', bytes: await weigh(folder, scripts), budgetBytes: 120 * kB },
    { name: 'everything that may follow', bytes: await weigh(folder, later), budgetBytes: 250 * kB },
  ]
}

/** With what they import statically, and so on; `import()` comes later and is not counted. */
async function withImports(folder: string, entries: string[]): Promise<string[]> {
  const all = new Set(entries)
  for (const path of all) {
    for (const found of transpiler.scanImports(await readFile(join(folder, path), 'utf8'))) {
      const target = found.path.startsWith('/') ? found.path.slice(1) : join(path, '..', found.path)
      if (found.kind === 'import-statement' && existsSync(join(folder, target))) all.add(target)
    }
  }
  return [...all]
}

async function weigh(folder: string, paths: readonly string[]): Promise<number> {
  const contents = await Promise.all(paths.map((path) => readFile(join(folder, path))))
  return contents.reduce((sum, content) => sum + brotliCompressSync(content).byteLength, 0)
}

async function files(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).map((path) => path.replaceAll('\\', '/'))
}

if (import.meta.main) {
  const measured = await measurePages(process.argv[2] ?? join(import.meta.dir, '../dist/web'))
  for (const { name, bytes, budgetBytes } of measured) {
    const over = bytes > budgetBytes
    console.log(`${over ? '✗' : '✓'} ${name}: ${(bytes / kB).toFixed(1)} of ${budgetBytes / kB} kB`)
    if (over) process.exitCode = 1
  }
}
