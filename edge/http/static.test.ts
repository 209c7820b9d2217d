import { afterAll, beforeAll, expect, test } from 'bun:test'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { staticFiles, type StaticFiles } from './static'

let dir: string
let files: StaticFiles

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'alun-static-'))
  await mkdir(join(dir, 'assets'))
  await writeFile(join(dir, 'index.html'), '<!doctype html>the app')
  await writeFile(join(dir, 'sw.js'), 'worker')
  await writeFile(join(dir, 'assets/app-1a2b.js'), 'script')
  await writeFile(join(dir, 'assets/app-1a2b.js.br'), 'in brotli')
  await writeFile(join(dir, 'assets/app-1a2b.js.gz'), 'in gzip')
  files = await staticFiles(dir)
})
afterAll(() => rm(dir, { recursive: true }))

const ask = (path: string, headers: Record<string, string> = {}, method = 'GET'): Response | undefined =>
  files.serve(new Request(`http://campus.test${path}`, { method, headers }), path)

test('a path that is no file is a page of the app', async () => {
  for (const path of ['/index.html', '/', '/discussion/general', '/drops/42']) {
    const page = ask(path)!
    expect(await page.text()).toBe('<!doctype html>the app')
    expect(page.headers.get('cache-control')).toBe('no-cache')
  }
})

test('a page lets nothing run, load or frame it that is not ours', () => {
  const policy = ask('/')!.headers.get('content-security-policy')!
  for (const part of [
    "default-src 'self'",
    "script-src 'self'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ]) {
    expect(policy.split('; ')).toContain(part)
  }
  expect(policy).not.toContain('unsafe')
  expect(ask('/')!.headers.get('x-frame-options')).toBe('DENY')
})

test('a page connects to the host that it came from, to its public name, and to nobody else', async () => {
  const connects = (page: Response): string =>
    /connect-src ([^;]*)/.exec(page.headers.get('content-security-policy')!)![1]!
  expect(connects(ask('/')!)).toBe("'self' ws://campus.test wss://campus.test")
  expect(connects(ask('/', { host: '192.168.1.20:8080' })!)).toBe(
    "'self' ws://192.168.1.20:8080 wss://192.168.1.20:8080",
  )
  const behind = (await staticFiles(dir, 'https://alun.campus.test')).serve(new Request('http://n1:3000/'), '/')
  expect(connects(behind!)).toBe("'self' ws://n1:3000 wss://n1:3000 ws://alun.campus.test wss://alun.campus.test")
  // A policy cannot name it.
  expect(connects(ask('/', { host: '[::1]:8080' })!)).toBe("'self' ws: wss:")
  for (const host of ["x; script-src 'unsafe-inline'", 'a b', 'a\t*', '*', 'a,b'])
    expect(ask('/', { host })!.headers.get('content-security-policy')).not.toMatch(/unsafe|\*|[ab] |,/)
})

test('a file that is not there is not a page', () => {
  for (const path of ['/assets/gone', '/assets/app-0000.js', '/favicon.ico', '/assets/../index.html', '/.env']) {
    expect(ask(path)).toBeUndefined()
  }
})

test('what has its hash in its name is kept for ever, in the encoding that the browser likes', async () => {
  const [plain, gzip, brotli] = ['', 'gzip', 'gzip, deflate, br'].map((encoding) =>
    ask('/assets/app-1a2b.js', { 'accept-encoding': encoding }),
  )
  expect(await plain!.text()).toBe('script')
  expect(plain!.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
  expect(plain!.headers.get('cache-control')).toContain('immutable')
  expect(plain!.headers.get('vary')).toBe('accept-encoding')
  expect(gzip!.headers.get('content-encoding')).toBe('gzip')
  expect(brotli!.headers.get('content-encoding')).toBe('br')
  expect(await brotli!.text()).toBe('in brotli')
})

test('the service worker is asked for anew, as a script', () => {
  const { headers } = ask('/sw.js')!
  expect(headers.get('cache-control')).toBe('no-cache')
  expect(headers.get('content-type')).toBe('text/javascript; charset=utf-8')
})

test('HEAD is answered without a body', async () => {
  expect(await ask('/sw.js', {}, 'HEAD')!.text()).toBe('')
})

test('without a built app there is nothing to serve', async () => {
  expect((await staticFiles(join(dir, 'nowhere'))).serve(new Request('http://campus.test/'), '/')).toBeUndefined()
})
