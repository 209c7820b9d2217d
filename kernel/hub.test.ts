import { describe, expect, test } from 'bun:test'
import { Workbench } from '../prove/testing/hub/bench'
import { errorOf } from '../prove/testing/until'
import { refuse, type Refusal } from '../protocol/errors'
import { limits } from '../protocol/limits'

const topic = 'discussion:a'
const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at)

describe('joining', () => {
  test('the first subscriber is placed at the head, and hears what comes next', async () => {
    const bench = await Workbench.open()
    bench.commits(topic, 3, true)
    const ear = await bench.join(topic)
    expect(ear.reply).toEqual({ epoch: 'e1', offset: 3, recovered: false, events: [] })
    bench.commits(topic, 2)
    expect(ear.heard).toEqual([4, 5])
  })

  test('an empty topic begins at 0', async () => {
    const bench = await Workbench.open()
    const ear = await bench.join(topic)
    expect(ear.reply).toEqual({ epoch: 'e1', offset: 0, recovered: false, events: [] })
    const back = await bench.join(topic, 'bob', { offset: 0, epoch: 'e1' })
    expect(back.reply).toEqual({ epoch: 'e1', offset: 0, recovered: true, events: [] })
    bench.commits(topic, 1)
    expect([ear.heard, back.heard]).toEqual([[1], [1]])
  })

  test('where the head is ahead of what was delivered here, those who are there already get it first, and all get it once', async () => {
    const bench = await Workbench.open()
    const early = await bench.join(topic)
    bench.commits(topic, 2)
    bench.commits(topic, 3, true)
    expect(early.heard).toEqual([1, 2])
    const late = await bench.join(topic, 'bob', { offset: 1, epoch: 'e1' })
    expect(early.heard).toEqual(upTo(5))
    expect(late.reply).toMatchObject({ offset: 5, recovered: true })
    bench.commits(topic, 1)
    expect([early.heard, late.heard]).toEqual([upTo(6), upTo(6, 2)])
  })

  test('where the page that was read is behind what was delivered since, the ring adds the rest', async () => {
    const bench = await Workbench.open({ ringEvents: 8, openEvents: 2 })
    bench.commits(topic, 20, true)
    await bench.join(topic)
    const release = bench.source.hold('read')
    const { ear, done } = bench.subscribe(topic, 'bob', { offset: 5, epoch: 'e1' })
    await bench.pass(5)
    bench.commits(topic, 3)
    release()
    await done
    expect(ear.heard).toEqual(upTo(23, 6))
    expect(ear.reply).toMatchObject({ offset: 23, recovered: true })
  })

  test('a ring that overflows meanwhile is no gap: the log is read again', async () => {
    const bench = await Workbench.open({ ringEvents: 8, openEvents: 2 })
    bench.commits(topic, 20, true)
    await bench.join(topic)
    const release = bench.source.hold('read')
    const { ear, done } = bench.subscribe(topic, 'bob', { offset: 5, epoch: 'e1' })
    await bench.pass(5)
    bench.commits(topic, 12)
    release()
    await bench.pass(5)
    await done
    expect(ear.heard).toEqual(upTo(32, 6))
  })

  test('whoever is too far behind, before retention or of another epoch is told so', async () => {
    const bench = await Workbench.open({ recoveryEvents: 10 })
    bench.commits(topic, 20)
    bench.log.trim(topic, 15)
    const fresh = { epoch: 'e1', offset: 20, recovered: false, events: [] }
    for (const from of [
      { offset: 9, epoch: 'e1' },
      { offset: 14, epoch: 'e1' },
      { offset: 20, epoch: 'e0' },
    ]) {
      expect((await bench.join(topic, 'ann', from)).reply).toEqual(fresh)
    }
    expect((await bench.join(topic, 'ann', { offset: 15, epoch: 'e1' })).heard).toEqual(upTo(20, 16))
    expect((await bench.join(topic, 'ann', { offset: 18, epoch: '' })).heard).toEqual([19, 20])
  })

  test('a right that is lost on the way in is asked for again, and the answer holds', async () => {
    const bench = await Workbench.open()
    await bench.join(topic, 'ann')
    let asked = 0
    const authorize = async (): Promise<void> => {
      if (++asked > 1) throw refuse.forbidden()
    }
    const release = bench.source.hold('heads')
    const { ear, done } = bench.subscribe(topic, 'bob', undefined, authorize)
    await bench.pass(5)
    bench.commit({ topic, revokes: 'bob' })
    release()
    expect(((await errorOf(done)) as Refusal).code).toBe('forbidden')
    expect([asked, ear.reply]).toEqual([2, undefined])
  })

  test('what was redacted on the way in does not come with the reply', async () => {
    const bench = await Workbench.open({ ringEvents: 8, openEvents: 2 })
    bench.commits(topic, 20, true)
    await bench.join(topic)
    const release = bench.source.hold('read')
    const { ear, done } = bench.subscribe(topic, 'bob', { offset: 5, epoch: 'e1' })
    await bench.pass(5)
    bench.commit({ topic, redacts: 7 })
    release()
    await done
    expect(ear.heard).toEqual(upTo(21, 6))
    expect(ear.texts[1]).toContain('"kind":"redacted"')
    expect(ear.texts[0]).toContain('"kind":"posted"')
  })

  test('who may not read joins nothing, and who cannot be served because the log is away is told so', async () => {
    const bench = await Workbench.open()
    const denied = bench.subscribe(topic, 'bob', undefined, () => Promise.reject(refuse.forbidden()))
    await bench.pass(5)
    expect(((await errorOf(denied.done)) as Refusal).code).toBe('forbidden')
    for (const name of ['discussion:a', 'discussion:b']) {
      bench.source.broken = true
      const { done, ear } = bench.subscribe(name)
      await bench.pass(200)
      expect(String(await errorOf(done))).toContain('away')
      expect(ear.reply).toBeUndefined()
      bench.source.broken = false
      expect((await bench.join(name)).reply).toMatchObject({ offset: 0 })
    }
    bench.commits('discussion:b', 1)
    expect(denied.ear.heard).toEqual([])
  })

  test('whoever has been further than this node waits until it is there, whatever else comes meanwhile', async () => {
    const bench = await Workbench.open()
    await bench.join(topic)
    const release = bench.source.hold('read')
    bench.commits(topic, 5, true)
    const { ear, done } = bench.subscribe(topic, 'bob', { offset: 5, epoch: 'e1' })
    await bench.pass(5)
    bench.commits(topic, 1)
    await bench.pass(5)
    expect(ear.reply).toBeUndefined()
    release()
    await bench.pass(5)
    await done
    expect(ear.reply).toMatchObject({ recovered: true, offset: 6 })
    expect(ear.heard).toEqual([6])
  })

  test('a topic that failed to open, and was opened anew because the epoch changed meanwhile, is one topic', async () => {
    const bench = await Workbench.open()
    await bench.join('drops:b')
    const release = bench.source.hold('newest')
    const early = bench.subscribe(topic)
    await bench.pass(2)
    bench.log.renewEpoch('e1')
    void bench.hub.sweep(true)
    await bench.pass(2)
    const late = bench.subscribe(topic, 'bob')
    bench.source.failures = 1
    release()
    await bench.pass(300)
    await Promise.allSettled([early.done, late.done])
    bench.commits(topic, 2)
    expect(late.ear.reply).toBeDefined()
    expect(late.ear.heard).toEqual([1, 2])
  })

  test('many who join together cost one look at the heads', async () => {
    const bench = await Workbench.open()
    await bench.join(topic)
    const before = bench.source.asked.length
    const ears = upTo(50).map(() => bench.subscribe(topic, 'ann', { offset: 0, epoch: 'e1' }))
    await bench.pass(3)
    await Promise.all(ears.map(({ done }) => done))
    expect(bench.source.asked.slice(before)).toEqual(['heads'])
  })
})

