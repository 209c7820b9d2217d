/**
 * A live query: a snapshot, and the stream after it folded in by the model's pure `apply`. What a screen shows is this
 * and nothing else. Promised: every event after the snapshot, once, in order, also across reconnects to other nodes;
 * where that can't be, the snapshot is read anew (see `topic.ts`).
 */
import type { EventData, Position } from '../protocol/event'
import type { Caller } from './call'
import type { CallError } from './errors'
import { Guesses, type Guess } from './guesses'
import type { CommandName } from './methods'
import { Store } from './store'
import type { ReaderPhase, TopicEvent, Topics } from './topic'

export interface LiveValue<S> {
  phase: ReaderPhase | 'ended'
  /** Missing until the first snapshot is there. Kept while another is loading. */
  state?: S
  /** Up to where the stream is in `state`. */
  offset: number
  error?: CallError
}

export interface LiveOptions<S> {
  topic: string
  query(): Promise<{ state: S; position: Position }>
  apply(state: S, event: TopicEvent): S
  onEvent?(event: TopicEvent): void
  onWhisper?(data: EventData): void
}

export interface Live<S> {
  readonly store: Store<LiveValue<S>>
  /** Adds what lies before the stream (older pages). It must not touch what events decide. */
  amend(change: (state: S) => S): void
  /** Does something and shows it before the stream does. @throws CallError when it is refused, and shown no more */
  guess<N extends CommandName>(guess: Guess<S, N>): Promise<void>
  close(): void
}

/** Follows the query from now until it is closed. Errors stand in the store; nothing is thrown. */
export function live<S>(
  topics: Topics,
  caller: Pick<Caller, 'command'>,
  { topic, query, apply, onEvent, onWhisper }: LiveOptions<S>,
): Live<S> {
  const store = new Store<LiveValue<S>>({ phase: 'loading', offset: 0 })
  /** What the stream has said; the store shows it with the guesses over it. */
  let known: S | undefined
  const show = (offset = store.get().offset): void => {
    if (known !== undefined) store.update((value) => ({ ...value, state: guesses.over(known!), offset }))
  }
  const guesses = new Guesses<S>(caller, () => show())
  const learn = (state: S, offset?: number): void => {
    known = state
    guesses.saw(state)
    show(offset)
  }
  const close = topics.read(topic, {
    async load() {
      const { state, position } = await query()
      learn(state, position.offset)
      return position
    },
    event(event) {
      learn(apply(known!, event), event.offset)
      onEvent?.(event)
    },
    whisper: (data) => onWhisper?.(data),
    phase: (phase) => store.update((value) => ({ ...value, phase })),
    ended: (error) => store.update((value) => ({ ...value, phase: 'ended', error })),
  })
  return {
    store,
    amend: (change) => {
      if (known !== undefined) learn(change(known))
    },
    guess: (guess) => guesses.make(guess),
    close,
  }
}
