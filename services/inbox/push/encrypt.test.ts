import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto'
import { expect, test } from 'bun:test'
import { areKeys, encrypt, type PushKeys } from './encrypt'
import { authorization, pushTopicOf } from './server-key'
import { decrypt } from './testing/receiver'

const buffer = (text: string): Buffer => Buffer.from(text, 'base64url')

// RFC 8291, section 5 and appendix A.
const example = {
  text: 'When I grow up, I want to be a watermelon',
  sender: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  receiver: 'q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94',
  p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  message:
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_' +
    'yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
}

test('the example of the standard comes out as it stands there', () => {
  const sender = createECDH('prime256v1')
  sender.setPrivateKey(buffer(example.sender))
  const made = encrypt(example.text, example, { salt: buffer(example.salt), sender })
  expect(made.toString('base64url')).toBe(example.message)
})

test('the browser that made the keys can read it, and nobody else', () => {
  const receiver = createECDH('prime256v1')
  const keys: PushKeys = { p256dh: receiver.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') }
  const message = encrypt('{"title":"Selesai 🎓"}', keys)
  expect(decrypt(message, receiver, keys.auth)).toBe('{"title":"Selesai 🎓"}')
  const other = createECDH('prime256v1')
  other.generateKeys()
  expect(() => decrypt(message, other, keys.auth)).toThrow()
  expect(encrypt('x', keys).equals(encrypt('x', keys))).toBe(false)
})

test('keys that no browser made are known', () => {
  expect(areKeys(example)).toBe(true)
  for (const bad of [
    { p256dh: '' },
    { p256dh: 'AAAA' },
    { p256dh: buffer(example.p256dh).fill(9).toString('base64url') },
    { auth: '' },
  ]) {
    expect(areKeys({ ...example, ...bad })).toBe(false)
  }
})

test('what we say of ourselves is for one push service, for hours, and signed by the key that is sent along', () => {
  const key = { publicKey: example.p256dh, privateKey: example.receiver }
  const now = Date.UTC(2026, 0, 1)
  const header = authorization(key, 'https://push.example.com/abc/def?x=1', 'mailto:it@kampus.test', now)
  const [, head, claims, signature, k] = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(header)!
  expect(JSON.parse(buffer(head!).toString())).toEqual({ typ: 'JWT', alg: 'ES256' })
  expect(JSON.parse(buffer(claims!).toString())).toEqual({
    ...{ aud: 'https://push.example.com', exp: now / 1000 + 12 * 3600, sub: 'mailto:it@kampus.test' },
  })
  const point = buffer(k!)
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const publicKey = createPublicKey({ format: 'jwk', key: jwk })
  expect(
    verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      buffer(signature!),
    ),
  ).toBe(true)
})

test('a push topic is what push services take, the same for the same tag', () => {
  expect(pushTopicOf('report:7:done')).toMatch(/^[\w-]{32}$/)
  expect(pushTopicOf('report:7:done')).toBe(pushTopicOf('report:7:done'))
  expect(pushTopicOf('report:8:done')).not.toBe(pushTopicOf('report:7:done'))
})
