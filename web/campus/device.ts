/** What a browser says of itself, in two words: enough to know one's own phone again. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdgA?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
]
const systems: readonly [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b|\biPad\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
]

export function deviceOf(agent: string | undefined): string | undefined {
  if (!agent) return undefined
  const first = (of: typeof browsers): string | undefined => of.find(([pattern]) => pattern.test(agent))?.[1]
  return [first(browsers), first(systems)].filter(Boolean).join(' · ') || agent.slice(0, 40)
}
