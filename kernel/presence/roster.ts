/** One connection of one user. `info` is what others may see of them; at most a few hundred bytes. */
export interface Present {
  client: string
  user: string
  info: unknown
}

export type RosterEntry = [topic: string, client: string, user: string, info: unknown]

/** The clients of one node, by topic. */
export class Roster {
  private readonly topics = new Map<string, Map<string, Present>>()
  size = 0

  /** @returns false when the client was there already. */
  add(topic: string, who: Present): boolean {
    let clients = this.topics.get(topic)
    if (!clients) this.topics.set(topic, (clients = new Map()))
    if (clients.has(who.client)) return false
    clients.set(who.client, who)
    this.size++
    return true
  }

  remove(topic: string, client: string): Present | undefined {
    const clients = this.topics.get(topic)
    const who = clients?.get(client)
    if (!clients || !who) return undefined
    clients.delete(client)
    if (clients.size === 0) this.topics.delete(topic)
    this.size--
    return who
  }

  has(topic: string, client: string): boolean {
    return this.topics.get(topic)?.has(client) ?? false
  }

  list(topic: string): Iterable<Present> {
    return this.topics.get(topic)?.values() ?? []
  }

  entries(): RosterEntry[] {
    const all: RosterEntry[] = []
    for (const [topic, clients] of this.topics) {
      for (const { client, user, info } of clients.values()) all.push([topic, client, user, info])
    }
    return all
  }
}
