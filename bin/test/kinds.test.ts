import { expect, test } from 'bun:test'
import { choose, filesOf, kindNames, kindOf, mayTryAgain } from './kinds'

const files = [
  'web/app.e2e.test.ts',
  'kernel/log.pg.test.ts',
  'kernel/hub.test.ts',
  'kernel/hub.cluster.test.ts',
  'web/ui.test.tsx',
]

test('what a test needs stands in the name of its file', () => {
  expect(files.map(kindOf)).toEqual(['e2e', 'pg', 'unit', 'cluster', 'unit'])
})

test('without a word everything runs', () => {
  const choice = choose([])
  expect(kindNames.flatMap((kind) => filesOf(kind, files, choice)).toSorted()).toEqual(files.toSorted())
})

test('a part of a path chooses files, several choose more', () => {
  expect(filesOf('unit', files, choose(['./kernel/hub']))).toEqual(['kernel/hub.test.ts'])
  expect(filesOf('unit', files, choose(['hub', 'ui']))).toEqual(['kernel/hub.test.ts', 'web/ui.test.tsx'])
})

test('--only chooses by need', () => {
  expect(choose(['--only', 'pg']).only).toEqual(['pg'])
  expect(choose(['--only=e2e,unit', 'web']).only).toEqual(['unit', 'e2e'])
  expect(filesOf('unit', files, choose(['--only', 'pg']))).toEqual([])
})

test('a need or an option that does not exist is named', () => {
  expect(() => choose(['--only', 'speed'])).toThrow('speed')
  expect(() => choose(['--only'])).toThrow('--only takes')
  expect(() => choose(['--verbose'])).toThrow('--verbose')
})

test('what browsers and foreign programs do late gets a second try, and no promise does', () => {
  for (const path of ['web/drops.e2e.test.ts', 'deploy/try.cluster.test.ts']) expect(mayTryAgain(path)).toBe(true)
  for (const path of ['prove/promises/keys.cluster.test.ts', 'kernel/hub.pg.test.ts', 'kernel/log.test.ts']) {
    expect(mayTryAgain(path)).toBe(false)
  }
})
