import { expect, test } from 'bun:test'
import { roles } from '../../protocol/roles'
import * as policy from '../../services/discussion/policy'
import { kindsFor, mayCreate, mayPost } from './rights'

test('what a screen offers is what the server allows', () => {
  for (const kind of ['public', 'private', 'announcement'] as const) {
    for (const role of roles) {
      expect([kind, role, mayCreate[kind].includes(role)]).toEqual([kind, role, policy.mayCreate[kind].includes(role)])
      expect([kind, role, mayPost[kind].includes(role)]).toEqual([kind, role, policy.mayPost[kind].includes(role)])
    }
  }
})

test('a guest is offered no new channel, a teacher every kind', () => {
  expect(kindsFor('guest')).toEqual([])
  expect(kindsFor('teacher')).toEqual(['public', 'private', 'announcement'])
})
