import { expect, test } from 'bun:test'
import { roles } from '../../protocol/roles'
import * as policy from '../../services/drops/policy'
import { mayCreate } from './rights'

test('what is offered is what is allowed', () => {
  for (const role of roles) expect([role, mayCreate(role)]).toEqual([role, policy.mayCreate.includes(role)])
})
