import { useCallback, useEffect, useState } from 'react'
import type { Client } from '../../client/client'
import { CallError } from '../../client/errors'
import { explain } from '../ui/explain'
import { pushState, switchOff, switchOn, type PushState } from './push'
import { useSay } from './words'

export interface Push {
  /** Nothing until it is known. */
  state: PushState | undefined
  busy: boolean
  problem: string | undefined
  /** On a tap only: the browser asks its owner. */
  turn(on: boolean): Promise<void>
}

/** Push on this device, and its switch. `changed` is called when the server knows of it. */
export function usePush(client: Client, changed: () => void = () => undefined): Push {
  const say = useSay()
  const [state, setState] = useState<PushState>()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  useEffect(() => void pushState().then(setState, () => setState('unsupported')), [])
  const turn = useCallback(
    async (on: boolean): Promise<void> => {
      setBusy(true)
      setProblem(undefined)
      try {
        setState(await (on ? switchOn(client) : switchOff(client)))
        changed()
      } catch (error) {
        setProblem(error instanceof CallError ? explain(error, say) : say('push.problem'))
      } finally {
        setBusy(false)
      }
    },
    [client, changed, say],
  )
  return { state, busy, problem, turn }
}
