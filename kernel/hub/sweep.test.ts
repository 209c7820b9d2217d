import { describe, expect, test } from 'bun:test'
import { Workbench } from '../../prove/testing/hub/bench'

const topic = 'discussion:a'
const upTo = (last: number, first = 1): number[] => Array.from({ length: last - first + 1 }, (_, at) => first + at)

describe('the sweep', () => {
  test('brings within a second what was committed and never published', async () => {
    const bench = await Workbench.open()
    const ear = await bench.join(topic)
    bench.commits(topic, 3, true)
    await bench.pass(500)
    expect(ear.heard).toEqual([])
    await bench.pass(600)
    expect(ear.heard).toEqual([1, 2, 3])
  })

  test('reads nothing more while nothing changes', async () => {
    const bench = await Workbench.open({ fullSweepEvery: 1000 })
    await bench.join(topic)
    bench.commits(topic, 1)
    await bench.pass(1100)
    const before = bench.source.asked.length
    await bench.pass(3000)
    expect(bench.source.asked.slice(before)).toEqual(['changes', 'changes', 'changes'])
  })

  test('compares all topics when the bus comes back, also when another sweep is under way', async () => {
    for (const underWay of [false, true]) {
      const bench = await Workbench.open()
      await bench.join(topic)
      const release = bench.source.hold('changes')
      if (underWay) void bench.hub.sweep()
      await bench.pass(1)
      const before = bench.source.asked.length
      bench.network.disconnect()
      bench.network.connect()
      await bench.pass(1)
      release()
      await bench.pass(1005)
      expect(bench.source.asked.slice(before)).toContain('standing')
    }
  })

  test('compares all topics after a look that failed: the database may be back with a tail missing', async () => {
    const bench = await Workbench.open()
    await bench.join(topic)
    bench.source.broken = true
    await bench.pass(1005)
    bench.source.broken = false
    const before = bench.source.asked.length
    await bench.pass(1005)
    expect(bench.source.asked.slice(before)).toEqual(['changes', 'standing'])
  })

  test('goes on after any number of failures', async () => {
    const bench = await Workbench.open()
    const ear = await bench.join(topic)
    bench.source.broken = true
    await bench.pass(10_000)
    bench.commits(topic, 2, true)
    bench.source.broken = false
    await bench.pass(1100)
    expect(ear.heard).toEqual([1, 2])
  })

  test('closes a topic that nobody listened to for a while, and it opens again', async () => {
    const bench = await Workbench.open({ lingerMs: 3000 })
    const ear = await bench.join(topic)
    await bench.pass(10_000)
    expect(bench.hub.openTopics).toBe(1)
    ear.leave()
    await bench.pass(2000)
    expect(bench.hub.openTopics).toBe(1)
    await bench.pass(3000)
    expect(bench.hub.openTopics).toBe(0)
    bench.commits(topic, 2)
    expect((await bench.join(topic, 'ann', { offset: 0, epoch: 'e1' })).heard).toEqual([1, 2])
  })
})

describe('a lost tail', () => {
  test('is noticed by the node that delivered it: a new epoch, and everybody starts anew', async () => {
    const bench = await Workbench.open()
    const [ann, bob] = [await bench.join(topic), await bench.join('drops:b', 'bob')]
    bench.commits(topic, 5)
    bench.log.loseTail(topic, 2)
    bench.network.disconnect()
    bench.network.connect()
    await bench.pass(10)
    expect(bench.log.epoch).toBe('e2')
    expect([ann.ended, bob.ended]).toEqual(['invalidated', 'invalidated'])
    const back = await bench.join(topic, 'ann', { offset: 5, epoch: 'e1' })
    expect(back.reply).toEqual({ epoch: 'e2', offset: 3, recovered: false, events: [] })
    bench.commits(topic, 1)
    expect(back.heard).toEqual([4])
  })

  test('is noticed by the next full sweep when nothing else tells of it', async () => {
    const bench = await Workbench.open()
    const ear = await bench.join(topic)
    bench.commits(topic, 5)
    bench.log.loseTail(topic, 2)
    await bench.pass(11_000)
    expect([bench.log.epoch, ear.ended]).toEqual(['e2', 'invalidated'])
  })

  test('is noticed also where new events have taken the places of those that were lost', async () => {
    const bench = await Workbench.open()
    const ear = await bench.join(topic)
    bench.commits(topic, 5)
    await bench.pass(1100)
    bench.log.loseTail(topic, 2)
    const others = bench.log.commit('n2', [{ topic }, { topic }, { topic }])
    // Neither told of by the bus,
    bench.other.publish(others, 'e1/s2')
    await bench.pass(5)
    // nor where this node writes one itself.
    bench.commits(topic, 1)
    expect(ear.heard).toEqual([1, 2, 3, 4, 5])
    await bench.pass(1100)
    expect([ear.ended, ear.heard, bench.log.epoch]).toEqual(['invalidated', [1, 2, 3, 4, 5], 'e2'])
  })

  test('is not suspected after a restart that lost nothing, also where the newest content was taken away', async () => {
    const bench = await Workbench.open()
    const [ear, other] = [await bench.join(topic), await bench.join('drops:b', 'bob')]
    bench.commits(topic, 3)
    bench.commits('drops:b', 1)
    bench.log.restart()
    // A notice that is lost: the node stands before the event that takes the content of its newest away.
    bench.log.commit('n2', [{ topic, redacts: 3 }])
    await bench.pass(1100)
    bench.commits(topic, 1)
    expect([ear.heard, other.heard, bench.log.epoch]).toEqual([[1, 2, 3, 4, 5], [1], 'e1'])
  })

  test('is proven by a client that was told of more, if the database restarted since', async () => {
    const bench = await Workbench.open()
    bench.commits(topic, 5)
    bench.log.loseTail(topic, 2)
    const ear = await bench.join(topic, 'ann', { offset: 5, epoch: 'e1' })
    expect(ear.reply).toEqual({ epoch: 'e2', offset: 3, recovered: false, events: [] })
  })

  test('is not proven by a client that is wrong, or lies: only it starts anew, however busy the topic', async () => {
    const bench = await Workbench.open()
    const ann = await bench.join(topic)
    const release = bench.source.hold('heads')
    const { ear, done } = bench.subscribe(topic, 'bob', { offset: 1_000_000, epoch: 'e1' })
    await bench.pass(2)
    // Delivered after the head was asked for, and before its answer came.
    bench.commits(topic, 3)
    release()
    await bench.pass(3)
    await done
    expect(ear.reply).toEqual({ epoch: 'e1', offset: 3, recovered: false, events: [] })
    expect([bench.log.epoch, ann.ended, ann.heard]).toEqual(['e1', undefined, [1, 2, 3]])
  })

  test('makes one new epoch, not one for every answer that was under way', async () => {
    const bench = await Workbench.open()
    await bench.join(topic)
    bench.commits(topic, 5)
    bench.log.loseTail(topic, 2)
    const release = bench.source.hold('restartedSinceEpoch')
    const waiting = upTo(3).map(() => bench.subscribe(topic, 'ann', { offset: 9, epoch: 'e1' }))
    await bench.pass(5)
    void bench.hub.sweep(true)
    await bench.pass(5)
    release()
    await bench.pass(200)
    await Promise.all(waiting.map(({ done }) => done))
    expect(bench.log.epoch).toBe('e2')
  })

  test('is not seen again in a comparison that began in the epoch before', async () => {
    const bench = await Workbench.open()
    await bench.join(topic)
    bench.commits(topic, 5)
    const release = bench.source.hold('heads', 'question')
    void bench.hub.sweep(true)
    await bench.pass(2)
    bench.log.loseTail(topic, 2)
    bench.log.renewEpoch('e1')
    // Another topic that opens brings the news; the comparison asks only now.
    bench.subscribe('drops:b')
    await bench.pass(5)
    release()
    await bench.pass(100)
    expect(bench.log.epoch).toBe('e2')
  })

  test('is looked for at once when transactions are numbered backwards: another server continues an older past', async () => {
    const bench = await Workbench.open()
    const ear = await bench.join(topic)
    bench.commits(topic, 5)
    await bench.pass(1100)
    bench.log.loseTail(topic, 2)
    await bench.pass(1100)
    expect([bench.log.epoch, ear.ended]).toEqual(['e2', 'invalidated'])
  })
})

