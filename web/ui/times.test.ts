import { expect, test } from 'bun:test'
import { dayName, timeOf } from './times'

const now = new Date(2026, 2, 10, 15, 0)

test('today and yesterday have names, other days their date, other years their year', () => {
  expect(['2026-03-10', '2026-03-09', '2026-03-01', '2025-12-31'].map((day) => dayName(day, 'en', now))).toEqual([
    'Today',
    'Yesterday',
    'Sunday, March 1',
    'December 31, 2025',
  ])
  expect(['2026-03-10', '2026-03-09', '2026-03-01'].map((day) => dayName(day, 'id', now))).toEqual([
    'Hari ini',
    'Kemarin',
    'Minggu, 1 Maret',
  ])
})

test('times are of the day of twenty-four hours', () => {
  expect(timeOf(new Date(2026, 2, 10, 15, 5).getTime(), 'en')).toBe('15:05')
})
