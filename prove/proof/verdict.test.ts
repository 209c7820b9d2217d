import { expect, test } from 'bun:test'
import { judge } from './checkers'
import { History } from './history'
import { conclude, promises, type Promise_, type Verdict } from './verdict'

const verdict = (promise: Promise_, looked: number, ...broken: string[]): Verdict => ({
  ...{ promise, what: 'something', looked, broken },
})

test('who tried nothing says so, and does not say that anything held', () => {
  const { text, came } = conclude(judge(new History()), [])
  expect(came).toBe('untried')
  expect(text).toBe('No promise was tried: this proves nothing')
})

test('what was not tried is named beside what held', () => {
  const { text, came } = conclude([verdict('G1', 5), verdict('G2', 1), verdict('G3', 0)], [])
  expect(came).toBe('held')
  expect(text).toBe('2 of 10 promises were tried, and held (G1, G2); not tried: G3, G4, G5, G6, G7, G8, G9, G10')
})

test('all are said to have held only when all were tried', () => {
  const all = promises.map((promise) => verdict(promise, 1))
  expect(conclude(all, [])).toEqual({ came: 'held', text: 'All 10 promises were tried, and held' })
})

test('a broken promise is named, however much else held', () => {
  const all = promises.map((promise) => verdict(promise, 1, ...(promise === 'G6' ? ['a unit too many'] : [])))
  expect(conclude(all, [])).toEqual({ came: 'broken', text: 'Broken: G6' })
})

test('what could not be judged is named, and is no proof', () => {
  const unjudged = { ...verdict('G5', 9), unjudged: 'nobody was awake' }
  expect(conclude([verdict('G1', 5), unjudged], [])).toEqual({
    came: 'unjudged',
    text: 'Not judged: G5 (nobody was awake); held: G1',
  })
  expect(conclude([{ ...unjudged, broken: ['late'] }], []).came).toBe('broken')
})

test('a scenario that did not come to its end is no proof', () => {
  expect(conclude([verdict('G1', 5)], ['chat'])).toEqual({ came: 'broken', text: 'Not played to the end: chat' })
})
