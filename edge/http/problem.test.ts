import { expect, test } from 'bun:test'
import { codes, refuse, Refusal, type Code } from '../../protocol/errors'
import { fault, langOf, problem } from './problem'

const asked = (language?: string): Request =>
  new Request('http://campus.test/', { headers: language === undefined ? {} : { 'accept-language': language } })

test.each([
  [undefined, 'en'],
  ['id', 'id'],
  ['id-ID,id;q=0.9,en-US;q=0.8', 'id'],
  ['en;q=0.3, id;q=0.7', 'id'],
  ['fr, de;q=0.9, id;q=0.1', 'id'],
  ['en, id', 'en'],
  ['id;q=0, en;q=0.1', 'en'],
  ['fr-FR,*;q=0.5', 'en'],
  ['ID', 'id'],
  ['idn', 'en'],
  [';;q=,,', 'en'],
])('who asks in %p is answered in %p', (header, lang) => {
  expect(langOf(asked(header))).toBe(lang as 'en')
})

test('every code has its status, its name, and one sentence in each language', async () => {
  for (const [code, { http }] of Object.entries(codes)) {
    for (const lang of ['en', 'id'] as const) {
      const response = problem(new Refusal(code as Code, { en: 'In English.', id: 'Bahasa Indonesia.' }), lang)
      expect(response.status).toBe(http)
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(await response.json()).toEqual({
        type: `/api/docs#${code}`,
        title: code,
        status: http,
        code,
        detail: lang === 'en' ? 'In English.' : 'Bahasa Indonesia.',
      })
    }
  }
})

test('Retry-After is in whole seconds, never 0, and spread out so that a crowd does not come back together', () => {
  const seconds = Array.from({ length: 100 }, () =>
    Number(problem(refuse.limited(10_000), 'en').headers.get('retry-after')),
  )
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(10)
  expect(Math.max(...seconds)).toBeLessThanOrEqual(20)
  expect(new Set(seconds).size).toBeGreaterThan(3)
  expect(problem(refuse.limited(1), 'en').headers.get('retry-after')).toBe('1')
  expect(problem(refuse.forbidden(), 'en').headers.has('retry-after')).toBe(false)
})

test('a fault tells nothing of our insides', async () => {
  const response = fault('id', 'request-1')
  expect(response.headers.get('x-request-id')).toBe('request-1')
  expect(response.status).toBe(500)
  expect(await response.json()).toMatchObject({
    code: 'internal',
    detail: expect.stringContaining('di pihak kami') as string,
  })
})
