/** Which of the patterns an address fits. Pure. */
export interface Match<P> {
  page: P
  params: Record<string, string>
}

/** The first that fits wins; `:name` stands for one part of the path, whatever is in it. */
export function match<P extends { path: string }>(pages: readonly P[], pathname: string): Match<P> | undefined {
  const parts = split(pathname)
  for (const page of pages) {
    const params = fit(split(page.path), parts)
    if (params) return { page, params }
  }
  return undefined
}

const split = (path: string): string[] => path.replace(/(.)\/+$/, '$1').split('/')

function fit(pattern: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, wanted] of pattern.entries()) {
    const part = parts[index]!
    if (!wanted.startsWith(':')) {
      if (wanted !== part) return undefined
      continue
    }
    const value = decode(part)
    if (!value) return undefined
    params[wanted.slice(1)] = value
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
