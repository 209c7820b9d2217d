/**
 * Calls over the connection. A call is asked again, with the same key, until it is answered or its caller gives up: an
 * unknown outcome (`unavailable`, a time-out, a node that died) is never reported as a failure, and never doubles.
 */
import { CallError, codeOf, isSdkError, toCallError } from './errors'
import { newKey } from './key'
import type { CommandName, InputOf, MethodName, OutputOf } from './methods'
import { backoffMs, sleep } from './wait'

/** The part of a connection that calls need. */
export interface Line {
  readonly sdk: { rpc(method: string, data: unknown): Promise<{ data: unknown }> }
  /** Resolves with false when it ended for good. */
  connected(signal?: AbortSignal): Promise<boolean>
}

export interface CallOptions {
  /** Aborted: the caller gives up. The outcome of a command is then unknown, and its key can ask for it again. */
  signal?: AbortSignal | undefined
  /** Wait out `limited` too. For what is sent in the background; a person who waits should rather be told. */
  patient?: boolean
}

export interface CommandOptions extends CallOptions {
  /** The same intent as before: gets the same answer. */
  key?: string
}

const backoff = { minMs: 50, maxMs: 5000 }
const calmBackoff = { minMs: 500, maxMs: 10_000 }
/** A fault of the server's is tried again this often; it may be that node's alone. */
const faultAttempts = 4

export class Caller {
  /** Told of every command of ours that was answered and not refused. */
  private readonly doneListeners = new Set<(name: CommandName) => void>()

  constructor(private readonly line: Line) {}

  onDone(listener: (name: CommandName) => void): () => void {
    this.doneListeners.add(listener)
    return () => this.doneListeners.delete(listener)
  }

  /**
   * Changes something, once. Errors: CallError with the code of the refusal; the signal's reason.
   * @param options.key made here when it is missing.
   */
  async command<N extends CommandName>(
    name: N,
    input: InputOf<N>,
    options: CommandOptions = {},
  ): Promise<OutputOf<N> & { node: string }> {
    const { key = newKey(), ...rest } = options
    const answer = (await this.ask(name, { ...input, key }, rest)) as OutputOf<N> & { node: string }
    for (const listener of this.doneListeners) listener(name)
    return answer
  }

  /** Reads something. Errors as above. */
  query<N extends MethodName>(
    name: N,
    input: InputOf<N>,
    options: CallOptions = {},
  ): Promise<OutputOf<N> & { node: string }> {
    return this.ask(name, input, options) as Promise<OutputOf<N> & { node: string }>
  }

  /** Something that is not worth asking twice (typing). Never fails. */
  whisper<N extends MethodName>(name: N, input: InputOf<N>): void {
    this.line.sdk.rpc(name, input).catch(() => undefined)
  }

  private async ask(name: string, input: unknown, options: CallOptions): Promise<unknown> {
    const { signal } = options
    for (let attempt = 0; ; attempt++) {
      if (!(await this.line.connected(signal))) throw new CallError('ended')
      try {
        return (await abortable(this.line.sdk.rpc(name, input), signal)).data
      } catch (error) {
        if (!isSdkError(error)) throw error
        const wait = waitFor(error, attempt, options)
        if (wait === undefined) throw toCallError(error)
        await sleep(wait, signal)
      }
    }
  }
}

/** @returns nothing when the answer is final. */
function waitFor(error: { code: number; message: string }, attempt: number, options: CallOptions): number | undefined {
  const code = codeOf(error)
  if (code === undefined || code === 'unavailable') return backoffMs(attempt, backoff)
  if (code === 'overloaded' || (code === 'limited' && options.patient)) return backoffMs(attempt, calmBackoff)
  if (code === 'internal' && attempt < faultAttempts) return backoffMs(attempt, backoff)
  return undefined
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