describe('a fold', () => {
  const follow = async (bench: Workbench) => {
    const fold = { offsets: [] as number[], resets: 0, from: -1, stop: () => undefined as void }
    const following = bench.hub.follow(
      topic,
      ({ offset }) => fold.offsets.push(offset),
      () => fold.resets++,
    )
    await bench.pass(5)
    const follower = await following
    return Object.assign(fold, { from: follower.offset, stop: follower.stop })
  }

  test('gets every event after its position, in order, until it stops', async () => {
    const bench = await Workbench.open()
    bench.commits(topic, 2, true)
    const fold = await follow(bench)
    bench.commits(topic, 2)
    bench.commits(topic, 1, true)
    await bench.pass(1100)
    expect([fold.from, fold.offsets]).toEqual([2, [3, 4, 5]])
    fold.stop()
    bench.commits(topic, 1)
    expect(fold.offsets).toEqual([3, 4, 5])
  })

  test('starts anew after a new epoch, and then gets everything after what a snapshot read at that moment holds', async () => {
    const bench = await Workbench.open()
    const fold = await follow(bench)
    bench.commits(topic, 4)
    const release = bench.source.hold('newest')
    bench.log.renewEpoch('e1')
    await bench.pass(1100)
    bench.commits(topic, 2, true)
    expect(fold.resets).toBe(0)
    release()
    await bench.pass(2)
    expect(fold.resets).toBe(1)
    const snapshot = bench.log.head(topic)
    bench.commits(topic, 2)
    await bench.pass(1100)
    expect(fold.offsets.filter((offset) => offset > snapshot)).toEqual([snapshot + 1, snapshot + 2])
  })

  test('does not wait for a full sweep because its topic was opening when a change was seen', async () => {
    const bench = await Workbench.open({ fullSweepEvery: 1000 })
    const fold = await follow(bench)
    const release = bench.source.hold('newest')
    bench.log.renewEpoch('e1')
    await bench.pass(1100)
    bench.commits(topic, 1, true)
    await bench.pass(1000)
    release()
    await bench.pass(100)
    expect([fold.resets, fold.offsets]).toEqual([1, [1]])
  })

  test('starts anew when retention removed what it missed', async () => {
    const bench = await Workbench.open()
    const fold = await follow(bench)
    bench.commits(topic, 5, true)
    bench.log.trim(topic, 3)
    await bench.pass(1100)
    expect([fold.resets, fold.offsets]).toEqual([1, [4, 5]])
  })

  test('that could not begin leaves nothing behind', async () => {
    const bench = await Workbench.open({ lingerMs: 1000 })
    await bench.join('drops:b')
    bench.commits(topic, 1)
    const ear = await bench.join(topic)
    const failing = bench.hub
      .follow(
        topic,
        () => undefined,
        () => undefined,
      )
      .catch(String)
    bench.source.broken = true
    await bench.pass(300)
    expect(await failing).toContain('away')
    bench.source.broken = false
    ear.leave()
    await bench.pass(4000)
    expect(bench.hub.openTopics).toBe(1)
  })
})
