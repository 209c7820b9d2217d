/**
 * A WebSocket client over plain TCP that is far cheaper than any server measured with it: frames are counted in place,
 * and a text is only made where somebody asks for it. The masking key is zero, which is valid and costs nothing.
 */
import type { Socket } from 'bun'

export interface RawHandlers {
  /** Called for each message with its payload, a view that is only good during the call. */
  message(payload: Uint8Array): void
  closed?(): void
}

export class RawSocket {
  private rest: Buffer<ArrayBufferLike> = Buffer.alloc(0)
  private upgraded = false
  private readonly ready = Promise.withResolvers<void>()

  private constructor(
    private socket: Socket | undefined,
    private readonly handlers: RawHandlers,
  ) {}

  static async open(port: number, path: string, handlers: RawHandlers): Promise<RawSocket> {
    const raw = new RawSocket(undefined, handlers)
    raw.socket = await Bun.connect({
      hostname: '127.0.0.1',
      port,
      socket: {
        data: (_, chunk) => raw.receive(chunk),
        close: () => handlers.closed?.(),
        error: () => handlers.closed?.(),
      },
    })
    raw.socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    )
    await raw.ready.promise
    return raw
  }

  send(text: string): void {
    // Room for three bytes a character; nothing is copied twice. A frame of up to 64 KB.
    const frame = Buffer.allocUnsafe(8 + text.length * 3)
    const length = frame.write(text, 8)
    const extended = length > 125
    const start = extended ? 0 : 2
    frame[start] = 0x81
    frame[start + 1] = 0x80 | (extended ? 126 : length)
    if (extended) frame.writeUInt16BE(length, 2)
    frame.fill(0, 4, 8)
    this.socket!.write(frame.subarray(start, 8 + length))
  }

  /** A text frame of these bytes, at most 64 KB. They may be changed afterwards. */
  sendBytes(text: Uint8Array): void {
    const extended = text.length > 125
    const frame = Buffer.alloc((extended ? 8 : 6) + text.length)
    frame[0] = 0x81
    frame[1] = 0x80 | (extended ? 126 : text.length)
    if (extended) frame.writeUInt16BE(text.length, 2)
    frame.set(text, frame.length - text.length)
    this.socket!.write(frame)
  }

  close(): void {
    this.socket?.end()
  }

  private receive(chunk: Buffer): void {
    let data = this.rest.length > 0 ? Buffer.concat([this.rest, chunk]) : chunk
    if (!this.upgraded) {
      const end = data.indexOf('\r\n\r\n')
      if (end < 0) return void (this.rest = data)
      this.upgraded = true
      data = data.subarray(end + 4)
      this.ready.resolve()
    }
    this.rest = this.frames(data)
  }

  private frames(data: Buffer): Buffer {
    let at = 0
    while (at + 2 <= data.length) {
      let length = data[at + 1]! & 127
      let head = 2
      if (length === 126) {
        if (at + 4 > data.length) break
        length = data.readUInt16BE(at + 2)
        head = 4
      } else if (length === 127) {
        if (at + 10 > data.length) break
        length = Number(data.readBigUInt64BE(at + 2))
        head = 10
      }
      if (at + head + length > data.length) break
      this.handlers.message(data.subarray(at + head, at + head + length))
      at += head + length
    }
    return at === data.length ? Buffer.alloc(0) : Buffer.from(data.subarray(at))
  }
}
