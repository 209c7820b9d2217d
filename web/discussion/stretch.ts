/** The stretch of a channel that a page holds: it grows at one end and lets go at the other. Pure. */
import type { ChannelState, Message } from '../../services/discussion/model'

/** With more than this, the far end is let go. */
export const mostHeld = 400

/** A page that overlaps what is here (asked for twice, or loaded anew meanwhile) adds only what is missing. */
export function prepended(state: ChannelState, page: readonly Message[]): ChannelState {
  const first = state.messages[0]?.offset ?? Infinity
  return { ...state, messages: [...page.filter(({ offset }) => offset < first), ...state.messages] }
}

/** @param isEnd what is said next follows on the last of them. */
export function appended(state: ChannelState, page: readonly Message[], isEnd: boolean): ChannelState {
  const last = state.messages.at(-1)?.offset ?? 0
  return { messages: [...state.messages, ...page.filter(({ offset }) => offset > last)], partial: !isEnd }
}

export function trimmed(state: ChannelState, end: 'oldest' | 'newest'): ChannelState {
  if (state.messages.length <= mostHeld) return state
  if (end === 'oldest') return { ...state, messages: state.messages.slice(-mostHeld) }
  return { messages: state.messages.slice(0, mostHeld), partial: true }
}
