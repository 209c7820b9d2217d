/** Everything a program needs to speak to Alun, in one hand. Runs anywhere: what the runtime must bring is passed in. */
import { Caller } from './call'
import { Connection, type ConnectionOptions } from './connect'
import { live, type Live, type LiveOptions } from './live'
import { roster, type Roster } from './presence'
import { Topics, type Reader } from './topic'

export class Client extends Caller {
  readonly connection: Connection
  private readonly topics: Topics

  constructor(options: ConnectionOptions) {
    const connection = new Connection(options)
    super(connection)
    this.connection = connection
    this.topics = new Topics(connection)
  }

  connect(): this {
    this.connection.connect()
    return this
  }

  close(): void {
    this.connection.close()
  }

  live<S>(options: LiveOptions<S>): Live<S> {
    return live(this.topics, this, options)
  }

  roster(topic: string): Roster {
    return roster(this.topics, topic)
  }

  /** Events of a topic for something else than a live query. @returns what ends it. */
  read(topic: string, reader: Reader): () => void {
    return this.topics.read(topic, reader)
  }
}
