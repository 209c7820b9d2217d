import { expect, test } from 'bun:test'
import { until } from '../prove/testing/until'
import { Caller } from './call'
import { CallError } from './errors'
import { Guesses, type Guess } from './guesses'

/** Who likes it. */
type Likes = readonly string[]
const like = (on: boolean): Guess<Likes, 'discussion.react'> => ({
  lane: 'thumb',
  name: 'discussion.react',
  input: { message: 'm1', emoji: '👍', on },
  change: (likes) => (on ? [...new Set([...likes, 'me'])] : likes.filter((who) => who !== 'me')),
  isIn: (likes) => likes.includes('me') === on,
})

interface Sent {
  key: string
  on: boolean
  answer(error?: unknown): void
}

/** A server that answers when the test says so; every attempt of a call is an entry. */
function stage() {
  const sent: Sent[] = []
  const rpc = (_name: string, data: unknown): Promise<{ data: unknown }> =>
    new Promise((resolve, reject) => {
      const { key, on } = data as { key: string; on: boolean }
      sent.push({ key, on, answer: (error) => (error ? reject(error) : resolve({ data: {} })) })
    })
  let known: Likes = ['sari']
  const guesses = new Guesses<Likes>(
    new Caller({ sdk: { rpc }, connected: () => Promise.resolve(true) }),
    () => undefined,
  )
  const stream = (likes: Likes): void => {
    known = likes
    guesses.saw(likes)
  }
  stream(known)
  return { sent, guesses, stream, now: () => guesses.over(known) }
}

const attempts = (sent: readonly Sent[], n: number) => until(() => sent.length >= n, { what: `${n} attempts` })
const lost = { code: 1, message: 'timeout' }

test('a guess is shown at once, stays while its first answer is lost, and is asked for again under its key', async () => {
  const { sent, guesses, stream, now } = stage()
  const made = guesses.make(like(true))
  expect(now()).toEqual(['sari', 'me'])
  await attempts(sent, 1)
  sent[0]!.answer(lost)
  await attempts(sent, 2)
  expect(sent[1]!.key).toBe(sent[0]!.key)
  expect(now()).toEqual(['sari', 'me'])
  stream(['sari', 'me'])
  sent[1]!.answer()
  await made
  // Settled: what others do from now on is shown as it is.
  stream(['sari'])
  expect(now()).toEqual(['sari'])
})

test('a refused guess is taken away, and the refusal is told', async () => {
  const { sent, guesses, now } = stage()
  const made = guesses.make(like(true)).catch((error: unknown) => error)
  await attempts(sent, 1)
  sent[0]!.answer({ code: 403, message: 'forbidden: You may not.' })
  expect(await made).toMatchObject(new CallError('forbidden', 'You may not.'))
  expect(now()).toEqual(['sari'])
})

test('an answered guess stays until the stream shows it', async () => {
  const { sent, guesses, stream, now } = stage()
  const made = guesses.make(like(true))
  await attempts(sent, 1)
  sent[0]!.answer()
  await made
  stream(['sari', 'budi'])
  expect(now()).toEqual(['sari', 'budi', 'me'])
  stream(['sari', 'budi', 'me'])
  stream(['sari', 'budi'])
  expect(now()).toEqual(['sari', 'budi'])
})

test('who changes their mind sees the last word, and it is sent after the first, even if that had to be asked twice', async () => {
  const { sent, guesses, stream, now } = stage()
  const first = guesses.make(like(true))
  const second = guesses.make(like(false))
  expect(now()).toEqual(['sari'])
  await attempts(sent, 1)
  sent[0]!.answer(lost)
  await attempts(sent, 2)
  expect(sent.map(({ on }) => on)).toEqual([true, true])
  stream(['sari', 'me'])
  sent[1]!.answer()
  await first
  await attempts(sent, 3)
  expect([sent[2]!.on, now()]).toEqual([false, ['sari']])
  sent[2]!.answer()
  stream(['sari'])
  await second
  expect(now()).toEqual(['sari'])
})
