/** The routes that services bring (`protocol/web.ts`), found by method and path. */
import type { WebAnswer, WebRoute } from '../../protocol/web'

export interface FoundRoute {
  route: WebRoute
  params: Record<string, string>
}

export class Routes {
  private readonly patterns: { route: WebRoute; parts: string[] }[]

  /** @throws when two routes are the same. */
  constructor(routes: readonly WebRoute[]) {
    this.patterns = routes.map((route) => ({ route, parts: route.path.split('/').slice(1) }))
    const names = routes.map(({ method, path }) => `${method} ${path.replace(/:[^/]+/g, ':')}`)
    const twice = names.find((name, index) => names.indexOf(name) !== index)
    if (twice) throw new Error(`two routes are ${twice}`)
  }

  /** The path's routes of every method: empty where none is. Fixed parts win over named ones. */
  at(path: string): FoundRoute[] {
    const parts = path.split('/').slice(1)
    const found = this.patterns.flatMap(({ route, parts: pattern }) => {
      const params = match(pattern, parts)
      return params ? [{ route, params }] : []
    })
    return found.toSorted((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)
  }

  /** The pattern, for metrics: a bounded set whatever clients ask for. */
  patternOf(path: string): string | undefined {
    return this.at(path)[0]?.route.path
  }
}

function match(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  const open = pattern.at(-1) === '*'
  if (open ? parts.length < pattern.length : parts.length !== pattern.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, wanted] of pattern.entries()) {
    if (open && index === pattern.length - 1) return { ...params, rest: parts.slice(index).join('/') }
    const part = decode(parts[index]!)
    if (part === undefined) return undefined
    if (wanted.startsWith(':')) params[wanted.slice(1)] = part
    else if (wanted !== part) return undefined
  }
  return params
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

export function written({ status = 200, headers, body }: WebAnswer): Response {
  return new Response(body ?? null, { status, ...(headers ? { headers } : {}) })
}
