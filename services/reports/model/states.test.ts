import { describe, expect, test } from 'bun:test'
import { fc } from '../../../prove/testing/property'
import {
  can,
  dueAt,
  happenings,
  isOpen,
  isOwned,
  isUnclaimed,
  next,
  states,
  statusOf,
  suggestedPriority,
  type State,
} from './states'

/** As the desk keeps it: a state, and where a duplicate goes back to. */
interface Life {
  state: State
  before: State | null
}

function live(life: Life, what: (typeof happenings)[number]): Life {
  const state = next(life.state, what, life.before)
  if (!state) return life
  return { state, before: what === 'merge' ? life.state : what === 'unmerge' ? null : life.before }
}

const sequence = fc.array(fc.constantFrom(...happenings), { maxLength: 40 })
const lived = (whats: readonly (typeof happenings)[number][]): Life =>
  whats.reduce(live, { state: 'pending', before: null } as Life)

describe('the life of a report', () => {
  test('never ends where nothing can happen any more, whatever happened', () => {
    fc.assert(
      fc.property(sequence, (whats) => {
        const { state } = lived(whats)
        expect(happenings.some((what) => can(state, what))).toBe(true)
      }),
    )
  })

  test('remembers where a duplicate came from, and only then', () => {
    fc.assert(
      fc.property(sequence, (whats) => {
        const life = lived(whats)
        expect(life.before !== null).toBe(life.state === 'duplicate')
        if (!can(life.state, 'merge')) return
        expect(live(live(life, 'merge'), 'unmerge')).toEqual(life)
      }),
    )
  })

  test('is claimed only from where nobody has it, and done only from where it is open', () => {
    for (const state of states) {
      expect(can(state, 'claim')).toBe(isUnclaimed(state))
      expect(can(state, 'finish')).toBe(isOpen(state))
      expect(can(state, 'release')).toBe(isOwned(state))
    }
  })

  test('comes back to work after every end that it can have', () => {
    for (const state of states.filter((one) => !isOpen(one))) {
      const again = happenings.map((what) => next(state, what, 'waiting')).filter((one) => one && isOpen(one))
      expect(again.length).toBeGreaterThan(0)
    }
  })

  test('shows the three faces that everybody knows, and says plainly when nothing is mended', () => {
    expect(states.map(statusOf).join(' ')).toBe('pending pending in_progress in_progress done done rejected duplicate')
  })
})

test('many followers speak for more urgency, while it is open, and never for an emergency', () => {
  const of = (state: State, priority: 'normal' | 'medium', followers: number) =>
    suggestedPriority({ state, priority, followers })
  const open = [of('pending', 'normal', 4), of('pending', 'normal', 5), of('waiting', 'normal', 9)]
  expect(open).toEqual([undefined, 'medium', 'medium'])
  expect([of('done', 'normal', 9), of('pending', 'medium', 900)]).toEqual([undefined, undefined])
})

test('what nobody has taken is overdue before what is being mended; what waits is not', () => {
  const openedAt = '2026-01-01T00:00:00.000Z'
  const due = (state: State): number | undefined => dueAt({ state, priority: 'emergency', openedAt })
  expect(due('pending')! - Date.parse(openedAt)).toBe(15 * 60_000)
  expect(due('in_progress')! - Date.parse(openedAt)).toBe(4 * 3_600_000)
  expect([due('waiting'), due('done'), due('duplicate')]).toEqual([undefined, undefined, undefined])
})
