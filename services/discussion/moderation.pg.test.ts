import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Actor } from '../../protocol/roles'
import { locking } from '../../prove/testing/locks'
import { until } from '../../prove/testing/until'
import { bench, type Answer, type Bench } from './testing'

let at: Bench
let [owner, ani, budi, admin]: Actor[] = []
beforeAll(async () => {
  at = await bench()
  ;[owner, ani, budi] = [await at.person('Owner'), await at.person('Ani'), await at.person('Budi')]
  admin = await at.person('Admin', 'admin')
}, 60_000)
afterAll(() => at.stop())

const post = (actor: Actor, channel: string, text = 'hello'): Promise<Answer> =>
  at.call(actor, 'post', { channel, text })
const sanction = (channel: string, user: Actor, kind: string, more: object = {}, by = owner!): Promise<Answer> =>
  at.call(by, 'sanction', { channel, user: user.id, kind, reason: 'enough', ...more })

describe('slow mode', () => {
  test('lets each person say one thing in its time, on however many nodes they try; moderators are free', async () => {
    const channel = await at.newChannel(owner!)
    await at.call(owner!, 'slow', { channel, seconds: 3600 })
    const tries = await Promise.allSettled([1, 2, 3, 4].map((n) => post(ani!, channel, `try ${n}`)))
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(await at.refusal(post(ani!, channel))).toBe('limited')
    await post(budi!, channel)
    for (let n = 0; n < 3; n++) await post(owner!, channel, `free ${n}`)
    await at.call(owner!, 'slow', { channel, seconds: 0 })
    await post(ani!, channel)
    expect(await at.refusal(at.call(ani!, 'slow', { channel, seconds: 9 }))).toBe('forbidden')
  })

  test('takes nobody’s turn for what is refused anyway', async () => {
    const channel = await at.newChannel(owner!)
    await at.call(owner!, 'slow', { channel, seconds: 3600 })
    const reply = at.call(ani!, 'post', { channel, text: 'yes', replyTo: `${channel}.99` })
    expect(await at.refusal(reply)).toBe('not_found')
    expect((await post(ani!, channel)).offset).toBeGreaterThan(0)
  })
})

describe('rules', () => {
  test('refuse words however they are dressed up, in edits too, and bring others to the moderators', async () => {
    const channel = await at.newChannel(owner!)
    const rules = [
      { words: 'judi online', action: 'refuse' },
      { words: 'bocoran*', action: 'flag' },
    ]
    await at.call(owner!, 'rules', { channel, rules })
    for (const text of ['Judi Online!', 'main JUDI  online', 'jud\u200bi o\u0301nline', 'ｊｕｄｉ online']) {
      expect(await at.refusal(post(ani!, channel, text))).toBe('forbidden')
    }
    const fine = (await post(ani!, channel, 'prejudi onlinenya')).id
    expect(await at.refusal(at.call(ani!, 'edit', { message: fine, text: 'judi online' }))).toBe('forbidden')
    await post(owner!, channel, 'say “judi online” to nobody')
    const flagged = (await post(ani!, channel, 'ada bocorannya?')).id
    const { flags } = await at.call(owner!, 'flags')
    expect(flags).toMatchObject([{ message: { id: flagged }, reason: 'bocoran*', by: { id: '' } }])
    expect((await at.call(budi!, 'flags')).flags).toEqual([])
    await at.call(owner!, 'settle', { flag: flags[0].id, outcome: 'kept' })
    expect((await at.call(owner!, 'flags')).flags).toEqual([])
  })
})

describe('a reported message', () => {
  test('waits for the moderators of its channel, once for each who reported it, and goes when it is removed', async () => {
    const channel = await at.newChannel(owner!, 'private')
    await at.call(owner!, 'invite', { channel, users: [ani!.id, budi!.id] })
    const { id } = await post(ani!, channel, 'something nasty')
    for (let n = 0; n < 2; n++) await at.call(budi!, 'flag', { message: id, reason: 'nasty' })
    await at.call(owner!, 'flag', { message: id, reason: 'indeed' })
    const { flags } = await at.call(owner!, 'flags')
    expect(flags.map(({ by, reason }: Answer) => `${by.name}: ${reason}`)).toEqual(['Budi: nasty', 'Owner: indeed'])
    expect(await at.refusal(at.call(budi!, 'settle', { flag: flags[0].id, outcome: 'removed' }))).toBe('forbidden')
    await at.call(owner!, 'settle', { flag: flags[0].id, outcome: 'removed', reason: 'nasty' })
    expect((await at.call(owner!, 'flags')).flags).toEqual([])
    expect((await at.call(budi!, 'history', { channel })).messages.at(-1)).toMatchObject({ removed: true, text: '' })
  })

  test('of direct messages is shown to admins, who see nothing else of them', async () => {
    const { id: channel } = await at.call(ani!, 'direct', { people: [budi!.id] })
    const { id } = await post(ani!, channel, 'a threat')
    await post(ani!, channel, 'and something private')
    await at.call(budi!, 'flag', { message: id, reason: 'a threat' })
    const { flags } = await at.call(admin!, 'flags')
    expect(flags.filter((one: Answer) => one.channel === channel)).toMatchObject([{ message: { text: 'a threat' } }])
    expect(await at.refusal(at.call(admin!, 'history', { channel }))).toBe('not_found')
    await at.call(admin!, 'settle', { flag: flags.at(-1).id, outcome: 'removed', reason: 'a threat' })
    expect((await at.call(budi!, 'history', { channel })).messages.at(-2)).toMatchObject({ removed: true })
  })
})

