import { expect, test } from 'bun:test'
import { complete, decode, encode, Malformed, opening, type Packet } from './packets'

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)

/** What a client writes behind the `4`, and what it means. The examples are the protocol's own. */
const transcripts: [string, Packet, number?][] = [
  ['0', { type: 'connect', namespace: '/', data: {} }],
  ['0{"token":"123"}', { type: 'connect', namespace: '/', data: { token: '123' } }],
  ['0/admin', { type: 'connect', namespace: '/admin', data: {} }],
  ['0/admin,{"token":"abc"}', { type: 'connect', namespace: '/admin', data: { token: 'abc' } }],
  ['0/admin?token=1234&uid=abcd,', { type: 'connect', namespace: '/admin', data: {} }],
  ['1', { type: 'disconnect', namespace: '/' }],
  ['1/admin,', { type: 'disconnect', namespace: '/admin' }],
  ['2["foo"]', { type: 'event', namespace: '/', args: ['foo'] }],
  ['2/admin,["bar"]', { type: 'event', namespace: '/admin', args: ['bar'] }],
  ['212["foo",{"a":[1]}]', { type: 'event', namespace: '/', id: 12, args: ['foo', { a: [1] }] }],
  ['2/admin,13["bar"]', { type: 'event', namespace: '/admin', id: 13, args: ['bar'] }],
  ['3/admin,13["bar"]', { type: 'ack', namespace: '/admin', id: 13, args: ['bar'] }],
]

test.each(transcripts)('%s is read as what it means', (text, packet) => {
  expect(decode(text)).toEqual({ packet, attachments: 0 })
})

test.each([
  ['', 'no type'],
  ['abc', 'no type'],
  ['7["foo"]', 'a type that is none'],
  ['0abc', 'a handshake that is no object'],
  ['0"x"', 'a handshake that is no object'],
  ['2', 'an event without a name'],
  ['2{}', 'an event that is no array'],
  ['2[]', 'an event without a name'],
  ['2[1]', 'an event whose name is a number'],
  ['2["connect"]', 'a name that is the protocol’s own'],
  ['2abc["foo"]', 'an id that is none'],
  ['3["foo"]', 'an acknowledgement of nothing'],
  ['4{"message":"no"}', 'a refusal from a client'],
  ['21-["foo"]', 'attachments to what has none'],
  ['5["foo"]', 'a binary event without attachments'],
  ['511-["foo"]', 'too many attachments'],
  ['2["foo"', 'half of a payload'],
])('%s is malformed: %s', (text) => {
  expect(() => decode(text)).toThrow(Malformed)
})

test('attachments are put where they belong, and taken out again', () => {
  const text = '52-/admin,7["up",{"_placeholder":true,"num":0},{"deep":[{"_placeholder":true,"num":1}]}]'
  const { packet, attachments } = decode(text)
  expect(attachments).toBe(2)
  const whole = complete(packet, [bytes(1, 2), bytes(3)])
  expect(whole).toEqual({
    ...{ type: 'event', namespace: '/admin', id: 7 },
    args: ['up', bytes(1, 2), { deep: [bytes(3)] }],
  })
  expect(encode(whole)).toEqual([`4${text}`, bytes(1, 2), bytes(3)])
})

test('a placeholder for nothing is malformed', () => {
  const { packet } = decode('51-["up",{"_placeholder":true,"num":1}]')
  expect(() => complete(packet, [bytes(1)])).toThrow(Malformed)
})

test.each(['"length"', '"__proto__"', '-1', '0.5', 'null'])('a placeholder for %s is malformed', (num) => {
  const { packet } = decode(`51-["up",{"_placeholder":true,"num":${num}}]`)
  expect(() => complete(packet, [bytes(1)])).toThrow(Malformed)
})

test('what is deeper than any stack is malformed', () => {
  const { packet } = decode(`51-["up",${'['.repeat(20_000)}${']'.repeat(20_000)}]`)
  expect(() => complete(packet, [bytes(1)])).toThrow(Malformed)
})

test('what is written is what clients expect', () => {
  expect(encode({ type: 'connect', namespace: '/', data: { sid: 'x' } })).toEqual(['40{"sid":"x"}'])
  expect(encode({ type: 'refused', namespace: '/random', data: { message: 'Invalid namespace' } })).toEqual([
    '44/random,{"message":"Invalid namespace"}',
  ])
  expect(encode({ type: 'disconnect', namespace: '/' })).toEqual(['41'])
  expect(encode({ type: 'event', namespace: '/', args: ['message', { text: 'é' }] })).toEqual([
    '42["message",{"text":"é"}]',
  ])
  expect(encode({ type: 'ack', namespace: '/', id: 456, args: [1] })).toEqual(['43456[1]'])
  expect(JSON.parse(opening({ sid: 's', pingInterval: 1, pingTimeout: 2, maxPayload: 3 }).slice(1))).toEqual({
    ...{ sid: 's', upgrades: [], pingInterval: 1, pingTimeout: 2, maxPayload: 3 },
  })
})
