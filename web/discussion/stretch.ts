/** The stretch of a channel that a page holds: it grows at one end and lets go at the other. Pure. */
import type { ChannelState, Message } from '../../services/discussion/model'

/** More than this are not held: while one goes up, and while one goes down, where letting go has to wait for a rest. */
export const mostHeld = { newest: 400, oldest: 1500 }

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
  if (state.messages.length <= mostHeld[end]) return state
  if (end === 'oldest') return { ...state, messages: state.messages.slice(-mostHeld.newest) }
  return { messages: state.messages.slice(0, mostHeld.newest), partial: true }
}
