import { expect, test } from 'bun:test'
import { Refusal } from '../../protocol/errors'
import { errorOf } from '../../prove/testing/until'
import { BodyTooLarge, readObject, readText } from './body'

const posted = (body: BodyInit, headers: Record<string, string> = {}): Request =>
  new Request('http://campus.test/', { method: 'POST', body, headers })

/** A body in pieces, of which nobody knows how many will come. */
function pieces(many: number, piece: string): { body: ReadableStream<Uint8Array>; taken: () => number } {
  let taken = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (taken++ < many) controller.enqueue(new TextEncoder().encode(piece))
      else controller.close()
    },
  })
  return { body, taken: () => taken }
}

test('a body is read whole, in one piece or in many', async () => {
  expect(await readText(posted('é😀'), 100)).toBe('é😀')
  expect(await readText(posted(pieces(10, 'é').body), 100)).toBe('éééééééééé')
})

test('a character that is cut between two pieces arrives whole', async () => {
  const [first, second] = [new Uint8Array([0xf0, 0x9f]), new Uint8Array([0x98, 0x80])]
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(first)
      controller.enqueue(second)
      controller.close()
    },
  })
  expect(await readText(posted(body), 100)).toBe('😀')
})

test('one that is announced too long is not read at all', async () => {
  const error = await errorOf(readText(posted('{}', { 'content-length': '101' }), 100))
  expect(error).toBeInstanceOf(BodyTooLarge)
  expect(error).toMatchObject({ code: 'invalid', status: 413 })
})

test('one that grows too long is left where it is', async () => {
  const { body, taken } = pieces(1_000_000, 'x'.repeat(10))
  expect(await errorOf(readText(posted(body), 100))).toBeInstanceOf(BodyTooLarge)
  expect(taken()).toBeLessThan(20)
})

test('one that breaks off is no fault of ours', async () => {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error('connection reset'))
    },
  })
  expect(await errorOf(readText(posted(body), 100))).toMatchObject({ code: 'invalid' })
})

test('nothing is an empty object', async () => {
  expect(await readObject(new Request('http://campus.test/', { method: 'POST' }), 100)).toEqual({})
  expect(await readObject(posted(''), 100)).toEqual({})
})

test.each(['[]', 'null', '7', '"text"', '{', 'a=b', '{"a":1}{"b":2}', `${'['.repeat(50_000)}`])(
  'what is no JSON object is refused: %p',
  async (body) => {
    expect(await errorOf(readObject(posted(body), 100_000))).toBeInstanceOf(Refusal)
  },
)
