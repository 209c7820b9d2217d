import { describe, expect, test } from 'bun:test'
import { day, moment } from './time'

describe('a moment', () => {
  test('is given on as UTC, whatever its offset', () => {
    expect(moment.parse('2026-11-21T15:00:00+07:00')).toBe('2026-11-21T08:00:00.000Z')
    expect(moment.parse('2026-11-21T08:00:00Z')).toBe('2026-11-21T08:00:00.000Z')
    expect(moment.parse('2026-11-21T08:00:00.123456789Z')).toBe('2026-11-21T08:00:00.123Z')
  })

  test.each([
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+23:59',
    '1899-12-31T23:59:59Z',
    '3000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-23:59',
    '2026-02-30T00:00:00Z',
    '2026-11-21T08:00:00',
    'now',
  ])('is not %s', (text) => expect(moment.safeParse(text).success).toBeFalse())

  test('with an offset that no place has is the moment that it says', () => {
    expect(moment.parse('2026-11-21T23:00:00+23:00')).toBe('2026-11-21T00:00:00.000Z')
  })
})

test.each(['0000-01-01', '1899-12-31', '3000-01-01', '2026-02-29', '2026-11-21T08:00'])('a day is not %s', (text) =>
  expect(day.safeParse(text).success).toBeFalse(),
)

test('a leap day is a day', () => expect(day.parse('2028-02-29')).toBe('2028-02-29'))
