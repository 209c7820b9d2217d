import { describe, expect, test } from 'bun:test'
import { errorOf, until } from '../prove/testing/until'
import { Lifecycle, type Part } from './lifecycle'

/** Parts that write down what is done to them; `misbehave` may fail or wait. */
function parts(names: readonly string[], misbehave: Record<string, () => Promise<void> | void> = {}) {
  const diary: string[] = []
  const step = (what: string) => async (): Promise<void> => {
    diary.push(what)
    await misbehave[what]?.()
  }
  const all: Part[] = names.map((name) => ({
    name,
    run: step(`run ${name}`),
    drain: step(`drain ${name}`),
    stop: step(`stop ${name}`),
  }))
  const failures: string[] = []
  const lifecycle = new Lifecycle(all, {
    failed: (part, error) => failures.push(`${part}: ${(error as Error).message}`),
  })
  return { lifecycle, diary, failures }
}

const fail = (): void => {
  throw new Error('broken')
}

describe('a lifecycle', () => {
  test('starts in order, drains all in reverse order, then stops all in reverse order', async () => {
    const { lifecycle, diary } = parts(['db', 'bus', 'edge'])
    expect(lifecycle.state).toBe('created')
    const running = lifecycle.run()
    expect(lifecycle.state).toBe('starting')
    await running
    expect(lifecycle.state).toBe('running')
    const ending = lifecycle.end(1000)
    expect(lifecycle.state).toBe('draining')
    await ending
    expect(lifecycle.state).toBe('stopped')
    expect(diary).toEqual([
      ...['run db', 'run bus', 'run edge'],
      ...['drain edge', 'drain bus', 'drain db'],
      ...['stop edge', 'stop bus', 'stop db'],
    ])
  })

  test('stops what had started when a later part cannot start, and says why', async () => {
    const { lifecycle, diary } = parts(['db', 'bus', 'edge'], { 'run bus': fail })
    expect(String(await errorOf(lifecycle.run()))).toContain('broken')
    expect(diary).toEqual(['run db', 'run bus', 'stop db'])
    expect(lifecycle.state).toBe('stopped')
  })

  test('runs once', async () => {
    const { lifecycle } = parts(['db'])
    await lifecycle.run()
    expect(String(await errorOf(lifecycle.run()))).toContain('cannot run: running')
  })

  test('a part that fails while it ends keeps no other from ending, and is told of', async () => {
    const { lifecycle, diary, failures } = parts(['db', 'bus'], { 'drain bus': fail, 'stop bus': fail })
    await lifecycle.run()
    await lifecycle.end(1000)
    expect(diary.slice(2)).toEqual(['drain bus', 'drain db', 'stop bus', 'stop db'])
    expect(failures).toEqual(['bus: broken', 'bus: broken'])
  })

  test('draining that takes too long is cut short', async () => {
    const never = Promise.withResolvers<void>()
    const { lifecycle, diary } = parts(['db', 'edge'], { 'drain edge': () => never.promise })
    await lifecycle.run()
    const since = performance.now()
    await lifecycle.end(50)
    expect(performance.now() - since).toBeLessThan(1000)
    expect(diary.slice(2)).toEqual(['drain edge', 'stop edge', 'stop db'])
  })

  test('all who ask for the end wait for the same one', async () => {
    const { lifecycle, diary } = parts(['db'])
    await lifecycle.run()
    await Promise.all([lifecycle.end(100), lifecycle.end(100), lifecycle.end(0)])
    expect(diary).toEqual(['run db', 'drain db', 'stop db'])
  })

  test('asked to end while it starts, it starts nothing more and leaves nothing running', async () => {
    const go = Promise.withResolvers<void>()
    const { lifecycle, diary } = parts(['db', 'bus', 'edge'], { 'run bus': () => go.promise })
    const running = lifecycle.run().catch(() => undefined)
    await until(() => diary.includes('run bus'))
    const ending = lifecycle.end(100)
    go.resolve()
    await Promise.all([running, ending])
    expect(diary).not.toContain('run edge')
    expect(diary.filter((what) => what.startsWith('stop')).sort()).toEqual(['stop bus', 'stop db'])
    expect(diary.indexOf('stop bus')).toBeLessThan(diary.indexOf('stop db'))
    expect(lifecycle.state).toBe('stopped')
  })
})
