/**
 * Engine.IO v4 and Socket.IO v5 as they are written on a WebSocket: one packet to a frame, binary attachments in frames
 * of their own behind it. Pure.
 *
 * @see https://socket.io/docs/v4/engine-io-protocol/ and https://socket.io/docs/v4/socket-io-protocol/
 */

/** A frame that is not of the dialect. The connection is closed: nothing after it can be trusted. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}

/** Engine.IO: the first character of a text frame. A binary frame is a message too. */
export const engine = { open: '0', close: '1', ping: '2', pong: '3', message: '4' } as const

export interface Handshake {
  sid: string
  pingInterval: number
  pingTimeout: number
  maxPayload: number
}

/** The first frame that a client reads. Other transports are not offered. */
export const opening = ({ sid, pingInterval, pingTimeout, maxPayload }: Handshake): string =>
  engine.open + JSON.stringify({ sid, upgrades: [], pingInterval, pingTimeout, maxPayload })

/** Socket.IO packets, by namespace. `id` asks for an acknowledgement, or is one. */
export type Packet =
  | { type: 'connect'; namespace: string; data: unknown }
  | { type: 'disconnect'; namespace: string }
  | { type: 'event'; namespace: string; id?: number; args: [string, ...unknown[]] }
  | { type: 'ack'; namespace: string; id: number; args: unknown[] }
  | { type: 'refused'; namespace: string; data: unknown }

/** A packet whose attachments are still to come. */
export interface Incomplete {
  packet: Packet
  attachments: number
}

const types = ['connect', 'disconnect', 'event', 'ack', 'refused', 'event', 'ack'] as const
const binaryEvent = 5
/** `<type>[<attachments>-][<namespace>,][<id>][<JSON>]`; a namespace begins with a slash, and may have a query. */
const layout = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*)(?:,|$))?(\d*)/
const maxAttachments = 10
/** Of what holds attachments. */
const maxDepth = 100
const reserved = new Set(['connect', 'connect_error', 'disconnect', 'disconnecting'])

/** @param text what stands behind the message's `4`. @throws Malformed */
export function decode(text: string): Incomplete {
  const head = layout.exec(text)
  if (!head) throw new Malformed('unknown packet type')
  const [whole, type, count, namespace = '/', idText] = head
  const kind = Number(type)
  const attachments = Number(count ?? 0)
  if ((count !== undefined) !== kind >= binaryEvent) throw new Malformed('attachments do not belong here')
  if (attachments > maxAttachments) throw new Malformed('too many attachments')
  const payload = text.slice(whole.length)
  const data = payload === '' ? undefined : parseJson(payload)
  const id = idText ? Number(idText) : undefined
  return { packet: packetOf(types[kind]!, namespace.split('?')[0]!, id, data), attachments }
}

function packetOf(type: Packet['type'], namespace: string, id: number | undefined, data: unknown): Packet {
  switch (type) {
    case 'connect':
      if (data !== undefined && (typeof data !== 'object' || data === null)) throw new Malformed('no handshake')
      return { type, namespace, data: data ?? {} }
    case 'disconnect':
      return { type, namespace }
    case 'event':
      if (!isEvent(data)) throw new Malformed('an event is an array that begins with its name')
      return { type, namespace, ...(id === undefined ? {} : { id }), args: data }
    case 'ack':
      if (!Array.isArray(data) || id === undefined) throw new Malformed('an acknowledgement is an array with an id')
      return { type, namespace, id, args: data as unknown[] }
    case 'refused':
      throw new Malformed('only a server refuses')
  }
}

function isEvent(data: unknown): data is [string, ...unknown[]] {
  return Array.isArray(data) && typeof data[0] === 'string' && !reserved.has(data[0])
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Malformed('the payload is not JSON')
  }
}

/** Puts attachments where their placeholders stand. @throws Malformed */
export function complete(packet: Packet, attachments: readonly Uint8Array[]): Packet {
  if (packet.type !== 'event' && packet.type !== 'ack') return packet
  const fill = (value: unknown, depth: number): unknown => {
    if (typeof value !== 'object' || value === null) return value
    // Deeper than the stack would be a fault of ours.
    if (depth > maxDepth) throw new Malformed('too deep')
    if (Array.isArray(value)) return value.map((item) => fill(item, depth + 1))
    const { _placeholder, num } = value as { _placeholder?: unknown; num?: unknown }
    if (_placeholder !== true)
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, depth + 1)]))
    const attachment = Number.isInteger(num) ? attachments[num as number] : undefined
    if (!attachment) throw new Malformed('there is no such attachment')
    return attachment
  }
  return { ...packet, args: packet.args.map((arg) => fill(arg, 0)) } as Packet
}

/** The frames of a packet: its text, then its attachments. */
export function encode(packet: Packet): [string, ...Uint8Array[]] {
  const space = packet.namespace === '/' ? '' : `${packet.namespace},`
  switch (packet.type) {
    case 'connect':
      return [`${engine.message}0${space}${JSON.stringify(packet.data)}`]
    case 'disconnect':
      return [`${engine.message}1${space}`]
    case 'refused':
      return [`${engine.message}4${space}${JSON.stringify(packet.data)}`]
    case 'event':
    case 'ack':
      return encodeArgs(packet, space)
  }
}

function encodeArgs(
  { type, id, args }: Extract<Packet, { args: unknown[] }>,
  space: string,
): [string, ...Uint8Array[]] {
  const attachments: Uint8Array[] = []
  const json = JSON.stringify(args, (_, value: unknown) =>
    value instanceof Uint8Array ? { _placeholder: true, num: attachments.push(value) - 1 } : value,
  )
  const plain = type === 'event' ? 2 : 3
  const head = attachments.length > 0 ? `${plain + 3}${attachments.length}-` : `${plain}`
  return [`${engine.message}${head}${space}${id ?? ''}${json}`, ...attachments]
}
