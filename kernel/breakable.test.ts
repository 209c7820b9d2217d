import { expect, test } from 'bun:test'
import { until } from '../prove/testing/until'
import { breakable } from './breakable'
import type { Bus, BusState } from './bus'

test('while it is interrupted nothing comes in or goes out, and it says so; then all is as before', async () => {
  const sent: string[] = []
  let hear: (text: string, from: string) => void = () => undefined
  const below = {
    state: 'up',
    signal: (_: string, text: string) => void sent.push(text),
    onSignal: (_: string, handler: typeof hear) => void (hear = handler),
    onState: () => undefined,
    stop: () => Promise.resolve(),
  } as unknown as Bus
  const bus = breakable(below)
  const heard: string[] = []
  const states: BusState[] = []
  bus.onSignal('beat', (text) => heard.push(text))
  bus.onState((state) => states.push(state))
  const both = (text: string): void => {
    bus.signal('beat', text)
    hear(text, 'n2')
  }
  both('before')
  bus.interrupt(50)
  expect(bus.state).toBe('down')
  both('meanwhile')
  await until(() => states.length === 2, { what: 'the end of the interruption' })
  both('after')
  expect([sent, heard]).toEqual([
    ['before', 'after'],
    ['before', 'after'],
  ])
  expect(states).toEqual(['down', 'up'])
  await bus.stop()
})
