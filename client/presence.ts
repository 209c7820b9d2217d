/**
 * Who is here, on any node: the server's list, kept current by joins and leaves. Those are not kept anywhere and may be
 * lost, so the list is read anew with every (re)connect and now and then; until it was, nobody is shown as present.
 *
 * Of a crowd the server tells how many there are and shows some; it tells all again once they are few.
 */
import { limits } from '../protocol/limits'
import { Store } from './store'
import type { Present, RosterListener, Topics } from './topic'

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
  /** By name; of a crowd some. */
  people: readonly PersonHere[]
  /** How many people there are, shown or not. */
  count: number
}

export interface Roster {
  readonly store: Store<RosterValue>
  close(): void
}

const refreshMs = 60_000

/** Follows who is here until it is closed. Nothing is thrown: while it can't be known, `known` is false. */
export function roster(topics: Pick<Topics, 'watchRoster'>, topic: string): Roster {
  const store = new Store<RosterValue>({ known: false, people: [], count: 0 })
  let clients = new Map<string, Present>()
  /** How many people a crowd has. */
  let crowd: number | undefined
  let source: Parameters<RosterListener['opened']>[0] | undefined
  /** Changes that came while the list was asked for: they are newer than it, or repeat it. */
  let changes: (() => void)[] | undefined

  const publish = (): void => {
    const people = byPerson(clients.values())
    store.set({ known: true, people, count: Math.max(crowd ?? 0, people.length) })
  }
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
      const list = Object.entries((await asked.presence()).clients)
      // A list that is full may be a part.
      const { numClients, numUsers } =
        list.length < limits.rosterShown ? whole(list.length) : await asked.presenceStats()
      clients = new Map(list)
      crowd = numClients > list.length ? numUsers : undefined
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
    gathered: (now) =>
      change(() => {
        clients = new Map(now.some.map((who) => [who.client, who]))
        crowd = now.clients > now.some.length ? now.users : undefined
      }),
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

const whole = (clients: number): { numClients: number; numUsers: number } => ({ numClients: clients, numUsers: 0 })

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
