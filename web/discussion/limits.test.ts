import { expect, test } from 'bun:test'
import { messageText } from '../../services/discussion/schemas'
import { messageCharacters } from './limits'

test('the composer’s bound is the server’s', () => {
  expect(messageText.safeParse('x'.repeat(messageCharacters)).success).toBe(true)
  expect(messageText.safeParse('x'.repeat(messageCharacters + 1)).success).toBe(false)
})
