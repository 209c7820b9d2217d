import { describe, expect, test } from 'bun:test'
import type { CommandFrame, SubscribeResult } from '../../../protocol/frames'
import { Malformed } from './dialect'
import { json } from './json'

/** What the official SDKs send, byte for byte, and what it means. */
const commands: [wire: string, frame: CommandFrame][] = [
  [
    '{"id":1,"connect":{"token":"t","data":{"lang":"id"},"name":"js","version":"5","subs":{"inbox:7":{"recover":true,"offset":7,"epoch":"e"}}}}',
    {
      id: 1,
      method: 'connect',
      params: {
        token: 't',
        data: { lang: 'id' },
        name: 'js',
        version: '5',
        subs: { 'inbox:7': { recover: true, offset: 7, epoch: 'e' } },
      },
    },
  ],
  ['{"connect":{},"id":1}', { id: 1, method: 'connect', params: {} }],
  [
    '{"id":2,"subscribe":{"channel":"chat:1","positioned":true,"recoverable":true,"join_leave":true,"flag":1,"recover":true,"offset":41,"epoch":"e","tf":{}}}',
    {
      id: 2,
      method: 'subscribe',
      params: {
        channel: 'chat:1',
        positioned: true,
        recoverable: true,
        join_leave: true,
        flag: 1,
        recover: true,
        offset: 41,
        epoch: 'e',
        tf: {},
      },
    },
  ],
  ['{"id":3,"unsubscribe":{"channel":"chat:1"}}', { id: 3, method: 'unsubscribe', params: { channel: 'chat:1' } }],
  [
    '{"id":4,"publish":{"channel":"chat:1","data":[1,null,"a\\nb"]}}',
    { id: 4, method: 'publish', params: { channel: 'chat:1', data: [1, null, 'a\nb'] } },
  ],
  ['{"id":5,"presence":{"channel":"chat:1"}}', { id: 5, method: 'presence', params: { channel: 'chat:1' } }],
  [
    '{"id":6,"presence_stats":{"channel":"chat:1"}}',
    { id: 6, method: 'presence_stats', params: { channel: 'chat:1' } },
  ],
  [
    '{"id":7,"history":{"channel":"c","limit":10,"since":{"offset":1,"epoch":"e"},"reverse":true}}',
    { id: 7, method: 'history', params: { channel: 'c', limit: 10, since: { offset: 1, epoch: 'e' }, reverse: true } },
  ],
  ['{"id":8,"rpc":{"method":"m","data":{}}}', { id: 8, method: 'rpc', params: { method: 'm', data: {} } }],
  ['{"send":{"data":{"x":1}}}', { id: 0, method: 'send', params: { data: { x: 1 } } }],
  ['{"id":9,"refresh":{"token":"t"}}', { id: 9, method: 'refresh', params: { token: 't' } }],
  [
    '{"id":10,"sub_refresh":{"channel":"c","token":"t"}}',
    { id: 10, method: 'sub_refresh', params: { channel: 'c', token: 't' } },
  ],
  ['{"id":11,"ping":{}}', { id: 11, method: 'ping', params: {} }],
  // A pong.
  ['{}', { id: 0, method: undefined, params: undefined }],
  // Newer than we are: the connection decides what an unknown method is.
  ['{"id":12,"shared_poll":{"channel":"c"}}', { id: 12, method: undefined, params: undefined }],
  // The first set field wins, in the protocol's order and not the text's.
  ['{"id":13,"rpc":{},"subscribe":{"channel":"c"}}', { id: 13, method: 'subscribe', params: { channel: 'c' } }],
  ['{"id":14,"subscribe":null,"rpc":{"method":"m"}}', { id: 14, method: 'rpc', params: { method: 'm' } }],
  ['{"id":4294967295,"ping":{}}', { id: 4294967295, method: 'ping', params: {} }],
]

