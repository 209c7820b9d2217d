import { expect, test } from 'bun:test'
import { limits } from '../protocol/limits'
import { byPerson, roster } from './presence'
import type { Present, RosterListener } from './topic'

test('a person with two tabs is one person, and people stand by name', () => {
  const here = byPerson([
    { client: 'c1', user: 'u2', connInfo: { name: 'Sari', role: 'student' } },
    { client: 'c2', user: 'u1', connInfo: { name: 'Budi', role: 'teacher' } },
    { client: 'c3', user: 'u2', connInfo: { name: 'Sari', role: 'student' } },
  ])
  expect(here).toEqual([
    { id: 'u1', name: 'Budi', role: 'teacher', devices: 1 },
    { id: 'u2', name: 'Sari', role: 'student', devices: 2 },
  ])
})

const someone = (n: number): Present => ({
  client: `c${n}`,
  user: `u${n}`,
  connInfo: { name: `P${n}`, role: 'student' },
})
const many = (count: number): Present[] => Array.from({ length: count }, (_, n) => someone(n))

/** A roster whose server has so many clients there, and shows as many as servers show. */
function watched(clients: number) {
  let listener: RosterListener | undefined
  const made = roster({ watchRoster: (_, given) => ((listener = given), () => undefined) }, 'discussion:a')
  const list = Object.fromEntries(many(Math.min(clients, limits.rosterShown)).map((who) => [who.client, who]))
  const presence = (): Promise<{ clients: Record<string, never> }> => Promise.resolve({ clients: list as never })
  const presenceStats = () => Promise.resolve({ numClients: clients, numUsers: clients - 1 })
  listener!.opened({ presence, presenceStats })
  const known = made.store.until(({ known: is }) => is)
  return { ...made, listener: listener!, known }
}

test('of a crowd the number is known and some are shown; who comes and goes is told as a number', async () => {
  const { store, listener, known, close } = watched(5000)
  await known
  expect([store.get().count, store.get().people.length]).toEqual([4999, limits.rosterShown])
  listener.gathered({ clients: 4000, users: 3900, some: many(12) })
  expect([store.get().count, store.get().people.length]).toEqual([3900, 12])
  close()
})

test('a crowd that is told whole again is a list as before', async () => {
  const { store, listener, known, close } = watched(101)
  await known
  listener.gathered({ clients: 3, users: 3, some: many(3) })
  expect([store.get().count, store.get().people.length]).toEqual([3, 3])
  listener.joined(someone(7))
  listener.left(someone(1))
  expect(store.get().people.map(({ name }) => name)).toEqual(['P0', 'P2', 'P7'])
  expect(store.get().count).toBe(3)
  close()
})
