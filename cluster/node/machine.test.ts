import { expect, test } from 'bun:test'
import { pauseMs, table, type Event, type State } from './machine'

/** What becomes of a node to which these happen, and what was done. */
function after(state: State, ...events: Event[]): string {
  const done: string[] = []
  for (const event of events) {
    const [next, effect] = table[state][event]
    state = next
    if (effect) done.push(effect)
  }
  return [state, ...done].join(' ')
}

test('a node starts, and is ready when it says so', () => {
  expect(after('stopped', 'start', 'missed', 'answered')).toBe('ready spawn')
})

test('one missed question is a suspicion, and an answer clears it', () => {
  expect(after('ready', 'missed')).toBe('suspect')
  expect(after('ready', 'missed', 'missed', 'answered')).toBe('ready')
})

test('a silent node is killed, and what was killed comes back', () => {
  expect(after('ready', 'missed', 'overdue', 'exited', 'due')).toBe('starting kill pause spawn')
  expect(after('starting', 'overdue', 'exited')).toBe('backoff kill pause')
})

test('a node that ends unasked comes back, whatever it was doing', () => {
  for (const state of ['starting', 'ready', 'suspect'] as const) expect(after(state, 'exited')).toBe('backoff pause')
})

test('a node that shall end is asked first, killed when it takes too long, and stays away', () => {
  for (const state of ['starting', 'ready', 'suspect'] as const) {
    expect(after(state, 'drain', 'overdue', 'exited', 'due', 'answered')).toBe('stopped terminate kill')
  }
})

test('a node that waits for its next life has nothing to drain', () => {
  expect(after('backoff', 'drain', 'due')).toBe('stopped')
})

test('what comes late from an earlier life does not wake a stopped node', () => {
  for (const event of ['due', 'answered', 'missed', 'overdue', 'exited', 'drain'] as const) {
    expect(after('stopped', event)).toBe('stopped')
  }
})

test('whoever runs is asked to end once only', () => {
  expect(after('ready', 'drain', 'drain', 'missed')).toBe('draining terminate')
})

test('the first death costs no pause; then they double up to a bound', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map(pauseMs)).toEqual([0, 250, 500, 1000, 2000, 4000, 8000, 8000])
})
