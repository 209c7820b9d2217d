import type { PlaceConfig } from '../../config'

export interface Finding {
  verdict: 'ok' | 'warn' | 'fail'
  what: string
  found: string
  /** What to do about it. */
  hint?: string
}

export type Check = (place: PlaceConfig) => Promise<Finding> | Finding

export const ok = (what: string, found: string): Finding => ({ verdict: 'ok', what, found })
export const warn = (what: string, found: string, hint: string): Finding => ({ verdict: 'warn', what, found, hint })
export const fail = (what: string, found: string, hint: string): Finding => ({ verdict: 'fail', what, found, hint })
