/**
 * Who is here, on any node: the server's list, kept current by joins and leaves. Those are not kept anywhere and may be
 * lost, so the list is read anew with every (re)connect and now and then; until it was, nobody is shown as present.
 */
import { Store } from './store'
import type { Present, Topics } from './topic'

export interface PersonHere {
  id: string
  name: string
  role: string
  /** How many of the person's devices or tabs are here. */
  devices: number
}

export interface RosterValue {
  /** The list is there. */
  known: boolean
  /** By name. */
  people: readonly PersonHere[]
}

export interface Roster {
  readonly store: Store<RosterValue>
  close(): void
}

const refreshMs = 60_000

/** Follows who is here until it is closed. Nothing is thrown: while it can't be known, `known` is false. */
export function roster(topics: Topics, topic: string): Roster {
  const store = new Store<RosterValue>({ known: false, people: [] })
  let clients = new Map<string, Present>()
  let source: { presence(): Promise<{ clients: Record<string, Present> }> } | undefined
  /** Changes that came while the list was asked for: they are newer than it, or repeat it. */
  let changes: (() => void)[] | undefined

  const publish = (): void => store.set({ known: true, people: byPerson(clients.values()) })
  const change = (apply: () => void): void => {
    if (changes) changes.push(apply)
    else {
      apply()
      publish()
    }
  }

  async function refresh(): Promise<void> {
    const asked = source
    if (!asked || changes) return
    changes = []
    try {
      const list = (await asked.presence()).clients
      clients = new Map(Object.entries(list))
    } catch {
      // The connection is lost; `opened` comes again.
    }
    const missed = changes
    changes = undefined
    for (const apply of missed) apply()
    if (asked === source) publish()
  }

  const close = topics.watchRoster(topic, {
    opened(subscription) {
      source = subscription
      changes = undefined
      void refresh()
    },
    joined: (who) => change(() => clients.set(who.client, who)),
    left: ({ client }) => change(() => clients.delete(client)),
  })
  const timer = setInterval(() => void refresh(), refreshMs)
  return {
    store,
    close: () => {
      clearInterval(timer)
      close()
    },
  }
}

/** One row a person, whatever number of devices. Pure. */
export function byPerson(clients: Iterable<Present>): PersonHere[] {
  const people = new Map<string, PersonHere>()
  for (const { user, connInfo } of clients) {
    const { name = '', role = '' } = (connInfo ?? {}) as { name?: string; role?: string }
    const known = people.get(user)
    people.set(user, { id: user, name, role, devices: (known?.devices ?? 0) + 1 })
  }
  return [...people.values()].sort((one, other) => one.name.localeCompare(other.name) || (one.id < other.id ? -1 : 1))
}
