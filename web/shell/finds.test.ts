import { expect, test } from 'bun:test'
import { findsFor, search } from './finds'
import { sayIn } from './words'

const channels = [
  { id: 'general', name: 'General' },
  { id: 'a/b', name: 'Café Fisika' },
]
const finds = findsFor('student', false, channels, sayIn('en'))
const names = (query: string): string[] => search(finds, query).map(({ name }) => name)

test('each word typed begins a word of the name, whatever its case and accents', () => {
  expect(names('fis caf')).toEqual(['Café Fisika'])
  expect(names('CAFE')).toEqual(['Café Fisika'])
  expect(names('isika')).toEqual([])
})

test('nothing typed finds everything, pages first', () => {
  expect(names('')[0]).toBe('Today')
  expect(names('').length).toBe(finds.length)
})

test('a channel leads to its address', () => {
  expect(search(finds, 'fisika')[0]?.to).toBe('/c/a%2Fb')
})

test('a change of appearance is found by what it is and by how it looks', () => {
  expect(names('dark')).toEqual(['Appearance: Dark'])
})
