import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Actor } from '../../protocol/roles'
import { bench, type Answer, type Bench } from './testing'

let at: Bench
let [ani, budi, citra, guru]: Actor[] = []
beforeAll(async () => {
  at = await bench()
  ;[ani, budi, citra] = [await at.person('Ani'), await at.person('Budi'), await at.person('Citra')]
  guru = await at.person('Guru', 'teacher')
}, 60_000)
afterAll(() => at.stop())

const listed = async (actor: Actor, channel: string): Promise<Answer> =>
  (await at.call(actor, 'channels')).channels.find(({ id }: { id: string }) => id === channel)
const post = (actor: Actor, channel: string, text = 'hello'): Promise<Answer> =>
  at.call(actor, 'post', { channel, text })

describe('direct messages', () => {
  test('with the same people are the same, whoever begins and in whatever order they are named', async () => {
    const ids = await Promise.all([
      at.call(ani!, 'direct', { people: [budi!.id, citra!.id] }),
      at.call(citra!, 'direct', { people: [ani!.id, budi!.id, ani!.id] }),
      at.call(budi!, 'direct', { people: [citra!.id, budi!.id, ani!.id] }),
    ])
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1)
    const two = await at.call(ani!, 'direct', { people: [budi!.id] })
    expect(two.id).not.toBe(ids[0].id)
    expect(await listed(budi!, two.id)).toMatchObject({ kind: 'direct', people: [{ id: ani!.id, name: 'Ani' }] })
    expect(await listed(citra!, two.id)).toBeUndefined()
    expect(await at.refusal(post(citra!, two.id))).toBe('not_found')
  })

  test('need somebody who is there, and are not begun by guests', async () => {
    expect(await at.refusal(at.call(ani!, 'direct', { people: [crypto.randomUUID()] }))).toBe('not_found')
    const guest = await at.person('Tamu', 'guest')
    expect(await at.refusal(at.call(guest, 'direct', { people: [ani!.id] }))).toBe('forbidden')
    const { id } = await at.call(ani!, 'direct', { people: [guest.id] })
    expect((await post(guest, id)).offset).toBeGreaterThan(0)
  })

  test('that were put away come back when somebody writes', async () => {
    const { id } = await at.call(ani!, 'direct', { people: [budi!.id] })
    await at.call(ani!, 'leave', { channel: id })
    expect(await listed(ani!, id)).toMatchObject({ hidden: true })
    await post(budi!, id)
    expect((await listed(ani!, id)).hidden).toBeUndefined()
  })

  test('let nobody be invited, taken out or renamed', async () => {
    const { id: channel } = await at.call(ani!, 'direct', { people: [budi!.id] })
    expect(await at.refusal(at.call(ani!, 'invite', { channel, user: citra!.id }))).toBe('forbidden')
    expect(await at.refusal(at.call(ani!, 'expel', { channel, user: budi!.id }))).toBe('forbidden')
    expect(await at.refusal(at.call(ani!, 'change', { channel, name: 'Ours' }))).toBe('forbidden')
  })
})

