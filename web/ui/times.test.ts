import { expect, test } from 'bun:test'
import { agoOf, dayName, timeOf } from './times'

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

test('how long ago is said in the largest unit that fits', () => {
  const nowMs = now.getTime()
  const ago = (seconds: number, lang: 'en' | 'id'): string => agoOf(nowMs - seconds * 1000, lang, nowMs)
  expect([20, 110, 7200, 86_400, -600].map((seconds) => ago(seconds, 'en'))).toEqual([
    'This minute',
    '2 minutes ago',
    '2 hours ago',
    'Yesterday',
    'In 10 minutes',
  ])
  expect([20, 300].map((seconds) => ago(seconds, 'id'))).toEqual(['Menit ini', '5 menit yang lalu'])
})
