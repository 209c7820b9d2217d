/** A client that knows no SDK: it sends what it likes, in the frames it likes, and writes down what comes back. */
import { connect, type Socket } from 'node:net'
import { until } from './until'

export interface Reply {
  id?: number
  error?: { code: number; message: string; temporary?: boolean }
  push?: { channel: string; pub?: { data: unknown; offset?: number }; [kind: string]: unknown }
  // What a method answers is the business of the test that asked.
  // oxlint-disable-next-line typescript/no-explicit-any
  [method: string]: any
}

export interface WireOptions {
  headers?: Record<string, string>
  protocols?: string[]
  query?: string
  /** Answers the server's pings, as a client has to. */
  pongs?: boolean
  tls?: { ca: string }
}

export class Wire {
  /** Everything that came, one entry a reply or push, in order. Pings are counted only. */
  readonly heard: Reply[] = []
  /** As they came, one entry a message. */
  readonly frames: string[] = []
  pings = 0
  closed: { code: number; reason: string } | undefined
  private nextId = 1

  private constructor(
    readonly socket: WebSocket,
    private readonly options: WireOptions,
  ) {
    socket.binaryType = 'arraybuffer'
    socket.addEventListener('message', ({ data }) => this.hear(typeof data === 'string' ? data : '(bytes)'))
    socket.addEventListener('close', ({ code, reason }) => (this.closed = { code, reason }))
  }

  static async open(port: number, options: WireOptions = {}): Promise<Wire> {
    const { headers, protocols, query = '', tls } = options
    const url = `${tls ? 'wss' : 'ws'}://127.0.0.1:${port}/connection/websocket${query}`
    // Bun's WebSocket takes more than a browser's.
    const wire = new Wire(new WebSocket(url, { headers, protocols, tls } as unknown as string[]), options)
    await until(() => wire.socket.readyState === WebSocket.OPEN || wire.closed, { what: 'the WebSocket to open' })
    if (wire.closed) throw new Error(`the WebSocket was closed: ${wire.closed.code} ${wire.closed.reason}`)
    return wire
  }

  /** Opens and connects. */
  static async connected(port: number, token: string, options: WireOptions & { data?: unknown } = {}): Promise<Wire> {
    const wire = await Wire.open(port, options)
    const reply = await wire.ask('connect', { token, data: options.data })
    if (reply.error) throw new Error(`connect was refused: ${reply.error.code} ${reply.error.message}`)
    return wire
  }

  /** As it is. */
  send(text: string | ArrayBuffer | Uint8Array<ArrayBuffer>): void {
    this.socket.send(text)
  }

  /** In one frame. @returns the ids that the commands were given, in their order. */
  sendAll(...commands: Record<string, unknown>[]): number[] {
    const numbered = commands.map((command) => ({ id: this.nextId++, ...command }))
    this.send(numbered.map((command) => JSON.stringify(command)).join('\n'))
    return numbered.map(({ id }) => id)
  }

  async ask(method: string, params: object = {}): Promise<Reply> {
    const [id] = this.sendAll({ [method]: params })
    return this.reply(id!)
  }

  async reply(id: number): Promise<Reply> {
    const reply = await until(() => this.heard.find((one) => one.id === id) ?? this.closed, { what: `reply ${id}` })
    if (!('id' in reply)) throw new Error(`closed before reply ${id}: ${this.closed!.code} ${this.closed!.reason}`)
    return reply
  }

  async end(): Promise<{ code: number; reason: string }> {
    return until(() => this.closed, { what: 'the WebSocket to be closed', timeoutMs: 10_000 })
  }

  close(): void {
    this.socket.close()
  }

  /** Gone without a word, as when the network is. */
  drop(): void {
    // Bun's WebSocket can do more than a browser's.
    ;(this.socket as unknown as { terminate(): void }).terminate()
  }

  /** Publications on one channel, in order. */
  published(channel: string): { data: unknown; offset?: number }[] {
    return this.heard.flatMap(({ push }) => (push?.channel === channel && push.pub ? [push.pub] : []))
  }

  private hear(message: string): void {
    this.frames.push(message)
    for (const line of message.split('\n')) {
      if (line !== '{}') this.heard.push(JSON.parse(line) as Reply)
      else {
        this.pings++
        if (this.options.pongs !== false) this.socket.send('{}')
      }
    }
  }
}

/** A WebSocket by hand, over a socket that can stop reading. Texts up to 64 KB, one frame each. */
export class DeafWire {
  private received = Buffer.alloc(0)
  ended = false

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk: Buffer) => (this.received = Buffer.concat([this.received, chunk])))
    socket.on('close', () => (this.ended = true))
    socket.on('error', () => undefined)
  }

  static async open(port: number): Promise<DeafWire> {
    const socket = connect(port, '127.0.0.1')
    const wire = new DeafWire(socket)
    socket.write(
      'GET /connection/websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
        'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    )
    await until(() => wire.received.includes('\r\n\r\n'), { what: 'the handshake' })
    wire.received = wire.received.subarray(wire.received.indexOf('\r\n\r\n') + 4)
    return wire
  }

  send(command: object): void {
    const payload = Buffer.from(JSON.stringify(command))
    const length =
      payload.length < 126
        ? Buffer.from([0x80 | payload.length])
        : Buffer.from([0xfe, payload.length >> 8, payload.length & 255])
    // The mask of zeros leaves the payload as it is.
    this.socket.write(Buffer.concat([Buffer.from([0x81]), length, Buffer.alloc(4), payload]))
  }

  stopReading(): void {
    this.socket.pause()
  }

  readOn(): void {
    this.socket.resume()
  }

  /** What has come so far: texts, and the close frame's code when that was the last. */
  messages(): { texts: string[]; close?: number } {
    const texts: string[] = []
    let at = 0
    while (at + 2 <= this.received.length) {
      const opcode = this.received[at]! & 15
      let length = this.received[at + 1]! & 127
      let head = 2
      if (length === 126) [length, head] = [this.received.readUInt16BE(at + 2), 4]
      else if (length === 127) [length, head] = [Number(this.received.readBigUInt64BE(at + 2)), 10]
      const payload = this.received.subarray(at + head, at + head + length)
      if (payload.length < length) break
      if (opcode === 8) return { texts, close: payload.readUInt16BE(0) }
      texts.push(payload.toString())
      at += head + length
    }
    return { texts }
  }

  destroy(): void {
    this.socket.destroy()
  }
}