describe('a command', () => {
  for (const [wire, frame] of commands) {
    test(`is read as the SDKs write it: ${wire.slice(0, 60)}`, () => {
      expect(json.decode(wire)).toEqual([frame])
    })
  }

  test('comes with others in one message, in their order', () => {
    const message = '{"id":1,"connect":{}}\n{"id":2,"subscribe":{"channel":"a"}}\n{"id":3,"subscribe":{"channel":"b"}}'
    expect(json.decode(message).map(({ id }) => id)).toEqual([1, 2, 3])
  })

  test('may stand between empty lines, carriage returns and blanks', () => {
    expect(json.decode('\n\n {"id":1,"ping":{}} \r\n\r\n\t\n{"id":2,"ping":{}}\n').map(({ id }) => id)).toEqual([1, 2])
  })

  test('may come as bytes', () => {
    const bytes = new TextEncoder().encode('{"id":1,"rpc":{"method":"m","data":"é😀"}}')
    expect(json.decode(bytes)).toEqual([{ id: 1, method: 'rpc', params: { method: 'm', data: 'é😀' } }])
  })

  const malformed = {
    'no message at all': '',
    'nothing but line feeds': '\n \n',
    'no JSON': 'connect',
    'half a command': '{"id":1,"connect":',
    'a good command before a broken one': '{"id":1,"ping":{}}\n{"id":2',
    'two commands on one line': '{"id":1,"ping":{}}{"id":2,"ping":{}}',
    'a list': '[{"id":1,"ping":{}}]',
    null: 'null',
    'a number': '7',
    'an id that is text': '{"id":"1","ping":{}}',
    'an id below zero': '{"id":-1,"ping":{}}',
    'an id with a fraction': '{"id":1.5,"ping":{}}',
    'an id beyond 32 bits': '{"id":4294967296,"ping":{}}',
    'an id beyond all numbers': '{"id":1e999,"ping":{}}',
    'ten thousand brackets': '['.repeat(10_000),
    'a deep object without end': '{"id":1,"rpc":{"data":'.repeat(1) + '{"a":'.repeat(10_000),
  }
  for (const [name, message] of Object.entries(malformed)) {
    test(`is malformed when it is ${name}`, () => {
      expect(() => json.decode(message)).toThrow(Malformed)
    })
  }

  test('that names what every object inherits is no method', () => {
    expect(json.decode('{"id":1,"__proto__":{"connect":{}},"constructor":{}}')).toEqual([
      { id: 1, method: undefined, params: undefined },
    ])
  })
})

const sub: SubscribeResult = {
  recoverable: true,
  positioned: true,
  epoch: 'e',
  offset: 41,
  was_recovering: true,
  recovered: true,
  publications: [{ json: '{"kind":"posted"}', offset: 42 }],
}

describe('a reply', () => {
  test('to connect', () => {
    const connected = { client: 'c', version: '1', expires: true, ttl: 600, data: { node: 'n1' }, ping: 25, pong: true }
    expect(json.reply(1, 'connect', connected)).toBe(
      '{"id":1,"connect":{"client":"c","version":"1","expires":true,"ttl":600,"data":{"node":"n1"},"ping":25,"pong":true}}',
    )
    expect(json.reply(1, 'connect', { ...connected, subs: {} })).toEndWith('"ping":25,"pong":true,"subs":{}}}')
    expect(json.reply(1, 'connect', { ...connected, subs: { 'inbox:"7"': sub } })).toEndWith(
      '"subs":{"inbox:\\"7\\"":{"recoverable":true,"positioned":true,"epoch":"e","offset":41,"was_recovering":true,' +
        '"recovered":true,"publications":[{"data":{"kind":"posted"},"offset":42}]}}}}',
    )
  })

  test('to subscribe, with what was missed', () => {
    expect(json.reply(2, 'subscribe', sub)).toBe(
      '{"id":2,"subscribe":{"recoverable":true,"positioned":true,"epoch":"e","offset":41,"was_recovering":true,' +
        '"recovered":true,"publications":[{"data":{"kind":"posted"},"offset":42}]}}',
    )
  })

  test('to subscribe, with nothing missed', () => {
    expect(
      json.reply(2, 'subscribe', { ...sub, offset: 0, publications: [], was_recovering: false, recovered: false }),
    ).toBe(
      '{"id":2,"subscribe":{"recoverable":true,"positioned":true,"epoch":"e","offset":0,"was_recovering":false,"recovered":false}}',
    )
  })

  test('to what needs no more than a yes', () => {
    expect(json.reply(3, 'unsubscribe', {})).toBe('{"id":3,"unsubscribe":{}}')
    expect(json.reply(4, 'publish', {})).toBe('{"id":4,"publish":{}}')
    expect(json.reply(11, 'ping', {})).toBe('{"id":11,"ping":{}}')
  })

  test('to presence, where an anonymous user and an empty room are written out', () => {
    const here = { c1: { user: '', client: 'c1' }, c2: { user: '42', client: 'c2', conn_info: { name: 'Budi' } } }
    expect(json.reply(5, 'presence', { presence: here })).toBe(
      '{"id":5,"presence":{"presence":{"c1":{"user":"","client":"c1"},"c2":{"user":"42","client":"c2","conn_info":{"name":"Budi"}}}}}',
    )
    expect(json.reply(5, 'presence', { presence: {} })).toBe('{"id":5,"presence":{"presence":{}}}')
  })

  test('to presence_stats, where zeros are written out', () => {
    expect(json.reply(6, 'presence_stats', { num_clients: 0, num_users: 0 })).toBe(
      '{"id":6,"presence_stats":{"num_clients":0,"num_users":0}}',
    )
  })

  test('to history, where an empty list and offset 0 are written out', () => {
    expect(json.reply(7, 'history', { publications: [], epoch: 'e', offset: 0 })).toBe(
      '{"id":7,"history":{"epoch":"e","offset":0,"publications":[]}}',
    )
    expect(
      json.reply(7, 'history', {
        publications: [
          { json: '1', offset: 1 },
          { json: 'null', offset: 2 },
        ],
        epoch: '',
        offset: 2,
      }),
    ).toBe('{"id":7,"history":{"epoch":"","offset":2,"publications":[{"data":1,"offset":1},{"data":null,"offset":2}]}}')
  })

  test('to rpc and to the refreshes', () => {
    expect(json.reply(8, 'rpc', { data: { node: 'n1' } })).toBe('{"id":8,"rpc":{"data":{"node":"n1"}}}')
    expect(json.reply(9, 'refresh', { client: 'c', version: '1', expires: true, ttl: 600 })).toBe(
      '{"id":9,"refresh":{"client":"c","version":"1","expires":true,"ttl":600}}',
    )
    expect(json.reply(10, 'sub_refresh', { expires: false })).toBe('{"id":10,"sub_refresh":{"expires":false}}')
  })

  test('that refuses', () => {
    expect(json.error(2, { code: 103, message: 'permission denied' })).toBe(
      '{"id":2,"error":{"code":103,"message":"permission denied"}}',
    )
    expect(json.error(2, { code: 454, message: 'unavailable: "later"\n', temporary: true })).toBe(
      '{"id":2,"error":{"code":454,"message":"unavailable: \\"later\\"\\n","temporary":true}}',
    )
  })
})

