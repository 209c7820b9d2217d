import type { Subscriber } from '../../kernel/hub'
import { unsubscribes } from '../../protocol/frames'
import type { Connection } from './connection'
import { nativeRoster, nativeTopic } from './native'

/** One client on one topic: its place in the hub, in the runtime's native topics and in the roster. */
export class Subscription implements Subscriber {
  readonly user: string
  private state: 'joining' | 'joined' | 'left' = 'joining'

  constructor(
    private readonly connection: Connection,
    readonly topic: string,
    private readonly options: { roster: boolean; joinLeave: boolean; serverSide: boolean },
  ) {
    this.user = connection.actor!.id
  }

  /** Synchronous with the reply: what is published from here on reaches the socket. */
  join(): void {
    if (this.state !== 'joining') return
    this.state = 'joined'
    const { socket, dialect, context, id, actor } = this.connection
    socket.subscribe(nativeTopic(dialect, this.topic))
    if (!this.options.roster) return
    if (this.options.joinLeave) socket.subscribe(nativeRoster(dialect, this.topic))
    context.presence().join(this.topic, { client: id, user: this.user, info: { name: actor!.name, role: actor!.role } })
  }

  leave(): void {
    const joined = this.state === 'joined'
    this.state = 'left'
    const { socket, dialect, context, id } = this.connection
    context.hub().unsubscribe(this.topic, this)
    if (!joined) return
    if (this.connection.state !== 'closed') {
      socket.unsubscribe(nativeTopic(dialect, this.topic))
      socket.unsubscribe(nativeRoster(dialect, this.topic))
    }
    if (this.options.roster) context.presence().leave(this.topic, id)
  }

  get isServerSide(): boolean {
    return this.options.serverSide
  }

  get isLeft(): boolean {
    return this.state === 'left'
  }

  revoked(): void {
    this.end(unsubscribes.server)
  }

  invalidated(): void {
    this.end(unsubscribes.insufficientState)
  }

  private end(why: { code: number; reason: string }): void {
    if (this.state !== 'joined') return
    this.leave()
    const { connection } = this
    connection.subscriptions.delete(this.topic)
    connection.send(connection.dialect.unsubscribed(this.topic, why))
    // A topic that the server subscribed isn't asked for again by the client: it has to connect again.
    if (this.options.serverSide) connection.disconnect({ code: 3010, reason: 'insufficient state' })
  }
}
