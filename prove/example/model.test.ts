import { expect, test } from 'bun:test'
import { apply, type Item } from './model'

const key: Item = {
  ...{ id: 'key', what: 'Kunci', place: 'Kantin', photo: null, state: 'open', claimer: null, thread: null },
  ...{ finder: { id: 'ani', name: 'Ani' }, at: '2026-01-01T00:00:00.000Z' },
}
const bag: Item = { ...key, id: 'bag', what: 'Tas', photo: 'f1' }
const claimed: Item = { ...key, state: 'claimed', claimer: { id: 'budi', name: 'Budi' } }

const cases: [what: string, before: Item[], event: { kind: string; data: object }, after: Item[]][] = [
  ['what is posted stands first', [key], { kind: 'posted', data: { item: bag } }, [bag, key]],
  ['what is posted again stands there once', [key, bag], { kind: 'posted', data: { item: bag } }, [bag, key]],
  ['what is claimed changes where it stands', [bag, key], { kind: 'claimed', data: { item: claimed } }, [bag, claimed]],
  [
    'a photo that can be shown is known to be',
    [bag, key],
    { kind: 'file', data: { file: { id: 'f1', status: 'ready' } } },
    [{ ...bag, photoStatus: 'ready' }, key],
  ],
  ['what a newer server says changes nothing', [key], { kind: 'sold', data: { item: claimed } }, [key]],
]

test.each(cases)('%s', (_what, before, event, after) => {
  expect(apply(before, event)).toEqual(after)
})
