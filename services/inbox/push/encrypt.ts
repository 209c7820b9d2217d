/**
 * Messages for one subscription, as RFC 8291 says (aes128gcm): only the browser that made the keys can read them, not the
 * push service that carries them.
 */
import { createCipheriv, createECDH, hkdfSync, randomBytes, type ECDH } from 'node:crypto'

export interface PushKeys {
  /** The browser's public key, P-256, uncompressed; and its secret of 16 bytes. base64url. */
  p256dh: string
  auth: string
}

/** What is drawn anew for each message. */
export interface Chance {
  salt: Buffer
  sender: ECDH
}

const recordBytes = 4096
/** Push services take 4096 bytes at most; this much text is left of them, and more than enough. */
export const mostTextBytes = 3500

const expand = (key: Buffer, salt: Buffer, info: Buffer | string, bytes: number): Buffer =>
  Buffer.from(hkdfSync('sha256', key, salt, info, bytes))

export function draw(): Chance {
  const sender = createECDH('prime256v1')
  sender.generateKeys()
  return { salt: randomBytes(16), sender }
}

/** @throws when the keys are none. */
export function encrypt(text: string, { p256dh, auth }: PushKeys, { salt, sender }: Chance = draw()): Buffer {
  const receiver = Buffer.from(p256dh, 'base64url')
  const ours = sender.getPublicKey()
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), receiver, ours])
  const key = expand(sender.computeSecret(receiver), Buffer.from(auth, 'base64url'), info, 32)
  const content = expand(key, salt, 'Content-Encoding: aes128gcm\0', 16)
  const nonce = expand(key, salt, 'Content-Encoding: nonce\0', 12)
  const cipher = createCipheriv('aes-128-gcm', content, nonce)
  const head = Buffer.alloc(5)
  head.writeUInt32BE(recordBytes)
  head[4] = ours.length
  // The one and only record ends with a 2.
  const sealed = [cipher.update(text, 'utf8'), cipher.update(Buffer.from([2])), cipher.final(), cipher.getAuthTag()]
  return Buffer.concat([salt, head, ours, ...sealed])
}

/** Whether a browser could have made them. */
export function areKeys({ p256dh, auth }: PushKeys): boolean {
  try {
    encrypt('', { p256dh, auth })
    return Buffer.from(auth, 'base64url').length === 16
  } catch {
    return false
  }
}
