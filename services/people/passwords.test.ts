import { expect, test } from 'bun:test'
import { errorOf } from '../../prove/testing/until'
import { hashPassword, turnstile, verifyPassword } from './passwords'

test('a password is known by its hash, however its letters were composed', async () => {
  const hash = await hashPassword('pássword')
  expect(hash).toStartWith('$argon2id$v=19$m=19456,t=2,p=1$')
  expect(await verifyPassword({ hash, password: 'pa\u0301ssword' })).toBe(true)
  expect(await verifyPassword({ hash, password: 'password' })).toBe(false)
  expect(await verifyPassword({ hash: 'no hash at all', password: 'password' })).toBe(false)
})

test('a turnstile lets so many in, the rest in order, and turns away who would wait too long', async () => {
  const inTurn = turnstile(2, 3)
  const begun: number[] = []
  const gates = Array.from({ length: 6 }, () => Promise.withResolvers<number>())
  const enter = (n: number): Promise<number> =>
    inTurn(() => {
      begun.push(n)
      return gates[n]!.promise
    })
  const results = [0, 1, 2, 3, 4].map(enter)
  expect(await errorOf(enter(5))).toMatchObject({ code: 'overloaded' })
  expect(begun).toEqual([0, 1])
  gates[1]!.resolve(1)
  await results[1]
  await Promise.resolve()
  expect(begun).toEqual([0, 1, 2])
  gates[0]!.reject(new Error('broken'))
  expect(String(await errorOf(results[0]!))).toBe('Error: broken')
  for (const gate of gates) gate.resolve(9)
  expect(await Promise.all(results.slice(1))).toEqual([1, 9, 9, 9])
  expect(begun).toEqual([0, 1, 2, 3, 4])
  // Every place is free again, also the one whose work failed.
  expect(await Promise.all([enter(2), enter(3)])).toEqual([9, 9])
})
