import { useState, type FormEvent } from 'react'
import { explain } from './explain'
import { useSay } from './words'

export interface Submit {
  busy: boolean
  /** Why the last try failed, as a sentence. */
  problem: string | undefined
  onSubmit(event: FormEvent<HTMLFormElement>): void
}

/** A form's sending: one at a time, with its failure in words. `send` gets the form's values. */
export function useSubmit(send: (values: (name: string) => string) => Promise<void>): Submit {
  const say = useSay()
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<string>()
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault()
    if (busy) return
    const data = new FormData(event.currentTarget)
    setBusy(true)
    setProblem(undefined)
    send((name) => textOf(data.get(name)))
      .catch((error: unknown) => setProblem(explain(error, say)))
      .finally(() => setBusy(false))
  }
  return { busy, problem, onSubmit }
}

const textOf = (value: FormDataEntryValue | null): string => (typeof value === 'string' ? value : '')
