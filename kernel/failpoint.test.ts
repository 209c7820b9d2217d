import { expect, test } from 'bun:test'
import { armFailpoints } from './failpoint'

test('dies at the planned hit, not before and not again', () => {
  let deaths = 0
  const hit = armFailpoints(['after-commit:3', 'before-commit'], () => deaths++)
  hit('after-commit')
  hit('after-commit')
  hit('after-publish')
  expect(deaths).toBe(0)
  hit('after-commit')
  expect(deaths).toBe(1)
  hit('after-commit')
  expect(deaths).toBe(1)
  hit('before-commit')
  expect(deaths).toBe(2)
})

test('does nothing without a plan', () => {
  const hit = armFailpoints([], () => {
    throw new Error('died')
  })
  for (let nth = 0; nth < 10; nth++) hit('before-commit')
})

test('refuses a plan that names no known point', () => {
  expect(() => armFailpoints(['after-lunch'], () => undefined)).toThrow('no such fail point: after-lunch')
})
