/**
 * The web app's files, from memory. Assets carry their hash in the name and are kept for ever; pages are asked for anew.
 * A path that is no file is a page of the app.
 */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

export interface StaticFiles {
  /** @returns nothing when there is no such file and the path can't be a page. */
  serve(request: Request, path: string): Response | undefined
}

interface StaticFile {
  type: string
  body: Map<'' | 'br' | 'gzip', Uint8Array<ArrayBuffer>>
  immutable: boolean
}

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  webp: 'image/webp',
  ico: 'image/x-icon',
  json: 'application/json',
  webmanifest: 'application/manifest+json',
  woff2: 'font/woff2',
  txt: 'text/plain; charset=utf-8',
}

/** Scripts and styles come from files of ours only; nothing inline runs, and nothing is told to anybody else. */
const contentSecurityPolicy = (sockets: string): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data: blob:",
    `connect-src 'self' ${sockets}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "object-src 'none'",
  ].join('; ')

/** What a policy can name: it has no way to write an IPv6 address. */
const nameable = /^[a-z0-9.-]+(:\d{1,5})?$/i

/**
 * WebSockets of this host only. That `'self'` means them too is known to browsers since 2022 (Safari 15.4), and a page
 * must live with older ones.
 */
function socketsOf(request: Request, publicUrl: string | undefined): string {
  const asked = request.headers.get('host') ?? new URL(request.url).host
  const hosts = new Set([asked, ...(publicUrl ? [new URL(publicUrl).host] : [])])
  const all = [...hosts].every((host) => nameable.test(host))
  return all ? [...hosts].map((host) => `ws://${host} wss://${host}`).join(' ') : 'ws: wss:'
}

/**
 * @param folder the built app; may be missing (an API-only node), then nothing is served.
 * @param publicUrl our address as browsers have it, if it is known.
 */
export async function staticFiles(folder: string, publicUrl?: string): Promise<StaticFiles> {
  const files = await load(folder)
  return {
    serve(request, path) {
      const file = files.get(path) ?? (isPage(path) ? files.get('/index.html') : undefined)
      return file && respond(file, request, publicUrl)
    },
  }
}

/** A name with a dot is a file that isn't there, not a page. */
const isPage = (path: string): boolean =>
  !path.startsWith('/assets/') && !path.slice(path.lastIndexOf('/')).includes('.')

async function load(folder: string): Promise<Map<string, StaticFile>> {
  const files = new Map<string, StaticFile>()
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  for (const entry of names) {
    if (!entry.isFile() || /\.(br|gz)$/.test(entry.name)) continue
    const full = join(entry.parentPath, entry.name)
    const path = full.slice(folder.length).replaceAll('\\', '/')
    const body: StaticFile['body'] = new Map()
    for (const [encoding, suffix] of [
      ['', ''],
      ['br', '.br'],
      ['gzip', '.gz'],
    ] as const) {
      const file = Bun.file(full + suffix)
      if (await file.exists()) body.set(encoding, new Uint8Array(await file.arrayBuffer()))
    }
    const type = types[entry.name.slice(entry.name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
    files.set(path, { type, body, immutable: path.startsWith('/assets/') })
  }
  return files
}

function respond(file: StaticFile, request: Request, publicUrl: string | undefined): Response {
  const accepted = request.headers.get('accept-encoding') ?? ''
  const encoding = (['br', 'gzip'] as const).find((one) => accepted.includes(one) && file.body.has(one)) ?? ''
  const headers = new Headers({
    'content-type': file.type,
    vary: 'accept-encoding',
    'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  if (encoding) headers.set('content-encoding', encoding)
  if (file.type.startsWith('text/html')) {
    headers.set('content-security-policy', contentSecurityPolicy(socketsOf(request, publicUrl)))
    headers.set('x-frame-options', 'DENY')
  }
  return new Response(request.method === 'HEAD' ? null : file.body.get(encoding)!, { headers })
}
