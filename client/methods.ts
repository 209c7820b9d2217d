/** The names of the contract that this client calls, with their types. Types only: nothing of a service is loaded. */
import type { Channel, ChannelKind, Message } from '../services/discussion/model'
import type { Position } from '../protocol/event'
import type { Role } from '../protocol/roles'

export interface NodeRow {
  id: string
  version: string
  startedAt: string
  connections: number
  load: number
}

interface Commands {
  'discussion.post': {
    input: { channel: string; text: string; replyTo?: string }
    output: { id: string; offset: number; at: string }
  }
  'discussion.create': { input: { name: string; kind: ChannelKind }; output: { id: string } }
  'discussion.leave': { input: { channel: string }; output: { channel: string } }
  'discussion.read': { input: { channel: string; offset: number }; output: { read: number } }
}

interface Reads {
  'people.me': { input: object; output: { id: string; name: string; role: Role } }
  'people.nodes': { input: object; output: { nodes: NodeRow[]; leader?: string } }
  'discussion.channels': { input: object; output: { channels: Channel[] } }
  'discussion.history': {
    input: { channel: string; before?: number; after?: number; limit?: number }
    output: { messages: Message[]; position: Position }
  }
  'discussion.typing': { input: { channel: string }; output: object }
}

type Methods = Commands & Reads
export type CommandName = keyof Commands
export type MethodName = keyof Methods
export type InputOf<N extends MethodName> = Methods[N]['input']
export type OutputOf<N extends MethodName> = Methods[N]['output']