describe('a sanction', () => {
  test('keeps somebody quiet for a while, and the reason is written down', async () => {
    const channel = await at.newChannel(owner!)
    await sanction(channel, ani!, 'timeout', { minutes: 5 })
    expect(await at.refusal(post(ani!, channel))).toBe('limited')
    expect((await at.call(ani!, 'history', { channel })).messages).toEqual([])
    const { sanctions, acts } = await at.call(owner!, 'moderation', { channel })
    expect(sanctions).toMatchObject([{ user: { name: 'Ani' }, kind: 'timeout', reason: 'enough' }])
    expect(acts).toMatchObject([{ action: 'timeout', target: ani!.id, reason: 'enough' }])
    expect(await at.refusal(at.call(ani!, 'moderation', { channel }))).toBe('forbidden')
    await at.call(owner!, 'pardon', { channel, user: ani!.id })
    await post(ani!, channel)
  })

  test('keeps somebody out of an open channel by every way in, and cuts them off there and then', async () => {
    const channel = await at.newChannel(owner!)
    const { id } = await post(ani!, channel)
    await sanction(channel, ani!, 'ban')
    expect(at.events.findLast(({ topic }) => topic === `discussion:${channel}`)?.effects).toEqual({
      revokes: [ani!.id],
    })
    for (const [name, input] of Object.entries({
      ...{ post: { channel, text: 'x' }, history: { channel }, typing: { channel }, join: { channel } },
      ...{ react: { message: id, emoji: '👍' }, edit: { message: id, text: 'x' }, read: { channel, offset: 1 } },
    })) {
      expect([name, await at.refusal(at.call(ani!, name, input))]).toEqual([name, 'not_found'])
    }
    expect(await at.refusal(at.registry.authorize(ani!, `discussion:${channel}`))).toBe('not_found')
    await at.call(owner!, 'pardon', { channel, user: ani!.id })
    await post(ani!, channel)
  })

  test('of a private channel takes its member out, and nobody invites them back meanwhile', async () => {
    const channel = await at.newChannel(owner!, 'private')
    await at.call(owner!, 'invite', { channel, users: [ani!.id, budi!.id] })
    await sanction(channel, ani!, 'ban', { minutes: 60 })
    expect(await at.refusal(at.call(ani!, 'history', { channel }))).toBe('not_found')
    expect(await at.refusal(at.call(budi!, 'invite', { channel, user: ani!.id }))).toBe('conflict')
  })

  test('is for those with a say, and not against those with more', async () => {
    const channel = await at.newChannel(owner!)
    expect(await at.refusal(sanction(channel, budi!, 'ban', {}, ani!))).toBe('forbidden')
    await at.call(owner!, 'role', { channel, user: ani!.id, role: 'moderator' })
    expect(await at.refusal(sanction(channel, owner!, 'ban', {}, ani!))).toBe('forbidden')
    expect(await at.refusal(sanction(channel, ani!, 'timeout', {}, ani!))).toBe('forbidden')
    await sanction(channel, owner!, 'timeout', {}, admin!)
  })
  for (const kind of ['ban', 'timeout'] as const) {
    test(`comes before or after what is on its way to be said, never in between: a ${kind} that was quicker`, async () => {
      const channel = await at.newChannel(owner!)
      const said = (await post(ani!, channel, 'first')).id
      // Each waits where it has looked at the channel already: those who mention somebody, whose turn it is, who edit.
      for (const [table, slow, speak] of [
        ['discussion.cursor', 0, () => post(ani!, channel, 'but @Budi')],
        ['discussion.pace', 3600, () => post(ani!, channel, 'but')],
        ['discussion.cursor', 0, () => at.call(ani!, 'edit', { message: said, text: 'but @Budi' })],
      ] as const) {
        await at.call(owner!, 'slow', { channel, seconds: slow })
        const held = await locking(at.url, table)
        const spoken = at.refusal(speak())
        await until(() => held.blocks(), { what: 'the one who speaks to wait' })
        await sanction(channel, ani!, kind)
        await held.release()
        expect([table, await spoken]).toEqual([table, kind === 'ban' ? 'not_found' : 'limited'])
        await at.call(owner!, 'pardon', { channel, user: ani!.id })
      }
      expect((await at.call(owner!, 'history', { channel })).messages).toMatchObject([{ text: 'first' }])
    })
  }
})
