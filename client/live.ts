/**
 * A live query: a snapshot, and the stream after it folded in by the model's pure `apply`. What a screen shows is this
 * and nothing else. Promised: every event after the snapshot, once, in order, also across reconnects to other nodes;
 * where that can't be, the snapshot is read anew (see `topic.ts`).
 */
import type { EventData, Position } from '../protocol/event'
import type { CallError } from './errors'
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
  close(): void
}

/** Follows the query from now until it is closed. Errors stand in the store; nothing is thrown. */
export function live<S>(topics: Topics, { topic, query, apply, onEvent, onWhisper }: LiveOptions<S>): Live<S> {
  const store = new Store<LiveValue<S>>({ phase: 'loading', offset: 0 })
  const close = topics.read(topic, {
    async load() {
      const { state, position } = await query()
      store.update((value) => ({ ...value, state, offset: position.offset }))
      return position
    },
    event(event) {
      store.update((value) => ({ ...value, state: apply(value.state!, event), offset: event.offset }))
      onEvent?.(event)
    },
    whisper: (data) => onWhisper?.(data),
    phase: (phase) => store.update((value) => ({ ...value, phase })),
    ended: (error) => store.update((value) => ({ ...value, phase: 'ended', error })),
  })
  return {
    store,
    amend: (change) => store.update((value) => (value.state ? { ...value, state: change(value.state) } : value)),
    close,
  }
}
