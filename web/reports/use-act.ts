import { useState } from 'react'
import { explain } from '../ui/explain'
import { toast } from '../ui/toast'
import { useSay } from './words'

/** One thing at a time, with its failure in words. */
export function useAct(): { busy: boolean; act(work: () => Promise<unknown>): void } {
  const say = useSay()
  const [busy, setBusy] = useState(false)
  const act = (work: () => Promise<unknown>): void => {
    if (busy) return
    setBusy(true)
    work()
      .catch((error: unknown) => toast(explain(error, say)))
      .finally(() => setBusy(false))
  }
  return { busy, act }
}