describe('a channel', () => {
  test('belongs to who made it, who may hand that on; the last owner’s place is taken', async () => {
    const channel = await at.newChannel(ani!, 'private')
    await at.call(ani!, 'invite', { channel, users: [budi!.id, citra!.id] })
    expect(await at.refusal(at.call(budi!, 'change', { channel, name: 'Mine' }))).toBe('forbidden')
    await at.call(ani!, 'role', { channel, user: citra!.id, role: 'moderator' })
    await at.call(ani!, 'change', { channel, name: 'Lab', category: 'Physics', about: 'Group work' })
    expect(await listed(citra!, channel)).toMatchObject({
      ...{ name: 'Lab', category: 'Physics', about: 'Group work', role: 'moderator' },
    })
    await at.call(ani!, 'leave', { channel })
    expect(await at.refusal(at.call(ani!, 'members', { channel }))).toBe('not_found')
    const { members } = await at.call(budi!, 'members', { channel })
    expect(members.map(({ name, role }: { name: string; role: string }) => `${name} ${role}`).toSorted()).toEqual([
      'Budi member',
      'Citra owner',
    ])
  })

  test('for announcements is written in by its moderators too', async () => {
    const channel = await at.newChannel(guru!, 'announcement')
    expect(await at.refusal(post(ani!, channel))).toBe('forbidden')
    await at.call(guru!, 'role', { channel, user: ani!.id, role: 'moderator' })
    expect((await post(ani!, channel)).offset).toBe(1)
  })

  test('that is archived is read and not written', async () => {
    const channel = await at.newChannel(ani!)
    const { id: message } = await post(ani!, channel)
    await at.call(ani!, 'change', { channel, archived: true })
    expect(await at.refusal(post(ani!, channel))).toBe('conflict')
    expect(await at.refusal(at.call(ani!, 'edit', { message, text: 'changed' }))).toBe('conflict')
    expect((await at.call(budi!, 'history', { channel })).messages).toHaveLength(1)
    await at.call(ani!, 'change', { channel, archived: false })
    expect((await post(ani!, channel)).offset).toBe(4)
  })

  test('open to all is left by putting it out of sight, and joined again', async () => {
    const channel = await at.newChannel(ani!)
    await at.call(budi!, 'leave', { channel })
    expect(await listed(budi!, channel)).toMatchObject({ hidden: true })
    expect(await at.refusal(at.call(ani!, 'invite', { channel, user: budi!.id }))).toBe('conflict')
    await at.call(budi!, 'join', { channel })
    expect((await listed(budi!, channel)).hidden).toBeUndefined()
  })

  test('of a class has its roster in it, and is made by who teaches there', async () => {
    const { id } = await at.call(guru!, 'people.class_create', { name: 'Physics 101' })
    const admin = await at.person('Admin', 'admin')
    await at.call(admin, 'people.enrol', { class: id, users: [ani!.id, budi!.id], role: 'student' })
    const make = { name: 'Physics 101', kind: 'private', class: id }
    expect(await at.refusal(at.call(ani!, 'create', make))).toBe('not_found')
    const channel = (await at.call(guru!, 'create', make)).id
    expect((await listed(budi!, channel)).name).toBe('Physics 101')
    expect(await listed(citra!, channel)).toBeUndefined()
    expect((await listed(guru!, channel)).role).toBe('owner')
  })
  test('of a class follows who comes to it and who goes; who left by themselves is not brought back', async () => {
    const { id } = await at.call(guru!, 'people.class_create', { name: 'Biology' })
    const enrol = (...users: Actor[]): Promise<Answer> =>
      at.call(guru!, 'people.enrol', { class: id, users: users.map((one) => one.id), role: 'student' })
    await enrol(ani!, budi!)
    const channel = (await at.call(guru!, 'create', { name: 'Biology', kind: 'private', class: id })).id
    /** As the jobs that wait would have it, twice: they are run at least once. */
    const follow = async (): Promise<void> => {
      const waiting = at.jobs.splice(0).filter(({ queue }) => queue === 'discussion-class')
      expect(waiting.length).toBeGreaterThan(0)
      for (const { data } of [...waiting, ...waiting]) await at.perform('discussion.follow_class', data)
    }
    await follow()
    const names = async (): Promise<string> =>
      (await at.call(guru!, 'members', { channel })).members
        .map(({ name }: Answer) => name)
        .toSorted()
        .join()
    expect(await names()).toBe('Ani,Budi,Guru')
    await at.call(budi!, 'leave', { channel })
    await enrol(citra!)
    await at.call(guru!, 'people.unenrol', { class: id, users: [ani!.id] })
    await follow()
    expect(await names()).toBe('Citra,Guru')
    expect(at.events.findLast(({ effects }) => effects?.revokes)?.effects).toEqual({ revokes: [ani!.id] })
    expect(await at.refusal(at.call(ani!, 'history', { channel }))).toBe('not_found')
    expect(at.told(`inbox:${citra!.id}`).at(-1)).toMatchObject({ kind: 'invited', channel, name: 'Biology' })
    await enrol(ani!)
    await follow()
    expect(await names()).toBe('Ani,Citra,Guru')
    // Whoever owns the channel stays with it.
    const admin = await at.person('Kepala', 'admin')
    await at.call(admin, 'people.unenrol', { class: id, users: [guru!.id] })
    await follow()
    expect(await names()).toBe('Ani,Citra,Guru')
  })
})
