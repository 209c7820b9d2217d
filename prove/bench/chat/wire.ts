/**
 * How members talk: what they say to be let in and to take a seat in a channel, and the frame of a message. The words carry
 * a stamp, `~`, the sender's node (a digit) and the moment (15 digits of microseconds), which is put into and read from
 * the bytes: a load generator that made a string for each message would cost as much as the server it measures.
 */
import type { RawSocket } from '../raw-socket'

export interface Wire {
  path: string
  /** Said at once. */
  hello?: string
  /** What to say to something that was heard; `seated` ends it. Anything else is talk. */
  answer(heard: string, channel: string): string | { seated: true } | undefined
  /** A message with places for stamps. */
  words(channel: string): string
}

const filler = 'abcdefghijklmnopqrstuvwxyz0123456789 lorem ipsum dolor sit amet consectetur adip'
const zeros = '0'.repeat(15)

/** Ours: the realtime door. The key of a message is its moment; nobody says two things in one. */
export const alunWire = (token: string): Wire => ({
  path: '/connection/websocket',
  hello: `{"id":1,"connect":{"token":"${token}"}}`,
  answer: (heard, channel) => {
    if (heard.startsWith('{"id":1,"connect"')) return `{"id":2,"subscribe":{"channel":"discussion:${channel}"}}`
    if (heard.startsWith('{"id":2,"subscribe"')) return { seated: true }
    if (heard === '{}') return '{}'
    return heard.includes('"error"') ? fail(heard) : undefined
  },
  words: (channel) =>
    `{"id":7,"rpc":{"method":"discussion.post","data":{"channel":"${channel}","text":"~0${zeros} ${filler}","key":"~0${zeros}"}}}`,
})

export const socketIoWire: Wire = {
  path: '/socket.io/?EIO=4&transport=websocket',
  answer: (heard, channel) => {
    if (heard[0] === '0') return '40'
    if (heard.startsWith('40')) return `42["join",{"room":"${channel}"}]`
    if (heard.startsWith('42["joined"')) return { seated: true }
    return heard === '2' ? '3' : undefined
  },
  words: (channel) => `42["send_message",{"room":"${channel}","user":"u","text":"~0${zeros} ${filler}"}]`,
}

function fail(heard: string): never {
  throw new Error(`a member was refused: ${heard}`)
}

/** The words of one seat, ready but for their moment. */
export class Words {
  private readonly bytes: Buffer
  private readonly stamps: number[] = []

  constructor(text: string, node: number) {
    this.bytes = Buffer.from(text.replaceAll('~0', `~${node}`))
    for (let at = this.bytes.indexOf('~'); at >= 0; at = this.bytes.indexOf('~', at + 1)) this.stamps.push(at + 2)
  }

  say(socket: RawSocket, micros: number): void {
    for (const at of this.stamps) {
      for (let digit = 14, rest = micros; digit >= 0; digit--) {
        const next = Math.floor(rest / 10)
        this.bytes[at + digit] = 48 + rest - next * 10
        rest = next
      }
    }
    socket.sendBytes(this.bytes)
  }
}

const mark = Buffer.from('"text":"~')

/** Calls `each` with the sender's node and the moment of every message in a frame. */
export function eachStamp(frame: Buffer, each: (node: number, micros: number) => void): number {
  let count = 0
  for (let at = frame.indexOf(mark); at >= 0; at = frame.indexOf(mark, at + 25)) {
    let micros = 0
    for (let digit = at + 10; digit < at + 25; digit++) micros = micros * 10 + frame[digit]! - 48
    each(frame[at + 9]! - 48, micros)
    count++
  }
  return count
}
