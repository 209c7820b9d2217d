import { refuse } from '../../protocol/errors'
import { limits } from '../../protocol/limits'
import type { Conversation, Reply, Said, Vocabulary } from '../../protocol/vocabulary'
import type { Identity } from '../sessions'
import { encode } from '../dialects/socketio/packets'
import { nativeRoom, type SocketIoContext } from './context'
import type { Engine } from './engine'
import { Room, streamOf } from './room'

/** What a seat needs of the client who sits there. */
export interface Sitting {
  engine: Engine
  door: { context: SocketIoContext }
  close(): void
}

/** A client in one namespace: whose it is, the topics that it follows, and what it says and hears there. */
export class Seat {
  private readonly rooms = new Map<string, Room>()
  private readonly conversation: Conversation

  constructor(
    private readonly client: Sitting,
    private readonly namespace: string,
    private readonly vocabulary: Vocabulary,
    readonly identity: Identity,
  ) {
    const { node, backend } = client.door.context
    this.conversation = {
      actor: identity.actor,
      node,
      execute: (name, input) => backend.execute(identity.actor, name, input),
      join: (topic, from, reply) => this.join(topic, from, reply),
      leave: (topic) => this.leave(topic),
      say: (...said) => this.say(...said),
    }
  }

  greet(auth: unknown, session: string | undefined): void {
    const { version, now } = this.client.door.context
    const serverTime = new Date(now()).toISOString()
    for (const said of this.vocabulary.greet(this.conversation, { version, serverTime, auth, session })) {
      this.say(...said)
    }
  }

  say(...args: Said): void {
    for (const frame of encode({ type: 'event', namespace: this.namespace, args })) this.client.engine.send(frame)
  }

  /** @returns the arguments of the acknowledgement. @throws Refusal */
  async hear([event, ...args]: Said): Promise<unknown[]> {
    const handler = Object.hasOwn(this.vocabulary.events, event) ? this.vocabulary.events[event] : undefined
    if (!handler) throw refuse.notFound()
    return handler(this.conversation, args)
  }

  leaveAll(): void {
    for (const room of this.rooms.values()) room.leave()
    this.rooms.clear()
  }

  private leave(topic: string): void {
    this.rooms.get(topic)?.leave()
    this.rooms.delete(topic)
  }

  /** Joined anew where it is joined already: the client asks for what it may have missed. */
  private async join(topic: string, from: { offset: number; epoch: string } | undefined, reply: Reply): Promise<void> {
    const { context } = this.client.door
    const rule = context.backend.rule(topic)
    if (!rule) throw refuse.notFound()
    this.leave(topic)
    if (this.rooms.size >= limits.channelsPerClient) throw refuse.limited(1000)
    const room = this.roomOf(topic, rule.roster)
    this.rooms.set(topic, room)
    let joined = false
    try {
      await context.hub().subscribe({
        ...{ topic, subscriber: room, from },
        authorize: async () => void (await context.backend.authorize(this.identity.actor, topic)),
        joined: (result) => {
          const said = room.isLeft ? undefined : reply(streamOf(result))
          if (!said) return
          for (const one of said) this.say(...one)
          joined = true
          room.join()
        },
      })
    } finally {
      if (!joined) {
        room.leave()
        if (this.rooms.get(topic) === room) this.rooms.delete(topic)
      }
    }
  }

  private roomOf(topic: string, roster: boolean): Room {
    const { hub, presence } = this.client.door.context
    const { actor } = this.identity
    const { id, socket } = this.client.engine
    const ended = (): void => {
      this.rooms.delete(topic)
      // It comes back, joins again and is told what holds now, or that it may not.
      this.client.close()
    }
    return new Room(topic, nativeRoom(topic), roster, { id, actor, socket, hub: hub(), presence: presence(), ended })
  }
}
