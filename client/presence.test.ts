import { expect, test } from 'bun:test'
import { byPerson } from './presence'

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
