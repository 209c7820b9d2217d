import { expect, test } from 'bun:test'
import { keyOf, noticeOf, placeOf, pressed } from './notice'

const saying = (value: unknown) => ({ json: () => value })

test('a notice leads into the app, whatever the push says', () => {
  for (const url of ['https://evil.example/', '//evil.example', '/\\evil.example', 'javascript:1', 7, undefined]) {
    expect(noticeOf(saying({ title: 'T', url })).url).toBe('/')
  }
  expect(noticeOf(saying({ title: 'T', url: '/reports/7?x=1' })).url).toBe('/reports/7?x=1')
})

test('an unreadable push still has something to show', () => {
  const broken = {
    json: () => {
      throw new SyntaxError('no JSON')
    },
  }
  for (const data of [null, broken, saying('text'), saying(null), saying({ actions: 'none' })]) {
    expect(noticeOf(data)).toEqual({ title: 'Alun', body: '', url: '/', tag: '', urgent: false, actions: [] })
  }
  expect(noticeOf(saying({ title: 'EMERGENCY', urgent: true })).urgent).toBe(true)
})

test('a tap on an action leads to its place, a tap beside them to the notice’s', () => {
  const notice = noticeOf(
    saying({ title: 'Fixed?', url: '/reports/7', actions: [{ action: 'no', title: 'No', url: '/reports/7?reopen' }] }),
  )
  expect(placeOf(notice, 'no')).toBe('/reports/7?reopen')
  expect(placeOf(notice, '')).toBe('/reports/7')
  expect(placeOf(notice, 'gone')).toBe('/reports/7')
})

test('a press gives the command that its action names, once for each change, and nothing that is no command', () => {
  const does = (command: unknown) => ({ command, input: { report: '7' }, said: 'Open again' })
  const told = (command: unknown) =>
    noticeOf(
      saying({ tag: 'report-7-4', actions: [{ action: 'no', title: 'No', url: '/reports/7', does: does(command) }] }),
    )
  const notice = told('reports.reopen')
  const deed = { path: '/api/reports/reopen', input: { report: '7' }, said: 'Open again' }
  expect(pressed(notice, 'no')?.does).toEqual(deed)
  expect(pressed(notice, '')).toBeUndefined()
  expect(keyOf(notice, 'no')).toBe('report-7-4:no')
  for (const command of ['../auth/sign-out', 'reports', 'reports.x/../y', '//evil.example/a.b', 7, undefined]) {
    expect(pressed(told(command), 'no')?.does).toBeUndefined()
  }
})
