import { expect, test } from 'bun:test'
import type { Place } from '../../services/reports/model'
import { planOf } from './plan'

const place = (name: string, lat?: number, lng?: number): Place => ({
  ...{ id: name, parent: null, kind: 'building', name, code: name, path: name },
  ...(lat === undefined || lng === undefined ? {} : { lat, lng }),
})
const campus = [place('Gedung A', -6.9, 107.6), place('Gedung <B>', -6.901, 107.602), place('Tanpa posisi')]

test('north is up and east is right, in metres, and a spot leads back to where it is', () => {
  const plan = planOf(campus)!
  const [a, b] = [plan.spotOf({ lat: -6.9, lng: 107.6 }), plan.spotOf({ lat: -6.901, lng: 107.602 })]
  expect(b.y - a.y).toBeCloseTo(111.3, 0)
  expect(b.x - a.x).toBeCloseTo(221, 0)
  for (const { x, y } of [a, b]) {
    expect([x > 0, y > 0, x < plan.width, y < plan.height]).toEqual([true, true, true, true])
  }
  const back = plan.positionOf(plan.spotOf({ lat: -6.9005, lng: 107.6013 }))
  expect(back).toEqual({ lat: -6.9005, lng: 107.6013 })
})

test('what is pinned outside of the campus is on the plan too', () => {
  const far = { lat: -6.91, lng: 107.61 }
  const plan = planOf(campus, far)!
  const { x, y } = plan.spotOf(far)
  expect([x < plan.width, y < plan.height]).toEqual([true, true])
  expect(planOf([], far)).toBeDefined()
  expect(planOf([place('Tanpa posisi')])).toBeUndefined()
})

test('names are drawn as words, whatever is in them', () => {
  const image = decodeURIComponent(planOf(campus)!.image)
  expect(image).toContain('Gedung &lt;B&gt;')
  expect(image).not.toContain('<B>')
})
