import type { ClientInfo, CommandFrame, ErrorFrame, Publication, Results } from '../../../protocol/frames'

export type Frame = string | Uint8Array

/** A frame that is not of the dialect. The connection is closed: nothing after it can be trusted. */
export class Malformed extends Error {
  override readonly name = 'Malformed'
}

/** One way of writing the protocol. Pure: bytes in, frames out. */
export interface Dialect {
  readonly name: string
  /** The commands of one message, in order. @throws Malformed */
  decode(message: string | Uint8Array): CommandFrame[]
  reply<M extends keyof Results>(id: number, method: M, result: Results[M]): Frame
  error(id: number, error: ErrorFrame): Frame
  /** What comes together goes in as few frames as may be: a socket's cost is by the frame. */
  publications(channel: string, publications: readonly Publication[]): Frame[]
  joined(channel: string, info: ClientInfo): Frame
  left(channel: string, info: ClientInfo): Frame
  unsubscribed(channel: string, why: { code: number; reason: string }): Frame
  readonly ping: Frame
}
