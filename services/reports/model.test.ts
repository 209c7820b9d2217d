import { describe, expect, test } from 'bun:test'
import { fc } from '../../prove/testing/property'
import { apply, applyBoard, type Card, type Report, type ReportEvent } from './model'

const report: Report = {
  ...{ id: 'r', number: 1, title: 'Lampu mati', details: '', answers: {}, state: 'pending', status: 'pending' },
  ...{ priority: 'normal', category: 'other', place: { text: 'Ruang 101' }, photos: [], private: false },
  ...{ hideName: false, technician: null, followers: 0, reopens: 0, createdAt: '', openedAt: '', timeline: [] },
}
const event = (kind: string, data: object, offset = 2): ReportEvent => ({ kind, at: 'now', offset, data })

describe('one report', () => {
  test('changes by what an event says, and keeps the rest', () => {
    const change = { state: 'in_progress', status: 'in_progress', technician: { id: 't', name: 'Tini' } }
    const after = apply(report, event('claimed', { change, entry: { by: { id: 't', name: 'Tini' } } }))
    expect(after).toEqual({
      ...report,
      ...(change as Partial<Report>),
      timeline: [{ offset: 2, kind: 'claimed', at: 'now', by: { id: 't', name: 'Tini' } }],
    })
    expect(report.timeline).toEqual([])
  })

  test('is left as it is by what a newer server may say', () => {
    expect(apply(report, event('teleported', { change: { state: 'done' } }))).toBe(report)
    expect(apply(report, event('claimed', null as unknown as object))).toBe(report)
  })
})

const card = fc
  .tuple(fc.integer({ min: 1, max: 8 }), fc.constantFrom('pending', 'in_progress', 'done'))
  .map(([number, state]) => ({ id: `r${number}`, number, state }) as Card)

test('the board holds each report once, as it was last said, the newest first, however often it is said', () => {
  fc.assert(
    fc.property(fc.array(card, { maxLength: 30 }), (said) => {
      const board = said.reduce((state, one) => applyBoard(state, event('card', { card: one })), {
        cards: [] as readonly Card[],
      })
      const last = new Map(said.map((one) => [one.id, one]))
      expect(board.cards).toEqual([...last.values()].sort((a, b) => b.number - a.number))
      const again = said.at(-1)
      if (again) expect(applyBoard(board, event('card', { card: again }))).toEqual(board)
    }),
  )
})
