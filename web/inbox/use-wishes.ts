import { useState } from 'react'
import type { Client } from '../../client/client'
import type { Wishes } from '../../services/inbox/model'
import { explain } from '../ui/explain'
import { toast } from '../ui/toast'
import { useSay } from './words'

/** Wishes as they are now, shown at once and kept as soon as they are made. */
export function useWishes(client: Client, wishes: Wishes) {
  const say = useSay()
  const [now, setNow] = useState(wishes)
  const [problem, setProblem] = useState<string>()
  const wish = (change: Partial<Wishes>): void => {
    const before = now
    setNow({ ...now, ...change, levels: { ...now.levels, ...change.levels } })
    setProblem(undefined)
    client.command('inbox.wish', change).then(
      (kept) => {
        setNow(kept)
        toast(say('saved'))
      },
      (error: unknown) => {
        setNow(before)
        setProblem(explain(error, say))
      },
    )
  }
  return { now, problem, wish }
}