describe('live', () => {
  test('notices that come late, twice, in disorder or from another epoch change nothing', async () => {
    const bench = await Workbench.open()
    const ear = await bench.join(topic)
    const [one, two, three, four] = bench.commits(topic, 4, true)
    const phantom = { ...three!, json: '{"kind":"phantom"}' }
    bench.other.publish([phantom], 'e0/s1')
    bench.other.publish([phantom], 'e1/s0')
    bench.other.publish([two!, two!, one!, one!], 'e1/s1')
    await bench.pass(5)
    bench.other.publish([one!, four!, three!, two!], 'e1/s1')
    await bench.pass(5)
    expect(ear.heard).toEqual([1, 2, 3, 4])
    expect(ear.texts.join()).not.toContain('phantom')
  })

  test('an event that is too long for the bus is read from the log', async () => {
    const bench = await Workbench.open()
    const ear = await bench.join(topic)
    bench.other.publish(bench.commit([{ topic }, { topic, long: true }, { topic }], true), 'e1/s1')
    await bench.pass(5)
    expect(ear.heard).toEqual([1, 2, 3])
    expect(ear.texts[1]!.length).toBeGreaterThan(7000)
  })

  test('a notice of what the log does not have is not kept: the true event of that place is delivered', async () => {
    const bench = await Workbench.open()
    const ear = await bench.join(topic)
    bench.other.publish([{ topic, offset: 2, json: '{"kind":"phantom"}' }], 'e1/s1')
    await bench.pass(5)
    bench.commits(topic, 2)
    await bench.pass(5)
    expect(ear.heard).toEqual([1, 2])
    expect(ear.texts.join()).not.toContain('phantom')
  })

  test('an event that is heard of while a gap is being read does not wait for the sweep', async () => {
    const bench = await Workbench.open()
    const ear = await bench.join(topic)
    bench.commits(topic, 1)
    const release = bench.source.hold('read')
    // Nothing is there yet when the log is read; what comes meanwhile is too long for the bus.
    bench.hub.receive([{ topic, offset: 2 }])
    await bench.pass(5)
    bench.commits(topic, 1, true)
    bench.commit({ topic, long: true }, true)
    bench.hub.receive([{ topic, offset: 3 }])
    release()
    await bench.pass(5)
    expect(ear.heard).toEqual([1, 2, 3])
  })

  test('who loses the right to read hears that, and nothing after it', async () => {
    const bench = await Workbench.open()
    const [ann, bob] = [await bench.join(topic, 'ann'), await bench.join(topic, 'bob')]
    bench.commit([{ topic }, { topic, revokes: 'bob' }, { topic }])
    expect([ann.heard, bob.heard]).toEqual([
      [1, 2, 3],
      [1, 2],
    ])
    expect([ann.ended, bob.ended]).toEqual([undefined, 'revoked'])
  })

  test('a gap that retention left ends the subscription instead of being stepped over', async () => {
    const bench = await Workbench.open()
    const ear = await bench.join(topic)
    bench.network.disconnect()
    bench.commits(topic, 5, true)
    bench.log.trim(topic, 3)
    bench.commits(topic, 1)
    await bench.pass(5)
    expect([ear.heard, ear.ended]).toEqual([[], 'invalidated'])
    const back = await bench.join(topic, 'ann', { offset: 0, epoch: 'e1' })
    expect(back.reply).toEqual({ epoch: 'e1', offset: 6, recovered: false, events: [] })
  })

  test('whispers reach the listeners of open topics here, and every other node', async () => {
    const bench = await Workbench.open()
    await bench.join(topic)
    bench.hub.whisper(topic, '{"typing":true}')
    bench.other.signal('whisper', `${topic} {"text":"with spaces"}`)
    bench.other.signal('whisper', 'discussion:closed {}')
    await bench.pass(5)
    expect(bench.whispers).toEqual([`${topic} {"typing":true}`, `${topic} {"text":"with spaces"}`])
    expect(bench.said).toEqual([`${topic} {"typing":true}`])
  })

  test('of many who speak at once a few are heard, whichever nodes they are on', async () => {
    const bench = await Workbench.open()
    await bench.join(topic)
    for (let n = 0; n < 50; n++) {
      bench.hub.whisper(topic, `{"here":${n}}`, `h${n}`)
      bench.other.signal('turn', `${topic} t${n} {"there with spaces":${n}}`)
    }
    await bench.pass(5)
    expect(bench.whispers).toHaveLength(limits.speakers)
    await bench.pass(5000)
    bench.whispers.length = 0
    for (let n = 0; n < 50; n++) bench.other.signal('turn', `${topic} t${n} {"there with spaces":${n}}`)
    bench.hub.whisper(topic, '{"kept":1}')
    await bench.pass(5)
    expect(bench.whispers).toHaveLength(limits.speakers + 1)
    expect(bench.whispers).toContain(`${topic} {"there with spaces":0}`)
  })
})
