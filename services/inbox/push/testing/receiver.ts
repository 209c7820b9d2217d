/** A browser's side of Web Push: makes keys, reads what was sent for them. And a push service that takes it. */
import { createDecipheriv, createECDH, hkdfSync, randomBytes, type ECDH } from 'node:crypto'

export interface Browser {
  receiver: ECDH
  keys: { p256dh: string; auth: string }
}

export function browser(): Browser {
  const receiver = createECDH('prime256v1')
  return { receiver, keys: { p256dh: receiver.generateKeys('base64url'), auth: randomBytes(16).toString('base64url') } }
}

/** RFC 8188 and 8291 from the other end. @throws for what was not made for this browser. */
export function decrypt(message: Buffer, receiver: ECDH, auth: string): string {
  const [salt, length] = [message.subarray(0, 16), message[20]!]
  const sender = message.subarray(21, 21 + length)
  const expand = (key: Buffer, by: Buffer, info: Buffer | string, bytes: number): Buffer =>
    Buffer.from(hkdfSync('sha256', key, by, info, bytes))
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), receiver.getPublicKey(), sender])
  const key = expand(receiver.computeSecret(sender), Buffer.from(auth, 'base64url'), info, 32)
  const nonce = expand(key, salt, 'Content-Encoding: nonce\0', 12)
  const decipher = createDecipheriv('aes-128-gcm', expand(key, salt, 'Content-Encoding: aes128gcm\0', 16), nonce)
  const sealed = message.subarray(21 + length)
  decipher.setAuthTag(sealed.subarray(-16))
  const text = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  if (text.at(-1) !== 2) throw new Error('the record does not end as the last one does')
  return text.subarray(0, -1).toString()
}

export interface Push {
  headers: Record<string, string>
  payload: { title: string; body: string; url: string; tag: string; actions?: object[] }
}

/** A push service with any number of browsers. What it answers may be decided for each message. */
export class PushService {
  readonly got = new Map<string, Push[]>()
  /** Statuses to answer with, next first; 201 once they are used up. By device. */
  readonly answers = new Map<string, number[]>()
  private readonly browsers = new Map<string, Browser>()
  private readonly server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: (request) => this.take(request) })

  subscribe(name: string): { endpoint: string; keys: Browser['keys'] } {
    const one = browser()
    this.browsers.set(name, one)
    return { endpoint: `http://127.0.0.1:${this.server.port}/push/${name}`, keys: one.keys }
  }

  of(name: string): Push[] {
    return this.got.get(name) ?? []
  }

  async stop(): Promise<void> {
    await this.server.stop(true)
  }

  private async take(request: Request): Promise<Response> {
    const name = new URL(request.url).pathname.split('/').at(-1)!
    const browser = this.browsers.get(name)
    const status = this.answers.get(name)?.shift() ?? 201
    if (!browser) return new Response('no such subscription', { status: 410 })
    if (status >= 300) return new Response('not now', { status })
    const text = decrypt(Buffer.from(await request.arrayBuffer()), browser.receiver, browser.keys.auth)
    const push = { headers: Object.fromEntries(request.headers), payload: JSON.parse(text) as Push['payload'] }
    this.got.set(name, [...this.of(name), push])
    return new Response(null, { status })
  }
}
