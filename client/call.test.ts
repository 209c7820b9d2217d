import { expect, test } from 'bun:test'
import { Caller, type Line } from './call'
import { CallError } from './errors'

interface Asked {
  method: string
  data: { key?: string }
}

/** A line whose answers are written down beforehand; the real one is met in the cluster tests. */
function scripted(answers: (object | { code: number; message: string })[]): { line: Line; asked: Asked[] } {
  const asked: Asked[] = []
  const line: Line = {
    connected: () => Promise.resolve(true),
    sdk: {
      rpc: (method, data) => {
        asked.push({ method, data: data as Asked['data'] })
        const answer = answers[asked.length - 1] ?? { ok: true }
        return 'code' in answer ? Promise.reject(answer) : Promise.resolve({ data: answer })
      },
    },
  }
  return { line, asked }
}

const timeout = { code: 1, message: 'timeout' }
const closed = { code: 11, message: 'connection closed' }
const unavailable = { code: 454, message: 'unavailable: Ask again.' }
const forbidden = { code: 403, message: 'forbidden: You may not: sorry.' }
const fault = { code: 100, message: 'internal server error', temporary: true }
const post = { channel: 'general', text: 'hi' }

test('a command whose outcome is unknown is asked again with the same key until it is answered', async () => {
  const { line, asked } = scripted([timeout, closed, unavailable, { id: 'general.1', offset: 1 }])
  const answer = await new Caller(line).command('discussion.post', post)
  expect(answer.offset).toBe(1)
  expect(asked).toHaveLength(4)
  expect(new Set(asked.map(({ data }) => data.key)).size).toBe(1)
})

test('two commands have two keys, unless they are said to be the same intent', async () => {
  const { line, asked } = scripted([])
  const caller = new Caller(line)
  await caller.command('discussion.post', post)
  await caller.command('discussion.post', post)
  await caller.command('discussion.post', post, { key: asked[0]!.data.key! })
  expect(asked[1]!.data.key).not.toBe(asked[0]!.data.key)
  expect(asked[2]!.data.key).toBe(asked[0]!.data.key)
})

test('a refusal is final and carries the sentence of the server', async () => {
  const { line, asked } = scripted([forbidden])
  const error = await new Caller(line).command('discussion.post', post).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(CallError)
  expect(error).toMatchObject({ code: 'forbidden', sentence: 'You may not: sorry.' })
  expect(asked).toHaveLength(1)
})

test('a fault of the server is tried a few times and then told', async () => {
  const { line, asked } = scripted([fault, fault, fault, fault, fault, fault])
  const error = await new Caller(line).command('discussion.post', post).catch((reason: unknown) => reason)
  expect(error).toMatchObject({ code: 'internal', sentence: undefined })
  expect(asked.length).toBe(5)
})

test('a caller may give up while the line is silent', async () => {
  const stop = new AbortController()
  const line: Line = { connected: () => Promise.resolve(true), sdk: { rpc: () => new Promise(() => undefined) } }
  const asking = new Caller(line).command('discussion.post', post, { signal: stop.signal })
  stop.abort(new Error('given up'))
  await expect(asking).rejects.toThrow('given up')
})

test('nothing is asked on a connection that ended', async () => {
  const { line, asked } = scripted([])
  const ended: Line = { ...line, connected: () => Promise.resolve(false) }
  await expect(new Caller(ended).query('people.me', {})).rejects.toMatchObject({ code: 'ended' })
  expect(asked).toHaveLength(0)
})
