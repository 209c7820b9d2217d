/**
 * Builds the app into `dist/web`: hashed, minified and compressed, so that a node only has to hand out bytes.
 *
 *   bun web/build.ts [folder]
 *
 * Prints what a phone has to load, and fails when that grows over its budget.
 */
import { cp, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import tailwind from 'bun-plugin-tailwind'

/** JavaScript in bytes, gzipped: what the first page needs, and what an open conversation needs in all. */
const budgetBytes = { firstPage: 120_000, conversation: 160_000 }
const compressible = /\.(html|js|css|svg|json|webmanifest|txt)$/

export interface Built {
  folder: string
  /** Gzipped bytes of JavaScript. */
  firstPageBytes: number
  conversationBytes: number
  cssBytes: number
}

/** @throws when it doesn't compile or is over its budget. The folder is replaced in one step, and only by a whole build. */
export async function build(folder: string): Promise<Built> {
  // Two builds at once don't meet.
  const fresh = `${folder}.${process.pid}.new`
  await rm(fresh, { recursive: true, force: true })
  const result = await Bun.build({
    entrypoints: [join(import.meta.dir, 'index.html')],
    outdir: fresh,
    target: 'browser',
    minify: true,
    splitting: true,
    publicPath: '/',
    naming: { entry: '[name].[ext]', chunk: 'assets/[name]-[hash].[ext]', asset: 'assets/[name]-[hash].[ext]' },
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [tailwind],
  })
  // The names of icons stand in the manifest, so they keep them.
  await cp(join(import.meta.dir, 'public/icons'), join(fresh, 'icons'), { recursive: true })
  await cp(join(import.meta.dir, 'public/docs.css'), join(fresh, 'docs.css'))
  const scripts = new Map<string, string>()
  for (const output of result.outputs) {
    if (output.path.endsWith('.js')) scripts.set(output.path.slice(fresh.length), await output.text())
  }
  const html = await Bun.file(join(fresh, 'index.html')).text()
  await buildWorker(fresh, html, scripts)
  await buildDocs(fresh)
  await compress(fresh)
  const built = { folder, ...measure(html, scripts), cssBytes: await cssBytes(fresh) }
  report(built, scripts)
  await replace(fresh, folder)
  return built
}

/** The service worker keeps what the first pages need, under a name that changes with any file of the app. */
async function buildWorker(folder: string, html: string, scripts: Map<string, string>): Promise<void> {
  const linked = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map((match) => match[1]!)
  const files = [...new Set([...linked, ...reach(linked, scripts), ...opened(scripts)])]
  const version = new Bun.CryptoHasher('sha256')
    .update([html, ...scripts.keys()].join())
    .digest('hex')
    .slice(0, 16)
  await Bun.build({
    entrypoints: [join(import.meta.dir, 'worker/sw.ts')],
    outdir: folder,
    target: 'browser',
    format: 'iife',
    minify: true,
    naming: { entry: '[name].[ext]' },
    define: { __FILES__: JSON.stringify(files), __VERSION__: JSON.stringify(version) },
  })
}

/** The page of the API is no part of the app: it has to work when that does not. */
async function buildDocs(folder: string): Promise<void> {
  const built = {
    outdir: folder,
    target: 'browser',
    format: 'iife',
    minify: true,
    naming: { entry: 'docs.[ext]' },
  } as const
  await Bun.build({ entrypoints: [join(import.meta.dir, 'docs/try.ts')], ...built })
}

/** The part that connects: loaded as soon as somebody is signed in. */
const opened = (scripts: Map<string, string>): string[] =>
  [...scripts].filter(([, text]) => text.includes('/connection/websocket')).map(([path]) => path)

async function compress(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !compressible.test(entry.name)) continue
    const path = join(entry.parentPath, entry.name)
    const bytes = new Uint8Array(await Bun.file(path).arrayBuffer())
    await writeFile(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
    await writeFile(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  }
}

/** What loads before anything shows, and what an open conversation adds. Lazy pages come with neither. */
function measure(html: string, scripts: Map<string, string>): Pick<Built, 'firstPageBytes' | 'conversationBytes'> {
  const entries = [...html.matchAll(/src="([^"]+\.js)"/g)].map((match) => match[1]!)
  const first = reach(entries, scripts)
  const lazy = [...scripts].filter(([, text]) => text.includes('discussion.history')).map(([path]) => path)
  const all = reach([...entries, ...lazy, ...opened(scripts)], scripts)
  const weigh = (paths: Set<string>): number =>
    [...paths].reduce((sum, path) => sum + gzipSync(scripts.get(path)!, { level: 9 }).length, 0)
  return { firstPageBytes: weigh(first), conversationBytes: weigh(all) }
}

/** These scripts and all that they import when they start. */
function reach(from: readonly string[], scripts: Map<string, string>): Set<string> {
  const found = new Set<string>()
  const visit = (path: string): void => {
    const text = scripts.get(path)
    if (text === undefined || found.has(path)) return
    found.add(path)
    for (const { path: to, kind } of new Bun.Transpiler({ loader: 'js' }).scanImports(text)) {
      if (kind === 'import-statement')
        visit(to.startsWith('/') ? to : `/${join(dirname(path), to).replace(/^\/+/, '')}`)
    }
  }
  for (const path of from) visit(path)
  return found
}

async function cssBytes(folder: string): Promise<number> {
  const names = await readdir(join(folder, 'assets'))
  const styles = names.filter((name) => name.endsWith('.css.gz'))
  return styles.reduce((sum, name) => sum + Bun.file(join(folder, 'assets', name)).size, 0)
}

const notableBytes = 20_000

function report({ firstPageBytes, conversationBytes, cssBytes }: Built, scripts: Map<string, string>): void {
  const kb = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`
  const sizes = [...scripts].map(([path, text]) => [path, gzipSync(text, { level: 9 }).length] as const)
  // Who starts the system or a test wants to know of those only that weigh something.
  for (const [path, bytes] of sizes) if (bytes > notableBytes) console.log(`${path.padEnd(44)} ${kb(bytes)} gzip`)
  console.log(`first page ${kb(firstPageBytes)} of ${kb(budgetBytes.firstPage)} JavaScript, gzip; CSS ${kb(cssBytes)}`)
  console.log(`conversation ${kb(conversationBytes)} of ${kb(budgetBytes.conversation)} JavaScript in all, gzip`)
  if (firstPageBytes > budgetBytes.firstPage) throw new Error('the first page is over its budget')
  if (conversationBytes > budgetBytes.conversation) throw new Error('the conversation is over its budget')
}

/** @returns false when the folder holds what the sources say already, and nothing was done. */
export async function buildIfStale(folder: string): Promise<boolean> {
  const root = join(import.meta.dir, '..')
  const sources = ['web', 'client', 'protocol'].map((name) => newest(join(root, name)))
  // Of the services a page holds the models only.
  sources.push(newest(join(root, 'services'), /^model/))
  const built = await stat(join(folder, 'index.html')).catch(() => undefined)
  if (built && built.mtimeMs > Math.max(...(await Promise.all(sources)))) return false
  await build(folder)
  return true
}

/** When something below was last written. */
async function newest(folder: string, named = /./): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && named.test(entry.name))
  const times = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))))
  return Math.max(...times.map(({ mtimeMs }) => mtimeMs))
}

async function replace(fresh: string, folder: string): Promise<void> {
  const old = `${folder}.${process.pid}.old`
  await mkdir(dirname(folder), { recursive: true })
  await rename(folder, old).catch(() => undefined)
  await rename(fresh, folder)
  await rm(old, { recursive: true, force: true })
}

if (import.meta.main) await build(process.argv[2] ?? join(import.meta.dir, '../dist/web'))
