import type { Hub, Subscriber } from '../../kernel/hub'
import type { Presence, Present } from '../../kernel/presence'
import type { EventData } from '../../protocol/event'
import type { Actor } from '../../protocol/roles'
import type { Guest, JoinedStream } from '../../protocol/vocabulary'
import type { Joined } from '../../kernel/hub'
import type { Socket } from '../sockets'

export interface RoomPlace {
  id: string
  actor: Actor
  socket: Socket
  hub: Hub
  presence: Presence
  /** The right to the topic ended, or what was told of it doesn't hold any more. */
  ended(topic: string): void
}

/** One client on one topic: its place in the hub, in the runtime's native topic and in the roster. */
export class Room implements Subscriber {
  readonly user: string
  private state: 'joining' | 'joined' | 'left' = 'joining'

  constructor(
    readonly topic: string,
    private readonly native: string,
    private readonly roster: boolean,
    private readonly place: RoomPlace,
  ) {
    this.user = place.actor.id
  }

  get isLeft(): boolean {
    return this.state === 'left'
  }

  /** Synchronous with what is said to the client: what is published from here on reaches it. */
  join(): void {
    this.state = 'joined'
    const { socket, presence, id, actor } = this.place
    socket.subscribe(this.native)
    const info = { name: actor.name, role: actor.role }
    if (this.roster) presence.join(this.topic, { client: id, user: this.user, info })
  }

  leave(): void {
    const joined = this.state === 'joined'
    this.state = 'left'
    const { socket, presence, hub, id } = this.place
    hub.unsubscribe(this.topic, this)
    if (!joined) return
    // On a socket that is closed this does nothing.
    socket.unsubscribe(this.native)
    if (this.roster) presence.leave(this.topic, id)
  }

  revoked(): void {
    this.end()
  }

  invalidated(): void {
    this.end()
  }

  private end(): void {
    if (this.state !== 'joined') return
    this.leave()
    this.place.ended(this.topic)
  }
}

export function streamOf({ epoch, offset, recovered, events }: Joined): JoinedStream {
  const missed = events.map((event) => ({ offset: event.offset, data: JSON.parse(event.json) as EventData }))
  return { epoch, offset, recovered, missed }
}

/** Somebody with two windows open is one person. */
export function guestsOf(present: readonly Present[]): Guest[] {
  const people = new Map<string, Guest>()
  for (const { user, info } of present) {
    const { name, role } = info as { name: string; role: string }
    people.set(user, { id: user, name, role })
  }
  return [...people.values()]
}
