import { expect, test } from 'bun:test'
import { Turns } from './turns'

function turns() {
  let now = 0
  const made = new Turns({ speakers: 3, silentMs: 4000, againMs: 1000 }, () => now)
  return { take: made.take.bind(made), pass: (ms: number) => void (now += ms) }
}

test('of a thousand who speak at once a few are heard, and the same ones while they go on', () => {
  const { take, pass } = turns()
  const heard: string[] = []
  for (let second = 0; second < 20; second += 2) {
    for (let n = 0; n < 1000; n++) if (take('t', `u${n}`)) heard.push(`${second} u${n}`)
    pass(2000)
  }
  expect(heard).toHaveLength(30)
  expect(new Set(heard.map((one) => one.split(' ')[1]))).toEqual(new Set(['u0', 'u1', 'u2']))
})

test('one who never stops is heard once in a while', () => {
  const { take, pass } = turns()
  let heard = 0
  for (let n = 0; n < 500; n++) {
    if (take('t', 'u')) heard++
    pass(10)
  }
  expect(heard).toBe(5)
})

test('a turn ends with silence, and another one takes it; topics do not share turns', () => {
  const { take, pass } = turns()
  for (const user of ['a', 'b', 'c']) expect(take('t', user)).toBe(true)
  expect([take('t', 'd'), take('other', 'd')]).toEqual([false, true])
  pass(3000)
  expect([take('t', 'a'), take('t', 'd')]).toEqual([true, false])
  pass(1001)
  expect([take('t', 'd'), take('t', 'e'), take('t', 'f'), take('t', 'a')]).toEqual([true, true, false, true])
})