describe('a push', () => {
  test('carries a publication, with its place or without', () => {
    expect(json.publications('c', [{ json: '{"kind":"posted"}', offset: 43 }])[0]).toBe(
      '{"push":{"channel":"c","pub":{"data":{"kind":"posted"},"offset":43}}}',
    )
    expect(json.publications('c', [{ json: '{"kind":"typing"}' }])[0]).toBe(
      '{"push":{"channel":"c","pub":{"data":{"kind":"typing"}}}}',
    )
  })

  test('tells of those who come and go', () => {
    const info = { user: '42', client: 'c2', conn_info: { name: 'Budi' } }
    const written = '{"info":{"user":"42","client":"c2","conn_info":{"name":"Budi"}}}'
    expect(json.joined('c', info)).toBe(`{"push":{"channel":"c","join":${written}}}`)
    expect(json.left('c', info)).toBe(`{"push":{"channel":"c","leave":${written}}}`)
  })

  test('ends a subscription', () => {
    expect(json.unsubscribed('c', { code: 2500, reason: 'insufficient state' })).toBe(
      '{"push":{"channel":"c","unsubscribe":{"code":2500,"reason":"insufficient state"}}}',
    )
  })

  test('is empty when it is a ping', () => {
    expect(json.ping).toBe('{}')
  })
})

test('no payload splits a frame: line feeds inside it are escaped', () => {
  const text = 'a\nb\r\u2028\u0000\ud800"\\'
  const frames = [
    ...json.publications(text, [{ json: JSON.stringify({ text }), offset: 1 }]),
    json.reply(1, 'rpc', { data: { text } }),
    json.reply(2, 'history', { publications: [{ json: JSON.stringify(text), offset: 1 }], epoch: text, offset: 1 }),
    json.reply(3, 'subscribe', { ...sub, publications: [{ json: JSON.stringify([text]), offset: 1 }] }),
    json.error(4, { code: 400, message: text }),
    json.joined(text, { user: text, client: text, conn_info: text }),
    json.unsubscribed(text, { code: 2000, reason: text }),
  ]
  for (const frame of frames) {
    expect(frame).not.toContain('\n')
    expect(JSON.parse(frame as string)).toBeObject()
  }
})
